"""The picture itself: the name of a gathering, when and where it is, and the two arches that share a pillar."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageOps
from PIL.ImageFont import FreeTypeFont

from welcome.events.postcards import lettering

SIZE = (1200, 630)
TYPE = "image/png"
DESIGN = 1  #: another number makes readers fetch pictures again that were drawn before
MARGIN, COLUMN, ASIDE = 68, 680, 392
PAPER, INK, QUIET = "#fbf6ee", "#1c2530", "#4d5763"
NEWCOMER, TOGETHER, LOCAL = "#b4501c", "#5b3f78", "#0f6478"
FAINT = {NEWCOMER: "#f0d9c6", TOGETHER: "#ddd1e4", LOCAL: "#cfdfe0"}
HEADING_SIZES = ((78, 3), (66, 3), (56, 4), (46, 5), (38, 6))
COLOURS = 255  #: of a picture without a photograph, which makes its file a third as large
FINER = 3  #: circles are drawn so much larger and made small again, or their edges have steps


@dataclass(frozen=True, slots=True)
class Postcard:
    """What is told; the same for everybody."""

    title: str
    day: str
    hours: str
    place: str
    instance: str
    is_rtl: bool = False
    photo: str = ""  #: the digest of the event's own picture

    @property
    def etag(self) -> str:
        """Name this picture among all others."""
        told = (DESIGN, self.title, self.day, self.hours, self.place, self.instance, self.is_rtl, self.photo)
        return blake2b(repr(told).encode(), digest_size=12).hexdigest()


@lru_cache(maxsize=32)
def draw(card: Postcard, photo: bytes | None = None) -> bytes:
    """Draw a postcard as a PNG."""
    picture = Image.new("RGB", SIZE, PAPER)
    _draw_aside(picture, photo, 0 if card.is_rtl else SIZE[0] - ASIDE)
    pen = Pen(picture, card.is_rtl)
    arches(picture, (SIZE[0] - MARGIN - 74 if card.is_rtl else MARGIN, 54), 74 / 56, FINER)
    pen.write(lettering.plain(card.instance), lettering.WORDS, 34, QUIET, top=58, indent=94)
    when = [(lettering.plain(card.day), LOCAL, 40), (lettering.plain(card.hours), LOCAL, 40)]
    feet = [*when, (lettering.plain(card.place), QUIET, 34)]
    foot = SIZE[1] - 60 - 56 * len([words for words, _, _ in feet if words])
    pen.head(lettering.plain(card.title), top=136, bottom=foot - 20)
    for words, colour, size in feet:
        if words:
            pen.write(words, lettering.WORDS, size, colour, top=foot)
            foot += 56
    file = BytesIO()
    (picture if photo else picture.quantize(COLOURS)).save(file, "PNG", optimize=True)
    return file.getvalue()


class Pen:
    """Writes lines from the side where the language begins."""

    def __init__(self, picture: Image.Image, is_rtl: bool) -> None:
        self.drawing, self.is_rtl = ImageDraw.Draw(picture), is_rtl

    def write(self, words: str, faces: tuple[str, ...], size: int, colour: str, *, top: int, indent: int = 0) -> None:
        """Write one line, smaller where it is long; or leave it out where no font has its letters."""
        face = lettering.font_for(words, faces)
        if face is None:
            return
        while size > 20 and lettering.sized(face, size).getlength(words) > COLUMN - indent:
            size -= 2
        self._line(words, lettering.sized(face, size), colour, top, indent, lettering.direction_of(words))

    def head(self, words: str, *, top: int, bottom: int) -> None:
        """Write the name of the gathering as large as it fits, in the middle of its height."""
        face = lettering.font_for(words, lettering.HEADINGS)
        if face is None:
            return
        for size, most in HEADING_SIZES:
            font, step = lettering.sized(face, size), round(size * 1.24)
            lines = lettering.lines_of(words, font, COLUMN, min(most, (bottom - top) // step))
            if lines:
                break
        else:
            lines = lettering.lines_of(f"{words[:80].rstrip()}…", font, COLUMN, most) or []
        start = top + (bottom - top - step * len(lines)) // 2
        for number, line in enumerate(lines):
            self._line(line, font, INK, start + number * step, 0, lettering.direction_of(words))

    def _line(self, words: str, font: FreeTypeFont, colour: str, top: int, indent: int, direction: str) -> None:
        edge = SIZE[0] - MARGIN - indent if self.is_rtl else MARGIN + indent
        base = top + round(font.size * 1.04)  # the same line for the letters of every font
        how: dict[str, Any] = {"direction": direction} if lettering.CAN_SHAPE else {}
        self.drawing.text((edge, base), words, colour, font, anchor="rs" if self.is_rtl else "ls", **how)


def _draw_aside(picture: Image.Image, photo: bytes | None, left: int) -> None:
    """Fill the far side: with the event's own picture, or with the arches, large and faint."""
    if photo:
        with Image.open(BytesIO(photo), formats=["JPEG"]) as taken:
            picture.paste(ImageOps.fit(taken.convert("RGB"), (ASIDE, SIZE[1])), (left, 0))
    else:
        arches(picture, (left - 96, 236), 10.5, 2, FAINT)
    bands = ImageDraw.Draw(picture)
    third = SIZE[0] // 3
    for number, colour in enumerate((NEWCOMER, TOGETHER, LOCAL)):
        bands.rectangle((number * third, SIZE[1] - 14, (number + 1) * third, SIZE[1]), fill=colour)


def arches(
    picture: Image.Image, corner: tuple[int, int], scale: float, finer: int, tints: dict[str, str] | None = None
) -> None:
    """Draw the logo: two arches that share a pillar, each with round ends."""
    tints, unit = tints or {}, scale * finer
    size = (round(56 * unit), round(36 * unit))
    for colour, bow, pillars in (
        (NEWCOMER, (4, 180), [(4, 16, 32)]),
        (LOCAL, (28, 180), [(52, 16, 32)]),
        (TOGETHER, None, [(28, 15, 32)]),
    ):
        mask = Image.new("L", size)
        pen, half = ImageDraw.Draw(mask), 3.5
        if bow:
            edge = [value * unit for value in (bow[0] - half, 4 - half, bow[0] + 24 + half, 28 + half)]
            pen.arc(edge, 180, 360, 255, round(7 * unit))
        for x, top, foot in pillars:
            pen.rectangle([value * unit for value in (x - half, top, x + half, foot)], 255)
            pen.ellipse([value * unit for value in (x - half, foot - half, x + half, foot + half)], 255)
        small = mask.resize((round(56 * scale), round(36 * scale)), Image.Resampling.LANCZOS)
        picture.paste(tints.get(colour, colour), corner, small)

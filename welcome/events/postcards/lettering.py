"""Words in a picture: which of the machine's fonts can write a line, and where the line breaks.

A line that no font can write is left out; boxes instead of letters tell nobody anything.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont, Layout

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
#: In this order: the first that has every sign of a line writes it. One file of several fonts names which.
HEADINGS = (
    *("NotoSerif-Bold.ttf", "DejaVuSerif-Bold.ttf", "LiberationSerif-Bold.ttf", "NotoSansArabic-Bold.ttf"),
    *("NotoSerifDevanagari-Bold.ttf", "NotoSansDevanagari-Bold.ttf", "DejaVuSans-Bold.ttf", "NotoSerifCJK-Bold.ttc#2"),
    *("NotoSansCJK-Bold.ttc#2", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf"),
)
WORDS = (
    *("NotoSans-Regular.ttf", "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSansArabic-Regular.ttf"),
    *("NotoSansDevanagari-Regular.ttf", "NotoSansCJK-Regular.ttc#2", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf"),
)
#: Arabic is written from the right and joined, Hindi has vowels that change places; Pillow leaves both to these two.
CAN_SHAPE = bool(features.check("raqm") and features.check("fribidi"))
NEEDS_SHAPE = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\ufb1d-\ufdff\ufe70-\ufeff]")
CHINESE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef][\u3001-\u303f\uff00-\uff0f\uff1a-\uff1f]*"
PARTS = re.compile(rf"{CHINESE}\s*|(?:(?!{CHINESE})\S)+\s*")
NO_LETTERS = {"So", "Cn", "Co", "Cs", "Cc"}  #: pictures between the letters, which few fonts have
NOBODY_HAS = "\U0010fffe"


@cache
def installed() -> dict[str, Path]:
    """Return the machine's fonts by the name of their file."""
    return {file.name: file for folder in FOLDERS for file in sorted(folder.rglob("*.[ot]t[cf]"))}


def plain(words: str) -> str:
    """Return words without the little pictures between them."""
    kept = "".join(" " if sign.isspace() else sign for sign in words if not _is_picture(sign))
    return re.sub(" +", " ", kept).strip()


def _is_picture(sign: str) -> bool:
    return not sign.isspace() and (unicodedata.category(sign) in NO_LETTERS or "\ufe00" <= sign <= "\ufe0f")


def font_for(words: str, faces: tuple[str, ...]) -> str | None:
    """Return the first of these fonts that can write these words."""
    if not words or (NEEDS_SHAPE.search(words) and not CAN_SHAPE):
        return None
    signs = {sign for sign in words if unicodedata.category(sign) not in {"Zs", "Cf"}}
    there = (face for face in faces if face.partition("#")[0] in installed())
    return next((face for face in there if all(_has(face, sign) for sign in signs)), None)


@cache
def _has(face: str, sign: str) -> bool:
    return _drawn(face, sign) != _drawn(face, NOBODY_HAS)


def _drawn(face: str, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = sized(face, 24, Layout.BASIC).getmask(sign)
    return mask.size, bytes(mask)


@cache
def sized(face: str, size: int, layout: Layout | None = None) -> FreeTypeFont:
    """Return a font in a size."""
    name, _, number = face.partition("#")
    return ImageFont.truetype(installed()[name], size, index=int(number or 0), layout_engine=layout)


def lines_of(words: str, font: FreeTypeFont, width: int, most: int) -> list[str] | None:
    """Break words into lines of this width; None where they need more than ``most``."""
    lines = [""]
    for part in PARTS.findall(words):
        if lines[-1] and font.getlength(f"{lines[-1]}{part}".rstrip()) > width:
            lines.append("")
        lines[-1] += part
    fits = len(lines) <= most and all(font.getlength(line.rstrip()) <= width for line in lines)
    return [line.rstrip() for line in lines] if fits else None


def direction_of(words: str) -> str:
    """Return which way words run, by their first letter that says it."""
    ways = (unicodedata.bidirectional(sign) for sign in words)
    return "rtl" if next((way for way in ways if way in {"L", "R", "AL"}), "L") != "L" else "ltr"

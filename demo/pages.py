"""Some events of Oosterdonk tell more: in other languages, in easy words, with a picture, and how one gets in."""

from collections.abc import Mapping
from io import BytesIO

import sqlalchemy as sa
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from demo.inhabitants import City
from welcome.events import pictures
from welcome.events.models import Event, Setting
from welcome.events.translating import write_text

ENGLISH = "en"
CAFE = "Language café: Dutch for beginners and up"
#: By title: language, in easy words or not, title, text.
TEXTS: Mapping[str, tuple[tuple[str, bool, str, str], ...]] = {
    CAFE: (
        ("nl", False, "Taalcafé: Nederlands vanaf het begin", "Kleine tafels, één onderwerp en aan elke tafel een "
         "vrijwilliger. Kom elke week of wanneer je kunt. **De koffie is gratis.**"),
        ("nl", True, "", "Je praat Nederlands. Een vrijwilliger helpt je. Er is koffie. De koffie kost niets."),
        ("ar", False, "مقهى اللغة: الهولندية من البداية", "طاولات صغيرة وموضوع واحد ومتطوع على كل طاولة. "
         "**القهوة مجانية.**"),
    ),
}  # fmt: skip
ACCESS = {"toilet": True, "transport": True, "dogs": True, "loop": False}
ALT = "Three rows of arches that meet, like people at a table"
SAND, COLOURS = "#fbf6ee", ("#b4501c", "#5b3f78", "#0f6478")


def dress_pages(session: Session, city: City) -> None:
    """Let every event say in which language it is written, and the language café say it in others, with a picture."""
    for event in session.scalars(sa.select(Event).order_by(Event.id)):
        event.text_language = ENGLISH
        if event.is_step_free and event.id % 3:
            event.access, event.setting = dict(ACCESS), Setting.INDOORS
    cafe = session.scalars(sa.select(Event).where(Event.title == CAFE)).first()
    if cafe is None:
        return
    for language, is_easy, title, about in TEXTS[CAFE]:
        write_text(session, cafe.id, language, title, about, is_easy=is_easy, now=city.now)
    drawn = pictures.redraw(_arches())
    pictures.keep_picture(session, cafe.id, drawn, ALT, now=city.now)


def _arches() -> bytes:
    """Draw the arches of the logo, row upon row."""
    picture, file = Image.new("RGB", (1200, 600), SAND), BytesIO()
    pen = ImageDraw.Draw(picture)
    for row in range(3):
        for column in range(-1, 7):
            left, top = column * 200 + row % 2 * 100, 60 + row * 180
            pen.arc((left, top, left + 200, top + 240), 180, 360, COLOURS[(row + column) % 3], 26)
    picture.save(file, "PNG")
    return file.getvalue()

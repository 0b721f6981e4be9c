"""Columns of whatever is told in several languages, and of what it says in each other one."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped

from welcome.database import Audience, Retention, Tag, field

TOLD = Tag("say it to each reader in a language that they can read", Audience.PUBLIC, Retention.CONTENT)


class Translatable:
    """Something that is told; ``texts`` are what it says in other languages, or in easy words."""

    text_language: Mapped[str | None] = field(TOLD, String(8))  #: of the original; None: nobody said
    text_changed_at: Mapped[datetime | None] = field(TOLD)  #: translations from before are out of date


class TextIn:
    """What something says in another language, or in easy words. An easy text may keep the title of the other."""

    language: Mapped[str] = field(TOLD, String(8), primary_key=True)
    is_easy: Mapped[bool] = field(TOLD, primary_key=True, default=False)
    title: Mapped[str] = field(TOLD, String(200), default="")
    about: Mapped[str] = field(TOLD, Text, default="")
    written_at: Mapped[datetime] = field(TOLD)

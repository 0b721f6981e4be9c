"""What a step says in each language: as coordinators wrote it, else as it is built in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from welcome.announcements.journey.steps import Step
from welcome.announcements.models import JourneyText
from welcome.database import insert_once
from welcome.i18n import in_locale

Texts = Mapping[tuple[str, str], JourneyText]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a step in one language."""

    subject: str
    paragraphs: list[str]
    is_own: bool  #: coordinators wrote it
    is_behind: bool  #: the text that it follows was changed after it

    @property
    def body(self) -> str:
        """The paragraphs as they are typed."""
        return "\n\n".join(self.paragraphs)


def own_texts(session: Session) -> Texts:
    """Return what coordinators wrote, by step and language."""
    return {(row.step, row.locale): row for row in session.scalars(sa.select(JourneyText))}


def wording_of(texts: Texts, step: Step, locale: str) -> Wording:
    """Return what a step says in a language."""
    own, first = texts.get((step.code, locale)), texts.get((step.code, source_locale()))
    is_behind = first is not None and locale != source_locale() and (own is None or own.changed_at < first.changed_at)
    if own is not None:
        return Wording(own.subject, paragraphs_of(own.body), is_own=True, is_behind=is_behind)
    if not step.is_built_in:  # better in another language than not at all
        there = first or next(text for (code, _locale), text in texts.items() if code == step.code)
        return Wording(there.subject, paragraphs_of(there.body), is_own=False, is_behind=True)
    with in_locale(locale, current_app.config["DEFAULT_TIMEZONE"]):
        built_in = [str(text) for text in step.paragraphs]
        return Wording(str(step.subject), built_in, is_own=False, is_behind=is_behind)


def source_locale() -> str:
    """Return the language in which coordinators write first, and which the other texts follow."""
    return str(current_app.config["DEFAULT_LOCALE"])


def paragraphs_of(body: str) -> list[str]:
    """Take typed text apart at its empty lines."""
    blocks = body.replace("\r\n", "\n").split("\n\n")
    return [" ".join(block.split()) for block in blocks if block.strip()]


def keep_text(session: Session, step: Step, locale: str, subject: str, body: str, *, now: datetime) -> None:
    """Keep what a coordinator wrote. What waits in the outbox is composed anew, and says it."""
    values = {"subject": " ".join(subject.split()), "body": body.replace("\r\n", "\n").strip(), "changed_at": now}
    if not insert_once(session, JourneyText, step=step.code, locale=locale, **values):
        this = (JourneyText.step == step.code, JourneyText.locale == locale)
        session.execute(sa.update(JourneyText).where(*this).values(values))


def drop_text(session: Session, step: Step, locale: str) -> None:
    """Go back to the text that is built in."""
    session.execute(sa.delete(JourneyText).where(JourneyText.step == step.code, JourneyText.locale == locale))

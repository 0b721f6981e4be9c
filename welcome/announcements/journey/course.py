"""The course of the journey as coordinators have set it: steps moved, switched off, or of their own."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.announcements.journey.built_in import STEPS
from welcome.announcements.journey.steps import Step
from welcome.announcements.models import JourneyStep, JourneyText
from welcome.database import insert_once
from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

FIRST_MONTH, LAST_MONTH = -3, 24


class UnknownStep(Refusal):
    """A step that no journey has: the page was old, or somebody tried something."""

    message = _l("One of the answers is no longer offered. Please choose again.")


class MonthTaken(Refusal):
    """Two steps in one month: of which only one would ever be sent."""

    message = _l("Another step comes in this month already. Please choose another month.")


def read_course(session: Session) -> list[Step]:
    """Return every step, also those that are switched off, in the order in which they come."""
    changed = {row.code: row for row in session.scalars(sa.select(JourneyStep).order_by(JourneyStep.code))}
    built_in = [_moved(step, changed.pop(step.code, None)) for step in STEPS]
    own = [Step(row.code, row.month or 0, row.name, themes=tuple(row.themes)) for row in changed.values()]
    return sorted([*built_in, *own], key=lambda step: step.month)


def _moved(step: Step, row: JourneyStep | None) -> Step:
    if row is None or row.month is None:
        return step
    return Step(step.code, row.month, step.name, step.subject, step.paragraphs, step.themes)


def find_step(session: Session, code: str) -> Step | None:
    """Return a step as it comes now."""
    return next((step for step in read_course(session) if step.code == code), None)


def steps_off(session: Session) -> set[str]:
    """Return the steps that nobody gets now."""
    return set(session.scalars(sa.select(JourneyStep.code).where(JourneyStep.is_on.is_(False))))


def switch_step(session: Session, code: str, *, is_on: bool, now: datetime) -> None:
    """Switch a step of everybody's journey on or off. What waits in the outbox asks again before it goes."""
    _change(session, code, {"is_on": is_on}, now)


def move_step(session: Session, code: str, month: int, *, now: datetime) -> None:
    """Let a step come so many months after the arrival; what is planned and not sent is planned anew."""
    _check_month(session, month, but_for=code)
    _change(session, code, {"month": month}, now)


def add_step(session: Session, name: str, month: int, themes: Sequence[str], *, now: datetime) -> str:
    """Add a step of the coordinators' own and return its code; its words are written apart."""
    _check_month(session, month)
    code = f"own_{token_hex(4)}"
    session.add(JourneyStep(code=code, is_on=True, month=month, name=name, themes=list(themes), changed_at=now))
    session.flush()
    return code


def edit_own(session: Session, code: str, name: str, themes: Sequence[str], *, now: datetime) -> None:
    """Name a step of the coordinators' own, and choose what of the city guide belongs to it."""
    _change(session, code, {"name": name, "themes": list(themes)}, now)


def remove_step(session: Session, code: str) -> None:
    """Remove a step of the coordinators' own with its words; those that are built in can be switched off."""
    if any(step.code == code for step in STEPS):
        raise UnknownStep
    for table in (JourneyText.__table__.c.step, JourneyStep.__table__.c.code):
        session.execute(sa.delete(table.table).where(table == code))


def _check_month(session: Session, month: int, but_for: str = "") -> None:
    if any(step.month == month and step.code != but_for for step in read_course(session)):
        raise MonthTaken


def _change(session: Session, code: str, values: dict[str, object], now: datetime) -> None:
    if find_step(session, code) is None:
        raise UnknownStep
    insert_once(session, JourneyStep, code=code, is_on=True, name="", themes=[], changed_at=now)
    changed = sa.update(JourneyStep).where(JourneyStep.code == code).values(**values, changed_at=now)
    session.execute(changed)

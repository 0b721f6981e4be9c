"""Coordinators write down what was done of the way to mentor; the agenda tells when it runs out, and ends it then."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import staff_log
from welcome.accounts.models import Member
from welcome.accounts.staff_log import StaffAct
from welcome.agenda.service import cancel, schedule
from welcome.conversations.models import Thread
from welcome.conversations.threads import open_thread
from welcome.database import insert_once, lock
from welcome.pairings import refusals
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.vetting import Vetted
from welcome.pairings.programmes import coordinators_of
from welcome.pairings.states import Part, VettingStep
from welcome.pairings.vetting.letters import MENTOR_READY, VETTING_ENDS
from welcome.pairings.vetting.mentors import missing_of
from welcome.post.service import post

RENEW, END = "vetting_renew", "vetting_end"
TIME_TO_RENEW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Mentor:
    """Somebody who wants to be a mentor, and how far they have come."""

    member: Member
    applied_at: datetime
    done: dict[str, Vetted]
    missing: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def read_mentors(session: Session, programme: Programme) -> list[Mentor]:
    """Return the mentors of a programme, those of whom something is missing first, the longest wait first."""
    joined = (
        sa.select(Member, Enrolment.joined_at)
        .join(Enrolment, Enrolment.member_id == Member.id)
        .where(Enrolment.programme_id == programme.id, Enrolment.role == Part.MENTOR, Member.is_present)
    )
    done: dict[int, dict[str, Vetted]] = {}
    for row in session.scalars(sa.select(Vetted).where(Vetted.programme_id == programme.id)):
        done.setdefault(row.member_id, {})[row.step] = row
    found = [
        _mentor(programme, member, joined_at, done.get(member.id, {})) for member, joined_at in session.execute(joined)
    ]
    return sorted(found, key=lambda one: (one.is_ready, one.applied_at))


def _mentor(programme: Programme, member: Member, applied_at: datetime, done: dict[str, Vetted]) -> Mentor:
    holds = {step for step, row in done.items() if row.lapsed_at is None}
    return Mentor(member, applied_at, done, tuple(step for step in programme.mentor_steps if step not in holds))


def record(
    session: Session,
    programme: Programme,
    person: str,
    step: VettingStep,
    *,
    done_on: date,
    valid_until: date | None,
    note: str,
    by: Member,
    now: datetime,
) -> None:
    """Write down that a step was done; it counts at once, everywhere."""
    mentor = _find(session, programme, person, by)
    was_missing = missing_of(session, programme, mentor.id)
    row = _row(session, programme, mentor.id, step, done_on)
    _unplan(session, row)
    row.done_on, row.valid_until, row.done_by_id, row.lapsed_at = done_on, valid_until, by.id, None
    session.flush()
    staff_log.note(session, by, StaffAct.VETTED, programme.public_id, mentor.id, note, now=now)
    if valid_until is not None:
        ends_at = _ends_at(valid_until)
        schedule(session, _key(RENEW, row), RENEW, row.id, max(now, ends_at - TIME_TO_RENEW))
        schedule(session, _key(END, row), END, row.id, ends_at)
    if was_missing and not missing_of(session, programme, mentor.id):
        key = f"{programme.id}:{mentor.id}:{now.date()}"
        post(session, MENTOR_READY, mentor.id, {"programme": programme.id}, key=key, now=now)


def take_back(
    session: Session, programme: Programme, person: str, step: VettingStep, *, note: str, by: Member, now: datetime
) -> None:
    """Let a step count no longer, from this transaction on."""
    mentor = _find(session, programme, person, by)
    row = session.scalar(sa.select(Vetted).where(*_is(programme, mentor.id, step)))
    if row is not None and row.lapsed_at is None:
        _unplan(session, row)
        row.lapsed_at = now
        staff_log.note(session, by, StaffAct.VETTED, programme.public_id, mentor.id, note, now=now)


def talk(session: Session, programme: Programme, person: str, *, by: Member, now: datetime) -> Thread:
    """Open the conversation between a coordinator and somebody who wants to be a mentor."""
    return open_thread(session, (by.id, _find(session, programme, person, by).id), now=now)


def announce_renewal(session: Session, vetted_id: int, now: datetime) -> None:
    """Tell a mentor and the coordinators, a month before, that a step runs out."""
    row = session.get(Vetted, vetted_id)
    if row is not None and row.valid_until is not None and row.lapsed_at is None and now < _ends_at(row.valid_until):
        _tell(session, row, now)


def end(session: Session, vetted_id: int, now: datetime) -> None:
    """Let a step run out: who mentors by it is shown to nobody new until it is renewed."""
    row = lock(session, Vetted, vetted_id)
    if row is None or row.valid_until is None or row.lapsed_at is not None or now < _ends_at(row.valid_until):
        return
    row.lapsed_at = now
    session.flush()
    _tell(session, row, now)


def _tell(session: Session, row: Vetted, now: datetime) -> None:
    for reader_id in (row.member_id, *coordinators_of(session, row.programme_id)):
        key = f"{row.id}:{row.valid_until}:{'over' if row.lapsed_at else 'soon'}:{reader_id}"
        post(session, VETTING_ENDS, reader_id, {"vetted": row.id}, key=key, now=now)


def _find(session: Session, programme: Programme, person: str, by: Member) -> Member:
    wanted = (Enrolment.programme_id == programme.id, Enrolment.role == Part.MENTOR, Member.public_id == person)
    found = session.scalar(sa.select(Member).join(Enrolment, Enrolment.member_id == Member.id).where(*wanted))
    if found is None or not found.is_present:
        raise refusals.NotAMentor
    if found.id == by.id:
        raise refusals.OwnVetting
    return found


def _is(programme: Programme, member_id: int, step: VettingStep) -> tuple[sa.ColumnElement[bool], ...]:
    return (Vetted.programme_id == programme.id, Vetted.member_id == member_id, Vetted.step == step)


def _row(session: Session, programme: Programme, member_id: int, step: VettingStep, done_on: date) -> Vetted:
    insert_once(session, Vetted, programme_id=programme.id, member_id=member_id, step=step, done_on=done_on)
    return session.scalars(sa.select(Vetted).where(*_is(programme, member_id, step)).with_for_update(of=Vetted)).one()


def _ends_at(valid_until: date) -> datetime:
    """Return the end of the last day on which a step holds."""
    return datetime.combine(valid_until + timedelta(days=1), time(), UTC)


def _key(kind: str, row: Vetted) -> str:
    return f"{kind}:{row.id}:{row.valid_until}"


def _unplan(session: Session, row: Vetted) -> None:
    for kind in (RENEW, END):
        cancel(session, _key(kind, row))

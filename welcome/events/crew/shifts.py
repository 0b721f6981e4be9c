"""Volunteers' shifts: organisers plan them, members take them and give them back; each is one transaction."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.agenda.service import TOO_LATE
from welcome.database import insert_once, lock
from welcome.errors import NotFound
from welcome.events.calendar import Entry
from welcome.events.crew import rules
from welcome.events.crew.letters import SHIFT_CANCELLED, SHIFT_MOVED, SHIFT_REMINDER, SHIFT_TAKEN, shift_entry
from welcome.events.crew.models import Helper, Shift
from welcome.events.crew.planning import replan_shift
from welcome.events.crew.rules import Plan
from welcome.events.models import EventStatus, Occurrence
from welcome.post.letters import Letter
from welcome.post.service import post, withdraw


def add_shift(session: Session, occurrence: Occurrence, plan: Plan, *, now: datetime) -> Shift:
    """Plan a shift at one date."""
    shift = Shift(occurrence_id=occurrence.id, places_left=plan.places)
    _set(shift, plan)
    session.add(shift)
    session.flush()
    replan_shift(session, shift, now=now)
    return shift


def change_shift(session: Session, shift_id: int, plan: Plan, *, now: datetime) -> Shift:
    """Plan a shift anew; whoever has taken it is told of another time."""
    shift = _held(session, shift_id)
    left = rules.places_left(plan.places, shift.places - shift.places_left)
    has_moved = (shift.starts_after, shift.lasts) != (plan.starts_after, plan.lasts)
    _set(shift, plan)
    shift.places_left = left
    if has_moved:
        shift.sequence += 1
        session.flush()
        replan_shift(session, shift, now=now)
        if shift.occurrence.is_open:
            _tell(session, SHIFT_MOVED, shift, now)
    return shift


def remove_shift(session: Session, shift_id: int) -> None:
    """Take back a shift that nobody has taken."""
    shift = _held(session, shift_id)
    if shift.places_left < shift.places:
        raise rules.ShiftIsTaken
    session.delete(shift)
    session.flush()


def copy_shifts(session: Session, source: Occurrence, target: Occurrence, *, now: datetime) -> None:
    """Plan the same shifts at another date."""
    for shift in session.scalars(sa.select(Shift).where(Shift.occurrence_id == source.id).order_by(Shift.id)).all():
        plan = Plan(shift.name, shift.starts_after, shift.lasts, shift.places, shift.note)
        add_shift(session, target, plan, now=now)


def take(session: Session, shift_id: int, member_id: int, *, now: datetime) -> None:
    """Let a member help. One conditional statement decides about the last place; a second tap changes nothing."""
    shift = get_shift(session, shift_id)
    if not shift.occurrence.is_open or shift.starts_at <= now:
        raise rules.ShiftOver
    taken = shifts_of_member(session, member_id, now=now)
    if any(one.id == shift_id for one in taken):
        return
    rules.check_free(shift.starts_at, shift.ends_at, ((one.starts_at, one.ends_at, one.name) for one in taken))
    if not _change_left(session, shift_id, -1):
        raise rules.ShiftFull
    if not insert_once(session, Helper, shift_id=shift_id, member_id=member_id, taken_at=now):
        _change_left(session, shift_id, +1)
        return
    helper_id = session.scalar(sa.select(Helper.id).where(Helper.shift_id == shift_id, Helper.member_id == member_id))
    post(session, SHIFT_TAKEN, member_id, {"shift_id": shift_id}, key=f"{shift_id}:helper:{helper_id}", now=now)


def give_back(session: Session, shift_id: int, member_id: int, *, now: datetime) -> None:
    """Let somebody else help instead."""
    mine = sa.delete(Helper).where(Helper.shift_id == shift_id, Helper.member_id == member_id).returning(Helper.id)
    helper_id = session.scalar(mine)
    if helper_id is not None:
        _change_left(session, shift_id, +1)
        withdraw(session, SHIFT_TAKEN, f"{shift_id}:helper:{helper_id}", now=now, reason="the shift was given back")


def tell_of_move(session: Session, occurrence: Occurrence, *, now: datetime) -> None:
    """Tell the helpers of a date that it has another time or place."""
    _tell_all(session, SHIFT_MOVED, occurrence, now)


def tell_of_end(session: Session, occurrence: Occurrence, *, now: datetime) -> None:
    """Tell the helpers of a date that it is called off."""
    _tell_all(session, SHIFT_CANCELLED, occurrence, now)


def remind_helpers(session: Session, shift_id: int, now: datetime) -> str | None:
    """Remind whoever helps, once for each time that the shift has had."""
    shift = session.get(Shift, shift_id)
    if shift is None or not shift.occurrence.is_open:
        return None
    if shift.starts_at <= now:
        return TOO_LATE
    _tell(session, SHIFT_REMINDER, shift, now)
    return None


def release_helpers_who_left(session: Session, *, now: datetime) -> None:
    """Give back the shifts of members who closed their account or were suspended."""
    gone = sa.or_(Member.closed_at.is_not(None), Member.suspended_at.is_not(None))
    held = sa.select(Helper.shift_id, Helper.member_id).join(Helper.member).where(gone).order_by(Helper.shift_id)
    for shift_id, member_id in session.execute(held).all():
        give_back(session, shift_id, member_id, now=now)


def shifts_of_date(session: Session, occurrence_id: int) -> list[Shift]:
    """Return the shifts of a date in the order of their times."""
    chosen = sa.select(Shift).where(Shift.occurrence_id == occurrence_id).options(joinedload(Shift.occurrence))
    return list(session.scalars(chosen.order_by(Shift.starts_after, Shift.id)))


def shifts_of_member(session: Session, member_id: int, *, now: datetime) -> list[Shift]:
    """Return the shifts that a member has taken and that are still to come."""
    chosen = (
        sa.select(Shift)
        .join(Helper, Helper.shift_id == Shift.id)
        .join(Shift.occurrence)
        .where(Helper.member_id == member_id, Occurrence.status == EventStatus.PUBLISHED)
        .options(contains_eager(Shift.occurrence))
    )
    return sorted((one for one in session.scalars(chosen) if one.ends_at > now), key=lambda one: one.starts_at)


def entries_of_shifts(session: Session, member: Member, *, now: datetime) -> list[Entry]:
    """Return the shifts of a member for their own calendar."""
    return [shift_entry(shift) for shift in shifts_of_member(session, member.id, now=now)]


def helpers_of_date(session: Session, occurrence_id: int, *, seen_by: int) -> dict[int, list[Member]]:
    """Return who helps in each shift of a date, without those who are kept apart from the reader."""
    chosen = (
        sa.select(Helper.shift_id, Member)
        .join(Helper.member)
        .join(Helper.shift)
        .where(Shift.occurrence_id == occurrence_id, Member.is_present)
        .order_by(Helper.taken_at, Helper.id)
    )
    apart, found = blocked_ids(session, seen_by), dict[int, list[Member]]()
    for shift_id, member in session.execute(chosen):
        if member.id not in apart:
            found.setdefault(shift_id, []).append(member)
    return found


def get_shift(session: Session, shift_id: int) -> Shift:
    """Load a shift afresh, or raise NotFound."""
    shift = session.get(Shift, shift_id, options=[joinedload(Shift.occurrence)], populate_existing=True)
    if shift is None:
        raise NotFound
    return shift


def find_shift(session: Session, public_id: str) -> Shift | None:
    """Return a shift with its date and event."""
    date = joinedload(Shift.occurrence).joinedload(Occurrence.event)
    return session.scalar(sa.select(Shift).where(Shift.public_id == public_id).options(date))


def _held(session: Session, shift_id: int) -> Shift:
    shift = lock(session, Shift, shift_id)
    if shift is None:
        raise NotFound
    return shift


def _set(shift: Shift, plan: Plan) -> None:
    shift.name, shift.note, shift.places = plan.name, plan.note, plan.places
    shift.starts_after, shift.lasts = plan.starts_after, plan.lasts


def _change_left(session: Session, shift_id: int, by: int) -> bool:
    changed = (
        sa.update(Shift)
        .where(Shift.id == shift_id, Shift.places_left + by >= 0)
        .values(places_left=Shift.places_left + by)
        .returning(Shift.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(changed) is not None


def _tell_all(session: Session, letter: Letter, occurrence: Occurrence, now: datetime) -> None:
    for shift in shifts_of_date(session, occurrence.id):
        for stale in (SHIFT_MOVED, SHIFT_REMINDER):
            withdraw(session, stale, f"{shift.id}:", now=now, reason="the event changed")
        _tell(session, letter, shift, now)


def _tell(session: Session, letter: Letter, shift: Shift, now: datetime) -> None:
    helping: Sequence[int] = session.scalars(
        sa.select(Helper.member_id).where(Helper.shift_id == shift.id).order_by(Helper.id)
    ).all()
    told = f"{shift.id}:sequence:{shift.occurrence.sequence}.{shift.sequence}"
    for member_id in helping:
        post(session, letter, member_id, {"shift_id": shift.id}, key=f"{told}:member:{member_id}", now=now)

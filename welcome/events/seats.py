"""The counters of free places: every change is one conditional update, so that no two people get the same place."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from welcome.events.answers.models import Attendance, Pool
from welcome.events.models import Event, Occurrence
from welcome.events.rules import Places, Promised, places_after

HELD = {
    Pool.NEWCOMER: Occurrence.newcomer_left,
    Pool.LOCAL: Occurrence.local_left,
    Pool.FIRST_TIMER: Occurrence.first_timer_left,
}
COUNTERS = ("seats_left", "newcomer_left", "local_left", "first_timer_left")
#: Since when the places of a pool are not kept any more.
OPENED = {
    Pool.NEWCOMER: Occurrence.opened_at,
    Pool.LOCAL: Occurrence.opened_at,
    Pool.FIRST_TIMER: Occurrence.regulars_at,
}


def take(session: Session, occurrence_id: int, party: int, pools: tuple[Pool, ...]) -> Pool | None:
    """Take places for a whole party from the first pool that has them; return that pool, or None."""
    return next((pool for pool in pools if _take_from(session, occurrence_id, party, pool)), None)


def take_all(session: Session, occurrence_id: int, parties: Sequence[tuple[int, tuple[Pool, ...]]]) -> list[Pool]:
    """Take places for several parties, each from its own pools: for all, or for none (then nothing is returned)."""
    taken: list[Pool] = []
    for party, pools in parties:
        pool = take(session, occurrence_id, party, pools)
        if pool is None:
            for (people, _pools), held in zip(parties, taken, strict=False):
                give_back(session, occurrence_id, people, held)
            return []
        taken.append(pool)
    return taken


def _take_from(session: Session, occurrence_id: int, party: int, pool: Pool) -> bool:
    change = {"seats_left": Occurrence.seats_left - party}
    if pool in HELD:
        change[HELD[pool].key] = HELD[pool] - party
    taken = (
        sa.update(Occurrence)
        .where(Occurrence.id == occurrence_id, _has_room(party, pool))
        .values(change)
        .returning(Occurrence.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(taken).first() is not None


def _has_room(party: int, pool: Pool) -> ColumnElement[bool]:
    if pool in HELD:
        return HELD[pool] >= party
    held = sum((func.coalesce(kept, 0) for kept in HELD.values()), sa.literal(0))
    return sa.or_(Occurrence.seats_left.is_(None), Occurrence.seats_left - held >= party)


def give_back(session: Session, occurrence_id: int, party: int, pool: Pool | None) -> None:
    """Give places back into the pool that they came from; once opened to all, they stay open to all."""
    change: dict[str, ColumnElement[int | None]] = {"seats_left": Occurrence.seats_left + party}
    if pool in HELD:
        held = HELD[pool]
        change[held.key] = sa.case((OPENED[pool].is_(None), held + party), else_=held)
    session.execute(
        sa.update(Occurrence)
        .where(Occurrence.id == occurrence_id)
        .values(change)
        .execution_options(synchronize_session=False)
    )


def draw_turn(session: Session, occurrence_id: int) -> int:
    """Give out the next number of the queue."""
    turn = session.scalar(
        sa.update(Occurrence)
        .where(Occurrence.id == occurrence_id)
        .values(next_turn=Occurrence.next_turn + 1)
        .returning(Occurrence.next_turn)
        .execution_options(synchronize_session=False)
    )
    return (turn or 1) - 1


def left(occurrence: Occurrence) -> Places:
    """Return the counters of a date."""
    return Places(**{name: getattr(occurrence, name) for name in COUNTERS})


def is_kept(occurrence: Occurrence, pool: Pool) -> bool:
    """Whether the places of a pool are still kept for somebody."""
    return pool in OPENED and getattr(occurrence, OPENED[pool].key) is None


def recount(occurrence: Occurrence, event: Event, taken: dict[Pool, int]) -> None:
    """Set the counters of a date after what its event promises; refuse fewer places than are taken."""
    promised = Promised(event.capacity, event.newcomer_places, event.local_places, event.first_timer_places)
    free = places_after(
        promised, taken, is_opened=occurrence.opened_at is not None, is_for_regulars=occurrence.regulars_at is not None
    )
    for name in COUNTERS:
        setattr(occurrence, name, getattr(free, name))


def taken_places(session: Session, occurrence_id: int) -> dict[Pool, int]:
    """Count the places that people hold, by the pool they came from."""
    held = (
        sa.select(Attendance.pool, func.sum(Attendance.party))
        .where(Attendance.occurrence_id == occurrence_id, Attendance.pool.is_not(None))
        .group_by(Attendance.pool)
    )
    return {pool or Pool.ALL: int(places) for pool, places in session.execute(held)}

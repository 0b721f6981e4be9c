"""How often everybody is shown, so that suggestions and rounds spread attention.

A page may be looked at many times; what counts is how many different people were shown somebody this week. Whoever
looks has a row per person seen, written in a transaction of its own after the page is made, and only for people who
are new to them: so a reload writes nothing, changes no order, and what one has seen does not vanish from one's page.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from math import ceil

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import insert_all_once
from welcome.matching.attention import FADING
from welcome.pairings.models.exposure import Exposure, Sighting
from welcome.pairings.models.requests import Request
from welcome.pairings.states import RequestState

LEAST_CAP = 10  #: different people to whom one person is shown in a week, however quiet it is
CROWDED = 2.0  #: and so many times the average where people look often
WEEKS_BACK = 4  #: so many earlier weeks still count, each less than the one after it
KEEP_SIGHTINGS = timedelta(weeks=2)
KEEP_COUNTS = timedelta(days=90)

Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


def week_of(now: datetime) -> date:
    """Return the Monday of the week in which counting goes on."""
    return now.date() - timedelta(days=now.weekday())


def seen_by(session: Session, member_id: int, *, now: datetime) -> set[int]:
    """Return whom a member has been shown this week."""
    seen = sa.select(Sighting.other_id).where(Sighting.member_id == member_id, Sighting.week == week_of(now))
    return set(session.scalars(seen))


def unseen(session: Session, member_id: int, shown: Iterable[int], *, now: datetime) -> set[int]:
    """Return whom a page shows to a member for the first time this week."""
    return set(shown) - seen_by(session, member_id, now=now)


def count(session: Session, member_id: int, shown: Collection[int], *, now: datetime) -> None:
    """Note that people were shown to a member. Always in one order, so that two pages never wait for each other."""
    week = week_of(now)
    rows = [{"member_id": member_id, "other_id": other, "week": week} for other in sorted(shown)]
    new = insert_all_once(session, Sighting, rows, Sighting.other_id)
    if new:
        blank = [{"member_id": other, "week": week, "shown": 0} for other in new]
        insert_all_once(session, Exposure, blank, Exposure.member_id)
        these = (Exposure.week == week, Exposure.member_id.in_(new))
        session.scalars(sa.select(Exposure.id).where(*these).order_by(Exposure.member_id).with_for_update()).all()
        session.execute(
            sa.update(Exposure)
            .where(*these)
            .values(shown=Exposure.shown + 1)
            .execution_options(synchronize_session=False)
        )


def read(session: Session, ids: list[int], *, but_seen_by: int | None = None, now: datetime) -> Counts:
    """Return to how many people each of these was shown this week, not counting one reader's own looks."""
    rows = {member_id: row for row, member_id in enumerate(ids)}
    counts = np.zeros(len(ids), dtype=np.int64)
    this_week = sa.select(Exposure.member_id, Exposure.shown).where(Exposure.week == week_of(now))
    for member_id, shown in session.execute(this_week):
        if member_id in rows:
            counts[rows[member_id]] = shown
    if but_seen_by is not None:
        for other in seen_by(session, but_seen_by, now=now) & rows.keys():
            counts[rows[other]] -= 1
    return np.maximum(counts, 0)


def read_before(session: Session, *, now: datetime) -> list[tuple[int, float]]:
    """Return how often members were shown in the weeks before this one, fading from week to week."""
    this = week_of(now)
    weeks = {this - timedelta(weeks=ago): FADING**ago for ago in range(1, WEEKS_BACK + 1)}
    weight = sa.case(weeks, value=Exposure.week)
    told = sa.select(Exposure.member_id, sa.func.sum(Exposure.shown * weight)).where(Exposure.week.in_(weeks))
    return [(member_id, float(shown)) for member_id, shown in session.execute(told.group_by(Exposure.member_id))]


def read_asked(session: Session, *, now: datetime) -> list[tuple[int, int]]:
    """Return how many questions wait for members' answers."""
    is_open = sa.and_(Request.state.in_((RequestState.REQUESTED, RequestState.SEEN)), Request.lapses_at > now)
    told = sa.select(Request.asked_id, sa.func.count()).where(is_open).group_by(Request.asked_id)
    return [(member_id, number) for member_id, number in session.execute(told)]


def cap_of(counts: Counts) -> int:
    """Return from which count on somebody is shown to nobody new this week: so some are always left to show."""
    return max(LEAST_CAP, ceil(CROWDED * float(counts.mean()))) if len(counts) else LEAST_CAP


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget who saw whom soon, and the counts after some months."""
    session.execute(sa.delete(Sighting).where(Sighting.week < (now - KEEP_SIGHTINGS).date()))
    session.execute(sa.delete(Exposure).where(Exposure.week < (now - KEEP_COUNTS).date()))

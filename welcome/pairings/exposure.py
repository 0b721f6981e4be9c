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
from welcome.pairings.models.exposure import Exposure, Sighting

LEAST_CAP = 10  #: different people to whom one person is shown in a week, however quiet it is
CROWDED = 2.0  #: and so many times the average where people look often
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
    for member_id, shown in session.execute(
        sa.select(Exposure.member_id, Exposure.shown).where(Exposure.week == week_of(now))
    ):
        if member_id in rows:
            counts[rows[member_id]] = shown
    if but_seen_by is not None:
        for other in seen_by(session, but_seen_by, now=now) & rows.keys():
            counts[rows[other]] -= 1
    return np.maximum(counts, 0)


def cap_of(counts: Counts) -> int:
    """Return from which count on somebody is shown to nobody new this week: so some are always left to show."""
    return max(LEAST_CAP, ceil(CROWDED * float(counts.mean()))) if len(counts) else LEAST_CAP


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget who saw whom soon, and the counts after some months."""
    session.execute(sa.delete(Sighting).where(Sighting.week < (now - KEEP_SIGHTINGS).date()))
    session.execute(sa.delete(Exposure).where(Exposure.week < (now - KEEP_COUNTS).date()))

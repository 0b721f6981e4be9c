"""How often everybody is shown, so that suggestions and rounds spread attention.

A page may be looked at many times; what counts is how many different people were shown somebody this week. Whoever
looks has a row per person seen, written in a transaction of its own after the page is made, and only for people who
are new to them: so a reload writes nothing, changes no order, and what one has seen does not vanish from one's page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from welcome.database import Retention, insert_all_once
from welcome.matching.suggestions.attention import FADING
from welcome.pairings.models.exposure import Exposure, Sighting
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.requests import Request
from welcome.pairings.states import RequestState
from welcome.terms import TERMS

LEAST_CAP = 10  #: different people to whom one person is shown in a week, however quiet it is
CROWDED = 2.0  #: and so many times the average where people look often
MOST_NAMED = 2_000
WEEKS_BACK = 4  #: so many earlier weeks still count, each less than the one after it
KEEP_SIGHTINGS = timedelta(weeks=2)

Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


def week_of(now: datetime) -> date:
    """Return the Monday of the week in which counting goes on."""
    return now.date() - timedelta(days=now.weekday())


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


def read(session: Session, ids: list[int], *, now: datetime) -> Counts:
    """Return to how many people each of these was shown this week."""
    told = {member_id: shown for _, member_id, shown, _ in session.execute(_weeks(ids, now))}
    return np.array([told.get(member_id, 0) for member_id in ids], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Looks:
    """Who was shown how often, and whose answers are waited for. Each row names a member first."""

    weeks: list[tuple[int, int, float]]  #: this week, and before it, fading from week to week
    asked: list[tuple[int, int]]
    seen: set[int]  #: whom the reader was shown this week
    in_all: int  #: of the whole programme this week


def read_looks(session: Session, programme_id: int, reader_id: int, ids: Collection[int], *, now: datetime) -> Looks:
    """Read how much attention members have had, and what the reader has seen; by one statement."""
    nobody, nothing = sa.literal(0), sa.literal(0.0)
    seen = (Sighting.member_id == reader_id, Sighting.week == week_of(now))
    members = sa.select(Enrolment.member_id).where(Enrolment.programme_id == programme_id)
    in_all = (Exposure.week == week_of(now), Exposure.member_id.in_(members))
    is_open = (Request.state.in_((RequestState.REQUESTED, RequestState.SEEN)), Request.lapses_at > now)
    every = sa.union_all(
        _weeks(ids, now),
        sa.select(sa.literal("asked"), Request.asked_id, sa.func.count(), nothing)
        .where(*is_open, among(Request.asked_id, ids))
        .group_by(Request.asked_id),
        sa.select(sa.literal("seen"), Sighting.other_id, sa.literal(1), nothing).where(*seen),
        sa.select(sa.literal("all"), nobody, sa.func.coalesce(sa.func.sum(Exposure.shown), 0), nothing).where(*in_all),
    )
    rows = session.execute(every).all()
    return Looks(
        weeks=[(member_id, int(shown), float(before)) for kind, member_id, shown, before in rows if kind == "weeks"],
        asked=[(member_id, int(number)) for kind, member_id, number, _ in rows if kind == "asked"],
        seen={member_id for kind, member_id, _, _ in rows if kind == "seen"},
        in_all=sum(int(number) for kind, _, number, _ in rows if kind == "all"),
    )


def _weeks(ids: Collection[int], now: datetime) -> sa.Select[str, int, int, float]:
    this = week_of(now)
    fading = {this - timedelta(weeks=ago): FADING**ago for ago in range(1, WEEKS_BACK + 1)}
    shown = sa.func.sum(sa.case({this: 1}, value=Exposure.week, else_=0) * Exposure.shown)
    before = sa.func.sum(sa.case(fading, value=Exposure.week, else_=0.0) * Exposure.shown)
    return (
        sa.select(sa.literal("weeks"), Exposure.member_id, shown, before)
        .where(Exposure.week.in_([this, *fading]), among(Exposure.member_id, ids))
        .group_by(Exposure.member_id)
    )


def among(column: sa.ColumnElement[int] | InstrumentedAttribute[int], ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Condition: one of these, where they are few enough to be named; then the database looks at no other."""
    return column.in_(ids) if len(ids) <= MOST_NAMED else sa.true()


def cap_of(shown: int, people: int) -> int:
    """Return the cap for so many looks at so many people: high enough that some are always left to show."""
    return max(LEAST_CAP, ceil(CROWDED * shown / people)) if people else LEAST_CAP


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget who saw whom soon, and the counts after some months."""
    session.execute(sa.delete(Sighting).where(Sighting.week < (now - KEEP_SIGHTINGS).date()))
    session.execute(sa.delete(Exposure).where(Exposure.week < (now - TERMS[Retention.WEEKS]).date()))

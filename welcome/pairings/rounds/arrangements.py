"""What a coordinator decides about people before a round: bring them together, or keep two apart in this programme.

A pin is a wish to the round, not a way around its rules: both are asked as everybody else is, and blocks, limits and
history count. A pin that is not possible at the moment waits; once proposed it is spent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.accounts.service import find_by_address
from welcome.errors import NotFound
from welcome.matching.pairs.constraints import may_meet
from welcome.pairings import history, population, refusals
from welcome.pairings.circles.fitting import LARGEST, may_share
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Arrangement
from welcome.pairings.population import Crowd
from welcome.pairings.states import ArrangementKind

Pair = tuple[int, int]


def read_arrangements(session: Session, programme_id: int) -> list[Arrangement]:
    """Return what is arranged in a programme between people who are there."""
    present = sa.select(Member.id).where(Member.is_present).scalar_subquery()
    rows = sa.select(Arrangement).where(
        Arrangement.programme_id == programme_id, Arrangement.one_id.in_(present), Arrangement.other_id.in_(present)
    )
    return list(session.scalars(rows.order_by(Arrangement.id)))


def read_pairs(session: Session, programme_id: int) -> tuple[list[Pair], set[Pair]]:
    """Return the pairs to make and the pairs not to make."""
    rows = session.execute(
        sa.select(Arrangement.kind, Arrangement.one_id, Arrangement.other_id)
        .where(Arrangement.programme_id == programme_id)
        .order_by(Arrangement.id)
    ).all()
    pins = [(one, other) for kind, one, other in rows if kind is ArrangementKind.PIN]
    return pins, {(one, other) for kind, one, other in rows if kind is ArrangementKind.FORBID}


def rows_of(crowd: Crowd, pins: Iterable[Pair]) -> list[Pair]:
    """Return the rows of those pins that break no rule now, the one who gives first, while places last."""
    left = crowd.population.capacity.copy()
    found = []
    for one, other in pins:
        if one not in crowd.rows or other not in crowd.rows:
            continue
        first, second = crowd.rows[one], crowd.rows[other]
        for pair in ((first, second), (second, first)):
            fits = may_meet(crowd.population, crowd.settings, np.array([pair[0]]), np.array([pair[1]]))[0]
            if fits and left[first] > 0 and left[second] > 0:
                left[[first, second]] -= 1
                found.append(pair)
                break
    return found


def rows_together(crowd: Crowd, pins: Iterable[Pair]) -> list[Pair]:
    """Return the rows of those pins that break no rule now, where any number may sit together."""
    known = [(crowd.rows[one], crowd.rows[other]) for one, other in pins if one in crowd.rows and other in crowd.rows]
    if not known:
        return []
    first, second = np.array(known).T
    fits = may_meet(crowd.population, crowd.settings, first, second) & (crowd.population.capacity[first] > 0)
    fits &= crowd.population.capacity[second] > 0
    return [pair for pair, fit in zip(known, fits, strict=True) if fit]


def find_two(session: Session, programme: Programme, emails: tuple[str, str]) -> Pair:
    """Return the two people of a programme who have these addresses."""
    one, other = (_find_enrolled(session, programme, email) for email in emails)
    return one, other


def arrange(
    session: Session, programme: Programme, kind: ArrangementKind, people: Sequence[int], *, now: datetime
) -> None:
    """Pin people who take part to the first of them, or forbid them; what was arranged before is replaced.

    More than two can only be pinned: they sit in one circle.
    """
    pairs = [(min(people[0], other), max(people[0], other)) for other in people[1:]]
    if not pairs or len(set(people)) < len(people):
        raise refusals.TwoNeeded
    if kind is ArrangementKind.PIN:
        apart = history.apart_pairs(session, set(people), now=now)
        crowd = population.read_crowd(session, programme, apart=apart)
        if not (_may_sit(crowd, people) if not programme.pairs_two else rows_of(crowd, pairs)):
            raise refusals.CannotPair
    for one, other in pairs:
        these = (Arrangement.programme_id == programme.id, Arrangement.one_id == one, Arrangement.other_id == other)
        session.execute(sa.delete(Arrangement).where(*these))
        session.add(Arrangement(programme_id=programme.id, kind=kind, one_id=one, other_id=other, created_at=now))
    session.flush()


def _may_sit(crowd: Crowd, people: Sequence[int]) -> bool:
    """Whether these may be in one circle, as it is or with others."""
    if len(people) > LARGEST or not all(person in crowd.rows for person in people):
        return False
    rows = [crowd.rows[person] for person in people]
    every = rows_together(crowd, combinations(people, 2))
    return len(every) == len(rows) * (len(rows) - 1) // 2 and may_share(crowd.population, crowd.settings, rows)


def move(session: Session, programme: Programme, people: Sequence[int], *, now: datetime) -> None:
    """Pin somebody to another partner, or to the people of another circle; what was pinned for the first goes.

    Of two, what was pinned for the other goes as well.
    """
    moved = people if programme.pairs_two else people[:1]
    of_these = sa.or_(Arrangement.one_id.in_(moved), Arrangement.other_id.in_(moved))
    pins = (Arrangement.programme_id == programme.id, Arrangement.kind == ArrangementKind.PIN)
    session.execute(sa.delete(Arrangement).where(*pins, of_these))
    arrange(session, programme, ArrangementKind.PIN, people, now=now)


def _find_enrolled(session: Session, programme: Programme, email: str) -> int:
    member = find_by_address(session, email.strip().lower())
    joined = sa.select(Enrolment.id).where(Enrolment.programme_id == programme.id)
    if member is None or not member.is_present:
        raise refusals.NotEnrolled
    if session.scalar(joined.where(Enrolment.member_id == member.id)) is None:
        raise refusals.NotEnrolled
    return member.id


def remove(session: Session, programme: Programme, public_id: str) -> None:
    """Take an arrangement back."""
    these = (Arrangement.programme_id == programme.id, Arrangement.public_id == public_id)
    if session.execute(sa.delete(Arrangement).where(*these).returning(Arrangement.id)).first() is None:
        raise NotFound


def spend_pins(session: Session, programme_id: int, proposed: set[Pair]) -> None:
    """Forget the pins that a round has proposed."""
    pins = sa.select(Arrangement).where(
        Arrangement.programme_id == programme_id, Arrangement.kind == ArrangementKind.PIN
    )
    for pin in session.scalars(pins):
        if (pin.one_id, pin.other_id) in proposed:
            session.delete(pin)

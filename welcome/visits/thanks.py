"""Two questions after the event: did you feel welcome, and whom would you like to see again?

Nobody is told who would like to see whom. Where two would, the matcher hears of it (``mutual_wishes``).
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from welcome.accounts.models import Block, Member
from welcome.database import insert_once
from welcome.errors import NotFound
from welcome.events import joining
from welcome.events.answers.company import fellow_guests
from welcome.events.models import Attendance, AttendanceState, Occurrence
from welcome.visits import rules
from welcome.visits.models import Felt, Thanks, Wish


def check_came(session: Session, occurrence_id: int, member_id: int) -> None:
    """Refuse to ask somebody who was not there."""
    answer = joining.find_attendance(session, occurrence_id, member_id)
    if answer is None or answer.state is not AttendanceState.GOING:
        raise NotFound


def people_met(session: Session, occurrence_id: int, member_id: int) -> list[Attendance]:
    """Return the fellow guests among whom one may choose: those who were listed and may be shown."""
    return [one for one in fellow_guests(session, occurrence_id, member_id) if one.member_id != member_id]


def find_thanks(session: Session, occurrence_id: int, member_id: int) -> tuple[Felt | None, set[int]]:
    """Return what somebody has said so far."""
    mine = (Thanks.occurrence_id == occurrence_id, Thanks.member_id == member_id)
    wished = (Wish.occurrence_id == occurrence_id, Wish.member_id == member_id)
    felt = session.scalar(sa.select(Thanks.felt).where(*mine))
    return felt, set(session.scalars(sa.select(Wish.other_id).where(*wished)))


def say_thanks(
    session: Session,
    occurrence_id: int,
    member_id: int,
    felt: Felt | None,
    again: Collection[str],
    *,
    now: datetime,
) -> None:
    """Keep both answers; what was said before about the same event is replaced. ``again`` are public ids of guests."""
    occurrence = session.get_one(Occurrence, occurrence_id)
    check_came(session, occurrence_id, member_id)
    if not rules.may_answer(occurrence.ends_at, now):
        raise rules.TooLateToAnswer
    met = {one.member.public_id: one.member_id for one in people_met(session, occurrence_id, member_id)}
    own = (Thanks.occurrence_id == occurrence_id, Thanks.member_id == member_id)
    session.execute(sa.delete(Thanks).where(*own))
    session.execute(sa.delete(Wish).where(Wish.occurrence_id == occurrence_id, Wish.member_id == member_id))
    session.add(Thanks(occurrence_id=occurrence_id, member_id=member_id, felt=felt, answered_at=now))
    for public_id in sorted(set(again) & met.keys()):
        insert_once(session, Wish, member_id=member_id, other_id=met[public_id], occurrence_id=occurrence_id, at=now)


def mutual_wishes(session: Session) -> list[tuple[int, int]]:
    """Return the pairs of members who would both like to see each other again, the smaller id first, in order.

    Both are present, and neither has blocked the other.
    """
    back, one, other = aliased(Wish), aliased(Member), aliased(Member)
    apart = sa.or_(
        sa.and_(Block.member_id == Wish.member_id, Block.blocked_id == Wish.other_id),
        sa.and_(Block.member_id == Wish.other_id, Block.blocked_id == Wish.member_id),
    )
    pairs = (
        sa.select(Wish.member_id, Wish.other_id)
        .join(back, sa.and_(back.member_id == Wish.other_id, back.other_id == Wish.member_id))
        .join(one, one.id == Wish.member_id)
        .join(other, other.id == Wish.other_id)
        .where(Wish.member_id < Wish.other_id, one.is_present, other.is_present)
        .where(~sa.select(Block.member_id).where(apart).exists())
        .order_by(Wish.member_id, Wish.other_id)
    )
    return [(first, second) for first, second in session.execute(pairs)]

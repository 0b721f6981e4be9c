"""Two questions after the event: did you feel welcome, and whom would you like to see again?

Nobody is told who would like to see whom. Where two would, the matcher hears of it (``wished_by_both``).
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from welcome.database import insert_once
from welcome.errors import NotFound
from welcome.events.answers.company import company_of
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.answers.standing import find_attendance
from welcome.events.models import Occurrence
from welcome.visits import rules
from welcome.visits.models import Felt, Thanks, Wish


def check_came(session: Session, occurrence_id: int, member_id: int) -> None:
    """Refuse to ask somebody who was not there."""
    answer = find_attendance(session, occurrence_id, member_id)
    if answer is None or answer.state is not AttendanceState.GOING:
        raise NotFound


def people_met(session: Session, occurrence_id: int, member_id: int) -> list[Attendance]:
    """Return the fellow guests among whom one may choose: those who were listed and may be shown."""
    return [one for one in company_of(session, occurrence_id, member_id).listed if one.member_id != member_id]


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


def wished_by_both(session: Session, member_id: int) -> set[int]:
    """Return the members who would like to see this one again, as this one would them; the matcher asks the rest."""
    back = aliased(Wish)
    mine = sa.select(Wish.other_id).join(back, sa.and_(back.member_id == Wish.other_id, back.other_id == member_id))
    return set(session.scalars(mine.where(Wish.member_id == member_id)))

"""Where somebody stands: their answer to a date, and the side on which they say they are."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.events.answers.models import Attendance
from welcome.profiles.models import Profile


def find_attendance(session: Session, occurrence_id: int, member_id: int) -> Attendance | None:
    """Return a member's answer to a date."""
    mine = (Attendance.occurrence_id == occurrence_id, Attendance.member_id == member_id)
    return session.scalar(sa.select(Attendance).where(*mine).execution_options(populate_existing=True))


def side_of(session: Session, member_id: int | None) -> str | None:
    """Return the side on which a member says they are."""
    side = session.scalar(sa.select(Profile.side).where(Profile.member_id == member_id))
    return side.value if side else None

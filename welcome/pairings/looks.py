"""What coordinators see of people who take part is written into the staff log, where those people find it.

Once for each coordinator, member and round: looking at the same round again adds nothing.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import staff_log
from welcome.accounts.models import Member
from welcome.pairings.models.rounds import Round
from welcome.pairings.suggestions import Face


def note(session: Session, coordinator: Member, kept_id: int, member_ids: Collection[int], *, now: datetime) -> None:
    """Write down that a coordinator saw these people's first names and districts."""
    kept = session.get_one(Round, kept_id)
    people = session.scalars(sa.select(Member).where(Member.id.in_(member_ids)).order_by(Member.id)).all()
    staff_log.note_looks(session, coordinator, kept.public_id, people, kept.programme.name, now=now)


def find_new(session: Session, coordinator: Member, kept: Round, faces: Collection[Face]) -> set[int]:
    """Return who of these is seen for the first time; that they see themselves is not told."""
    return {face.id for face in faces} - staff_log.looked_at(session, coordinator, kept.public_id) - {coordinator.id}

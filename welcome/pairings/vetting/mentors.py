"""Which mentors may be matched: all that their programme asks for was done, and none of it has run out."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.vetting import Vetted
from welcome.pairings.states import Part


def is_ready(programme: Programme) -> sa.ColumnElement[bool]:
    """Condition on enrolments in a programme: no mentor, or one of whom nothing is missing."""
    if not programme.mentor_steps:
        return sa.true()
    holds = (Vetted.programme_id == programme.id, Vetted.member_id == Enrolment.member_id, Vetted.lapsed_at.is_(None))
    done = sa.select(sa.func.count()).where(*holds, Vetted.step.in_(programme.mentor_steps))
    return sa.or_(Enrolment.role != Part.MENTOR, done.scalar_subquery() == len(programme.mentor_steps))


def may_mentor(session: Session, programme: Programme, enrolment: Enrolment) -> bool:
    """Whether somebody takes part in a role that is open to them now."""
    found = sa.select(Enrolment.id).where(Enrolment.id == enrolment.id, is_ready(programme))
    return enrolment.role is not Part.MENTOR or session.scalar(found) is not None


def missing_of(session: Session, programme: Programme, member_id: int) -> Sequence[str]:
    """Return which steps a member still has before them, as a mentor of a programme."""
    own = (Vetted.programme_id == programme.id, Vetted.member_id == member_id, Vetted.lapsed_at.is_(None))
    holds = set(session.scalars(sa.select(Vetted.step).where(*own)))
    return [step for step in programme.mentor_steps if step not in holds]

"""What this room does later: call for what is late, end measures whose time is over, forget old reports."""

from datetime import datetime

import sqlalchemy as sa

from welcome.agenda.jobs import Handler
from welcome.database import writing
from welcome.moderation.measures import end_measure
from welcome.moderation.models import Appeal, Decision, Measure, Report
from welcome.moderation.watch import call_again, escalate
from welcome.terms import is_over

HANDLERS: dict[str, Handler] = {
    "report_overdue": escalate,
    "appeal_overdue": call_again,
    "end_measure": end_measure,
}


def forget_old(*, now: datetime) -> None:
    """Forget reports, with what they froze and what followed, when all of it has been over for long.

    What nobody has decided stays, and so does the reason of a measure that still holds.
    """
    holds = sa.and_(Measure.kind != Decision.WARNING, Measure.ended_at.is_(None))
    is_asked = sa.and_(Appeal.id.is_not(None), Appeal.decided_at.is_(None))
    goes_on = sa.or_(holds, ~is_over(Measure.ended_at, now), is_asked, ~is_over(Appeal.decided_at, now))
    follows = sa.select(Measure.report_id).outerjoin(Appeal).where(goes_on)
    with writing() as session:
        session.execute(sa.delete(Report).where(is_over(Report.decided_at, now), Report.id.not_in(follows)))

"""The clock of the queue: who moderates, and whom to call when a report or an appeal was not decided in time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Grant, Role
from welcome.agenda.service import schedule
from welcome.database import lock
from welcome.moderation import rules
from welcome.moderation.letters import APPEAL_OVERDUE, REPORT_OVERDUE
from welcome.moderation.models import Appeal, Report
from welcome.post.service import post


def moderators(session: Session, but: set[int | None], *, with_admins: bool = False) -> list[int]:
    """Return who moderates, without those whom a case concerns."""
    wanted = (Role.MODERATOR, Role.ADMIN) if with_admins else (Role.MODERATOR,)
    return sorted(set(session.scalars(sa.select(Grant.member_id).where(Grant.role.in_(wanted)))) - but)


def watch(session: Session, report: Report, at: datetime) -> None:
    """Plan that somebody is called when the report is still open then."""
    schedule(session, f"overdue:{report.id}:{report.escalations}", "report_overdue", report.id, at)


def escalate(session: Session, report_id: int, now: datetime) -> None:
    """Call every moderator and admin to a report that is late, again and again until it is decided."""
    report = lock(session, Report, report_id)
    if report is None or report.decided_at is not None:
        return
    report.escalations += 1
    for member_id in moderators(session, {report.accused_id, report.reporter_id}, with_admins=True):
        key = f"{report.id}:{report.escalations}:{member_id}"
        post(session, REPORT_OVERDUE, member_id, {"report": report.id}, key=key, now=now)
    watch(session, report, rules.due_at(report.category, now))


def watch_appeal(session: Session, appeal: Appeal, at: datetime) -> None:
    """Plan that somebody is called when the appeal is still open then."""
    schedule(session, f"appeal:{appeal.id}:{at:%Y-%m-%d %H:%M}", "appeal_overdue", appeal.id, at)


def call_again(session: Session, appeal_id: int, now: datetime) -> None:
    """Call every moderator and admin who may answer a late appeal, again and again until somebody does."""
    appeal = lock(session, Appeal, appeal_id)
    if appeal is None or appeal.decided_at is not None:
        return
    for member_id in moderators(session, {appeal.measure.taken_by_id, appeal.member_id}, with_admins=True):
        key = f"{appeal.id}:{now.timestamp()}:{member_id}"
        post(session, APPEAL_OVERDUE, member_id, {"appeal": appeal.id}, key=key, now=now)
    watch_appeal(session, appeal, now + rules.APPEAL_CALLS)

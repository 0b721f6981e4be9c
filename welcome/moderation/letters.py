"""Letters about reports."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.moderation.models import Report
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel


def _about_report(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    report = session.get(Report, args["report"])
    if report is None:
        return Unwanted("the report is gone")
    return {"report": report, "link": "/"}


def _for_moderator(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    report = session.get(Report, args["report"])
    if report is None or report.decided_at is not None:
        return Unwanted("the report is decided")
    return {"report": report, "link": f"/desk/reports/{report.public_id}"}


REPORT_RAISED = Letter("report_raised", _for_moderator)
REPORT_ANSWERED = Letter("report_answered", _about_report)
WARNED = Letter("warned", _about_report)
SUSPENDED = Letter("suspended", _about_report, channels=(Channel.MAIL,), is_essential=True)

LETTERS = (REPORT_RAISED, REPORT_ANSWERED, WARNED, SUSPENDED)

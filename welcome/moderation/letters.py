"""Letters about reports, measures and appeals."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.accounts import tokens
from welcome.accounts.tokens import Purpose
from welcome.moderation.models import Appeal, Measure, Report
from welcome.moderation.rules import HOUSE_RULES
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel


def _about_report(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    report = session.get(Report, args["report"])
    if report is None:
        return Unwanted("the report is gone")
    return {"report": report, "link": f"/report/received/{tokens.sign(Purpose.RECEIPT, report.public_id)}"}


def _for_moderator(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    report = session.get(Report, args["report"])
    if report is None or report.decided_at is not None:
        return Unwanted("the report is decided")
    return {"report": report, "link": f"/desk/reports/{report.public_id}"}


def _measure(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    measure = session.get(Measure, args["measure"])
    if measure is None:
        return Unwanted("the measure is gone")
    link = f"/appeal/{tokens.sign(Purpose.APPEAL, measure.public_id)}"
    return {"measure": measure, "house_rule": HOUSE_RULES.get(measure.house_rule), "link": link}


def _appeal(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    appeal = session.get(Appeal, args["appeal"])
    if appeal is None or appeal.decided_at is not None:
        return Unwanted("the appeal is decided")
    return {"appeal": appeal, "link": f"/desk/appeals/{appeal.public_id}"}


def _answer(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    appeal = session.get(Appeal, args["appeal"])
    return {"appeal": appeal, "link": "/"} if appeal else Unwanted("the appeal is gone")


REPORT_RAISED = Letter("report_raised", _for_moderator)
REPORT_OVERDUE = Letter("report_overdue", _for_moderator)
REPORT_ANSWERED = Letter("report_answered", _about_report)
#: By mail alone and in any case: who is suspended has no bell any more.
MEASURE_TAKEN = Letter("measure_taken", _measure, channels=(Channel.MAIL,), is_essential=True)
APPEAL_RAISED = Letter("appeal_raised", _appeal)
APPEAL_OVERDUE = Letter("appeal_overdue", _appeal)
APPEAL_ANSWERED = Letter("appeal_answered", _answer, channels=(Channel.MAIL,), is_essential=True)

LETTERS = (
    *(REPORT_RAISED, REPORT_OVERDUE, REPORT_ANSWERED, MEASURE_TAKEN),
    *(APPEAL_RAISED, APPEAL_OVERDUE, APPEAL_ANSWERED),
)

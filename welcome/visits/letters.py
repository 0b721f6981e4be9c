"""The letter of the day after: thank you, and two questions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.clock import now
from welcome.events.answers.models import AttendanceState
from welcome.events.answers.standing import find_attendance
from welcome.events.letters import guest_path
from welcome.events.models import Occurrence
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.visits.rules import may_answer


def _thank(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    occurrence = session.get(Occurrence, args["occurrence_id"])
    answer = find_attendance(session, args["occurrence_id"], reader.id)
    if occurrence is None or not occurrence.is_open or answer is None or answer.state is not AttendanceState.GOING:
        return Unwanted("the member was not there")
    if not may_answer(occurrence.ends_at, now()):
        return Unwanted("it is too late for the questions")
    is_guest = answer.member.is_guest
    return {
        "event": occurrence.event,
        "occurrence": occurrence,
        "organisation": occurrence.event.organisation,
        "link": f"{guest_path(answer) if is_guest else f'/events/dates/{occurrence.public_id}'}/thanks",
        "has_account": not is_guest,
    }


EVENT_THANKS = Letter("event_thanks", _thank)

LETTERS = (EVENT_THANKS,)

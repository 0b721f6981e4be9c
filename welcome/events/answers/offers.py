"""Places that are held for somebody until they say yes, and the letters to who gave an answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from welcome.agenda import service as agenda
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.post.letters import Letter
from welcome.post.service import post


def hold(session: Session, answer: Attendance, until: datetime) -> None:
    """Hold the places of an answer until they are confirmed; the agenda gives them to the next in line."""
    answer.state, answer.hold_until = AttendanceState.OFFERED, until
    session.flush()
    agenda.schedule(session, f"offer:{answer.id}:{answer.turn}", "lapse_offer", answer.id, until)


def tell(session: Session, letter: Letter, answer: Attendance, *, now: datetime) -> None:
    """Write to who gave an answer, once for each turn that they had."""
    post(session, letter, answer.member_id, args_of(answer), key=key_of(answer), now=now)


def args_of(answer: Attendance) -> dict[str, int]:
    """Return what a letter about an answer has to know."""
    return {"occurrence_id": answer.occurrence_id}


def key_of(answer: Attendance) -> str:
    """Name an answer and its turn, so that a letter about it is sent once."""
    return f"{answer.occurrence_id}:turn:{answer.turn}:member:{answer.member_id}"

"""The letter that tells admins of work that fails again and again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.agenda.jobs import MOST_ATTEMPTS
from welcome.agenda.models import Due
from welcome.post.letters import Context, Letter, Recipient, Unwanted


def compose(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say what is stuck, as long as it is."""
    due = session.get(Due, args["due"])
    if due is None or due.done_at is not None or due.attempts < MOST_ATTEMPTS:
        return Unwanted("the work is done, or tried again")
    return {"due": due, "times": due.attempts, "link": "/desk/outbox"}


WORK_STUCK = Letter("work_stuck", compose)

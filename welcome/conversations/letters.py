"""The one letter of this room: somebody wrote to you."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.accounts.service import is_blocked
from welcome.conversations.models import Message, Participant, Thread
from welcome.conversations.rules import excerpt
from welcome.post.letters import Context, Letter, Recipient, Unwanted


def _compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    thread = session.get(Thread, args["thread"])
    message = session.get(Message, args["message"])
    if thread is None or message is None or thread.closed_at is not None:
        return Unwanted("the conversation is over")
    place = session.scalar(
        sa.select(Participant).where(Participant.thread_id == thread.id, Participant.member_id == reader.id)
    )
    if place is None or place.left_at is not None:
        return Unwanted("the reader left the conversation")
    if place.last_read_at is not None and place.last_read_at >= message.sent_at:
        return Unwanted("the reader has seen it")
    author = session.get_one(Member, message.member_id)
    if not author.is_present or is_blocked(session, author.id, reader.id):
        return Unwanted("the two are kept apart, or the account is closed")
    return {
        "name": author.first_name,
        "excerpt": excerpt(message.body, 300),
        "link": f"/conversations/{thread.public_id}",
    }


NEW_MESSAGE = Letter("new_message", _compose, is_optional=True)

LETTERS = (NEW_MESSAGE,)

"""Letters about the account itself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel


def _nothing(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    return {}


LETTERS = tuple(
    Letter(kind, _nothing, channels=(Channel.MAIL,), is_essential=True)
    for kind in ("confirm_address", "already_member", "reset_password", "password_changed", "confirm_new_address")
)

"""Letters about the account itself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel


def _nothing(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    return {}


def _about_account(kind: str) -> Letter:
    return Letter(kind, _nothing, channels=(Channel.MAIL,), is_essential=True)


CONFIRM_ADDRESS = _about_account("confirm_address")
ALREADY_MEMBER = _about_account("already_member")
RESET_PASSWORD = _about_account("reset_password")
PASSWORD_CHANGED = _about_account("password_changed")
CONFIRM_NEW_ADDRESS = _about_account("confirm_new_address")

LETTERS = (CONFIRM_ADDRESS, ALREADY_MEMBER, RESET_PASSWORD, PASSWORD_CHANGED, CONFIRM_NEW_ADDRESS)

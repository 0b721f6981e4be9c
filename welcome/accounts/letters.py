"""Letters about the account itself. Their links are made when they are sent, so that no key to an account is stored."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_security.confirmable import generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy.orm import Session

from welcome.accounts import tokens
from welcome.accounts.tokens import Purpose
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel

GONE = Unwanted("the account changed meanwhile")


def _confirm(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    if reader.confirmed_at or not reader.is_active:
        return GONE
    return {"link": f"/confirm/{generate_confirmation_token(reader)}"}


def _known(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    if not reader.is_active:
        return GONE
    return {"link": "/login", "is_confirmed": reader.confirmed_at is not None}


def _reset(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    if not reader.is_active:
        return GONE
    return {"link": f"/reset/{generate_reset_password_token(reader)}"}


def _asked(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    return {"link": "/me/stop-new-password"} if reader.is_active else GONE


def _changed(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    return {"link": "/reset"}


def _new_address(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    address = args.get("address", "")
    if not reader.is_active or reader.email == address:
        return GONE
    token = tokens.sign(Purpose.CHANGE_ADDRESS, reader.fs_uniquifier, reader.email, address)
    return {"link": f"/change-email/{token}", "address": address}


def _closed(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    if reader.closed_at is None:
        return GONE
    link = f"/me/reopen/{tokens.sign(Purpose.REOPEN, reader.fs_uniquifier)}"
    return {"link": link, "was_unused": args.get("was_unused", False)}


def _unused(session: Session, reader: Any, args: Mapping[str, Any]) -> Context | Unwanted:
    day = date.fromisoformat(args["closes_on"])
    was_here = reader.seen_on is not None and reader.seen_on >= date.fromisoformat(args["asked_on"])
    return GONE if was_here or not reader.is_active else {"link": "/login", "closes_on": day}


def _about_account(kind: str, compose: Callable[[Session, Recipient, Mapping[str, Any]], Context | Unwanted]) -> Letter:
    return Letter(kind, compose, channels=(Channel.MAIL,), is_essential=True)


CONFIRM_ADDRESS = _about_account("confirm_address", _confirm)
ALREADY_MEMBER = _about_account("already_member", _known)
RESET_PASSWORD = _about_account("reset_password", _reset)
RESET_ASKED = Letter("reset_asked", _asked, channels=(Channel.APP,))
PASSWORD_CHANGED = _about_account("password_changed", _changed)
CONFIRM_NEW_ADDRESS = _about_account("confirm_new_address", _new_address)
ADDRESS_CHANGED = _about_account("address_changed", _changed)
ACCOUNT_UNUSED = _about_account("account_unused", _unused)
ACCOUNT_CLOSED = _about_account("account_closed", _closed)

LETTERS = (
    *(CONFIRM_ADDRESS, ALREADY_MEMBER, RESET_PASSWORD, RESET_ASKED, PASSWORD_CHANGED),
    *(CONFIRM_NEW_ADDRESS, ADDRESS_CHANGED, ACCOUNT_UNUSED, ACCOUNT_CLOSED),
)

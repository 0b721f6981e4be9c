"""What a moderator may take from a member for a while, and what still works meanwhile."""

from datetime import datetime

from sqlalchemy.orm import Session

from welcome.accounts.devices import end_all
from welcome.accounts.models import Member
from welcome.database import lock
from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l

#: Rooms in which a paused member may still act: the account, its data, and the decision about it.
ONES_OWN = {"accounts", "security", "web", "moderation"}


class Paused(Refusal):
    """A paused member tries to act."""

    message = _l(
        "Your account is paused for now. You can read, take your data along and ask for a second look. The letter "
        "about it says how, and until when."
    )


class Limited(Refusal):
    """A limited member turns to somebody they do not know."""

    message = _l("For now you cannot turn to people whom you do not know yet. The letter about it says until when.")


def check_may_act(member: Member, room: str | None, *, reaches_strangers: bool) -> None:
    """Refuse what a measure has taken from a member for a while."""
    if member.paused_at is not None and room not in ONES_OWN:
        raise Paused
    if member.limited_at is not None and reaches_strangers:
        raise Limited


def limit(session: Session, member_id: int, at: datetime | None) -> None:
    """Take first contacts from a member, or (``None``) give them back."""
    _locked(session, member_id).limited_at = at


def pause(session: Session, member_id: int, at: datetime | None) -> None:
    """Hide a member from everybody, or (``None``) show them again."""
    _locked(session, member_id).paused_at = at


def suspend(session: Session, member_id: int, at: datetime | None) -> None:
    """Put a member out of everything at once and end every session of theirs, or (``None``) let them in again."""
    member = _locked(session, member_id)
    member.suspended_at, member.active = at, at is None and member.closed_at is None
    end_all(session, member)


def _locked(session: Session, member_id: int) -> Member:
    return lock(session, Member, member_id) or session.get_one(Member, member_id)

"""What a letter is: a kind, a reason for receiving it, and a way to say what is true when it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from welcome.post.models import Channel

Context = dict[str, Any]


class Recipient(Protocol):
    """What the post needs to know about a reader."""

    id: int
    public_id: str
    mail_address: str
    first_name: str
    locale: str
    timezone: str
    is_reachable: bool
    is_discreet: bool
    quiet_from: int | None
    quiet_until: int | None
    gathers_on: int | None
    gathers_at: int | None


@dataclass(slots=True, kw_only=True)
class Somebody:
    """Nobody in particular, who reads a letter before it is sent."""

    locale: str
    timezone: str
    first_name: str = "…"
    id: int = 0
    public_id: str = ""
    mail_address: str = ""
    is_reachable: bool = True
    is_discreet: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None
    gathers_on: int | None = None
    gathers_at: int | None = None


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The letter must not be sent any more, and why (kept for those who ask)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    filename: str
    content: bytes
    mime_type: str


def _nothing(_session: Session, _member_id: int, _context: Context, _now: datetime) -> None:
    """Most letters leave nothing to be written down."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of letter.

    ``compose`` is asked at the moment of sending, never before, so that a letter always tells the present truth: it
    loads what it speaks of and returns the template's context, or Unwanted. The context may carry ``link`` (the
    path that the in-app notice opens) and ``attachments``; with ``needed_by``, the instant of what it is about, a
    letter rather disturbs its reader at night than that it comes too late; ``holds`` takes a session and says whether
    the letter, now written, is still true. Templates: ``mail/<kind>/subject.txt``,
    ``body.txt``, ``body.html``. To a discreet reader whatever is not essential goes out as ``mail/quiet``: nobody who
    writes a letter has to think of them. Readers choose how often an optional letter comes, and it carries the link
    that stops it; its kind stands in ``choices.KINDS``. ``sent`` writes down what was told, in the transaction
    that marks the letter as sent. Letters with the same ``thread`` (a word for what they are about) are shown together
    by mail programs.
    """

    kind: str
    compose: Callable[[Session, Recipient, Mapping[str, Any]], Context | Unwanted]
    channels: tuple[Channel, ...] = (Channel.MAIL, Channel.APP)
    is_essential: bool = field(default=False)  #: about the account itself: also goes to people who cannot sign in yet
    is_optional: bool = field(default=False)  #: the reader may choose how often, or never
    sent: Callable[[Session, int, Context, datetime], None] = _nothing

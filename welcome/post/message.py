"""Turn a letter's context into a message, in the language and time zone of its reader."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from unicodedata import category

from flask import current_app

from welcome.i18n import gettext as _
from welcome.i18n import in_locale, text_direction
from welcome.post.assembling import SAFE, set_bodies
from welcome.post.letters import Attachment, Context, Recipient
from welcome.post.models import Notice
from welcome.post.verp import return_path

LONGEST_SUBJECT = 60


def public_url(path: str) -> str:
    """Return the full address of a page: the one way in which a letter may link."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def message_id(notice: Notice) -> str:
    """Return the Message-ID, made from the notice's key, so that a repeat can be recognised."""
    return _id_of(f"{notice.key}:{notice.channel}")


def _id_of(words: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()[:64]
    digest = blake2b(words.encode(), key=secret, digest_size=16).hexdigest()
    return f"<{digest}@{current_app.config['PUBLIC_HOST']}>"


def sender_of(reader: Recipient) -> str:
    """Return the name that an inbox shows: for discreet readers one that could be anybody's."""
    return str(_("Notifications") if reader.is_discreet else current_app.config["INSTANCE_NAME"])


def address_of(reader: Recipient) -> str:
    """Return the address that an inbox shows beside the name: for discreet readers a neutral one where there is one."""
    neutral = current_app.config["DISCREET_MAIL_FROM"] if reader.is_discreet else ""
    return str(neutral or current_app.config["MAIL_FROM"])


def subject_of(notice: Notice, context: Context) -> str:
    """Return a notice's subject line: one line, whatever names it holds."""
    return _one_line(_render(notice.kind, "subject.txt", context))


def _short(subject: str) -> str:
    """Cut a subject where inboxes would, at the end of a word."""
    return subject if len(subject) < LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 2].rpartition(' ')[0]}…"


def _one_line(text: str) -> str:
    """Join words to one line that is read as it stands: what somebody typed is no encoded word (RFC 2047)."""
    text = text.replace("=?", "= ?")
    return " ".join("".join(" " if category(sign) == "Cc" else sign for sign in text).split())


def write(notice: Notice, reader: Recipient, context: Context, *, now: datetime) -> EmailMessage:
    """Write the message with a plain and an HTML body. Its envelope's sender stands in ``Return-Path``."""
    with in_locale(reader.locale, reader.timezone):
        words = {**words_for(reader), **context}
        message = EmailMessage(SAFE)
        message["Return-Path"] = return_path(notice)
        message["Subject"] = _short(subject_of(notice, words))
        message["From"] = str(Address(sender_of(reader), addr_spec=address_of(reader)))
        message["To"] = Address(addr_spec=notice.address or reader.mail_address)
        message["Date"] = format_datetime(now)  # words, as of the sender: what many letters share is kept
        message["Message-ID"] = message_id(notice)
        message["Auto-Submitted"] = "auto-generated"
        for name, value in _about(notice, reader, words).items():
            message[name] = value
        set_bodies(message, _render(notice.kind, "body.txt", words), _render(notice.kind, "body.html", words))
    for attachment in context.get("attachments", ()):
        _attach(message, attachment)
    message["Content-Language"] = reader.locale  # last: a body takes the Content headers before it along
    return message


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as its reader will see it, before there is one."""

    locale: str
    direction: str
    sender: str
    subject: str
    text: str


def preview(kind: str, reader: Recipient, context: Context) -> Preview:
    """Show what a letter would say to a reader, without the link that stops it."""
    words = {**words_for(reader), **context}
    with in_locale(reader.locale, reader.timezone):
        text = _render(kind, "body.txt", words).strip()
        subject = _short(_one_line(_render(kind, "subject.txt", words)))
        return Preview(reader.locale, text_direction(reader.locale), sender_of(reader), subject, text)


def words_for(reader: Recipient) -> Context:
    """Return what every letter knows of its reader."""
    return {
        "reader": reader,
        "direction": text_direction(reader.locale),
        "locale": reader.locale,
        "discreet": reader.is_discreet,
    }


def _about(notice: Notice, reader: Recipient, words: Context) -> dict[str, str]:
    """Return the headers by which mail programs sort letters, keep those about one thing together, and stop a kind."""
    headers = {}
    if "unsubscribe_url" in words:  # RFC 8058 and RFC 2919; a discreet reader's inbox does not say what it is about
        name = "notices" if reader.is_discreet else notice.kind.replace("_", "-")
        headers["List-Id"] = f"<{name}.{current_app.config['PUBLIC_HOST']}>"
        headers["List-Unsubscribe"] = f"<{words['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if "thread" in words:
        first = _id_of(f"{words['thread']}:{reader.id}")
        headers["In-Reply-To"] = headers["References"] = first
    return headers


def _render(kind: str, part: str, words: Context) -> str:
    """Render one part of a letter. What pages know of their visitor and their request has no place in it."""
    kind = "quiet" if words.get("is_quiet") else kind
    template = current_app.jinja_env.get_template(f"mail/{kind}/{part}")
    return template.render({"instance_name": current_app.config["INSTANCE_NAME"], **words})


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, subtype = attachment.mime_type.split("/", 1)
    message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.filename)

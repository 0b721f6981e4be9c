"""Turn a letter's context into a message, in the language and time zone of its reader."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import blake2b
from unicodedata import category

from flask import current_app

from welcome.i18n import gettext as _
from welcome.i18n import in_locale, text_direction
from welcome.post.letters import Attachment, Context, Recipient
from welcome.post.models import Notice

#: Bodies are encoded, so that no relay on the way needs to understand more than letters and digits.
SAFE = SMTP.clone(cte_type="7bit")


def public_url(path: str) -> str:
    """Return the full address of a page: the one way in which a letter may link."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def message_id(notice: Notice) -> str:
    """Return the Message-ID, made from the notice's key, so that a repeat can be recognised."""
    secret = str(current_app.config["SECRET_KEY"]).encode()[:64]
    digest = blake2b(f"{notice.key}:{notice.channel}".encode(), key=secret, digest_size=16).hexdigest()
    return f"<{digest}@{current_app.config['PUBLIC_HOST']}>"


def sender_of(reader: Recipient) -> str:
    """Return the name that an inbox shows: for discreet readers one that could be anybody's."""
    return str(_("Notifications") if reader.is_discreet else current_app.config["INSTANCE_NAME"])


def subject_of(notice: Notice, context: Context) -> str:
    """Return a notice's subject line: one line, whatever names it holds."""
    text = _render(notice, "subject.txt", context)
    return " ".join("".join(" " if category(sign) == "Cc" else sign for sign in text).split())


def write(notice: Notice, reader: Recipient, context: Context, *, now: datetime) -> EmailMessage:
    """Write the message with a plain and an HTML body."""
    with in_locale(reader.locale, reader.timezone):
        words = {
            "reader": reader,
            "direction": text_direction(reader.locale),
            "locale": reader.locale,
            **context,
        }
        message = EmailMessage(SAFE)
        message["Subject"] = subject_of(notice, words)
        message["From"] = Address(sender_of(reader), addr_spec=current_app.config["MAIL_FROM"])
        message["To"] = Address(addr_spec=notice.address or reader.mail_address)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id(notice)
        message["Auto-Submitted"] = "auto-generated"
        if "unsubscribe_url" in context:  # RFC 8058
            message["List-Unsubscribe"] = f"<{context['unsubscribe_url']}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(_render(notice, "body.txt", words))
        message.add_alternative(_render(notice, "body.html", words), subtype="html")
    for attachment in context.get("attachments", ()):
        _attach(message, attachment)
    message["Content-Language"] = reader.locale  # last: a body takes the Content headers before it along
    return message


def _render(notice: Notice, part: str, words: Context) -> str:
    """Render one part of a letter. What pages know of their visitor and their request has no place in it."""
    kind = "quiet" if words.get("is_quiet") else notice.kind
    template = current_app.jinja_env.get_template(f"mail/{kind}/{part}")
    return template.render({"instance_name": current_app.config["INSTANCE_NAME"], **words})


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, subtype = attachment.mime_type.split("/", 1)
    message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.filename)

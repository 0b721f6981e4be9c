"""Hand letters to the operator's mail server: with ``push``, the only file that opens a socket."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any, Protocol

from welcome.post.signing import Signer, signer_of

TIMEOUT_SECONDS = 20


class Refused(Exception):
    """The mail server does not take this letter, now or ever."""


class Deferred(Exception):
    """The mail server cannot take this letter now."""


class Unreachable(Exception):
    """The mail server takes no letter at all now: the fault lies with it, with the way to it, or with our settings."""


class Transport(Protocol):
    """A way to hand over one letter."""

    def send(self, message: EmailMessage) -> None:
        """Hand the letter over, or raise Refused or Deferred."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the operator's mail server is, and the key that letters to it are signed with."""

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = ""
    signer: Signer | None = None


def server_of(config: Mapping[str, Any]) -> Server:
    """Return the mail server that the settings name."""
    said = {name.lower(): config[f"SMTP_{name}"] for name in ("HOST", "PORT", "SECURITY", "USER", "PASSWORD")}
    return Server(**said, signer=signer_of(config))


class Connection:
    """One SMTP conversation, opened at the first letter and used for all of a round."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand the letter over; start a new conversation next time if this one broke."""
        envelope = _envelope(message, self._server.signer)
        smtp = self._smtp = self._smtp or open_line(self._server)
        try:
            smtp.sendmail(*envelope)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _verdict(*next(iter(refusal.recipients.values()))) from refusal
        except smtplib.SMTPDataError as refusal:
            raise _verdict(refusal.smtp_code, refusal.smtp_error) from refusal
        except smtplib.SMTPSenderRefused as refusal:  # about us, not about the letter: an operator can mend it
            raise Deferred(_words(refusal.smtp_code, refusal.smtp_error)) from refusal
        except smtplib.SMTPNotSupportedError as fault:
            raise Refused(str(fault)) from fault
        except (OSError, smtplib.SMTPException) as fault:
            smtp.close()
            raise Unreachable(f"{type(fault).__name__}: {fault}") from fault
        finally:
            if smtp.sock is None:
                self._smtp = None

    def close(self) -> None:
        """Say goodbye; a server that has gone already needs none."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()


def _envelope(message: EmailMessage, signer: Signer | None) -> tuple[str, str, bytes, tuple[str, ...]]:
    """Return from whom and to whom a letter goes, its bytes, and what the server must know to take it.

    A return address stands in the letter's ``Return-Path`` until here; the server that delivers it writes its own.
    """
    author = message["From"].addresses[0]
    sender = message["Return-Path"] or author.addr_spec
    del message["Return-Path"]
    reader = message["To"].addresses[0].addr_spec
    is_international = not f"{sender}{reader}".isascii()
    raw = message.as_bytes(policy=SMTPUTF8 if is_international else SMTP)
    signed = signer.of(author.domain).sign(raw) if signer else raw
    return str(sender), reader, signed, ("SMTPUTF8",) if is_international else ()


def _words(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


def _verdict(code: int, said: bytes | str) -> Refused | Deferred:
    return Refused(_words(code, said)) if 500 <= code < 600 else Deferred(_words(code, said))


def open_line(server: Server, seconds: float = TIMEOUT_SECONDS) -> smtplib.SMTP:
    """Greet the server; whatever goes wrong here says nothing about the letter that waits."""
    try:
        smtp = _call(server, seconds)
    except (OSError, smtplib.SMTPException) as fault:
        raise Unreachable(f"{type(fault).__name__}: {fault}") from fault
    try:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
    except (OSError, smtplib.SMTPException) as fault:
        smtp.close()
        raise Unreachable(f"{type(fault).__name__}: {fault}") from fault
    return smtp


def _call(server: Server, seconds: float) -> smtplib.SMTP:
    if server.security == "tls":
        trusted = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=trusted)
    return smtplib.SMTP(server.host, server.port, timeout=seconds)


def greet(server: Server, sender: str, *, seconds: float) -> None:
    """Try whether the server would take letters from this sender, without a letter; raise Unreachable if not."""
    smtp = open_line(server, seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(sender)
        if code != 250:
            raise Unreachable(f"it does not take letters from {sender}: {_words(code, said)}")
        smtp.quit()
    except (OSError, smtplib.SMTPException) as fault:
        raise Unreachable(f"{type(fault).__name__}: {fault}") from fault
    finally:
        smtp.close()


@contextmanager
def connect(server: Server) -> Iterator[Connection]:
    """Open a conversation for as many letters as are due."""
    connection = Connection(server)
    try:
        yield connection
    finally:
        connection.close()

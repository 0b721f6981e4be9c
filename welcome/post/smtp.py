"""Hand letters to the operator's mail server: with ``push``, the only file that opens a socket."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

TIMEOUT_SECONDS = 20


class Refused(Exception):
    """The mail server does not take this letter, now or ever."""


class Deferred(Exception):
    """The mail server cannot take the letter now."""


class Transport(Protocol):
    """A way to hand over one letter."""

    def send(self, message: EmailMessage) -> None:
        """Hand the letter over, or raise Refused or Deferred."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the operator's mail server is."""

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = ""


class Connection:
    """One SMTP conversation, opened at the first letter and used for all of a round."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand the letter over; start a new conversation next time if this one broke."""
        try:
            if self._smtp is None:
                self._smtp = _open(self._server)
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            raise _verdict(code, words) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _verdict(refusal.smtp_code, refusal.smtp_error) from refusal
        except (OSError, smtplib.SMTPException) as fault:
            self._smtp = None
            raise Deferred(f"{type(fault).__name__}: {fault}") from fault

    def close(self) -> None:
        """Say goodbye; a server that has gone already needs none."""
        if self._smtp is not None:
            self._smtp.close()


def _verdict(code: int, words: bytes | str) -> Refused | Deferred:
    said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return Refused(said) if 500 <= code < 600 else Deferred(said)


def _open(server: Server) -> smtplib.SMTP:
    kind = smtplib.SMTP_SSL if server.security == "tls" else smtplib.SMTP
    smtp = kind(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security == "starttls":
        smtp.starttls()
    if server.user:
        smtp.login(server.user, server.password)
    return smtp


@contextmanager
def connect(server: Server) -> Iterator[Connection]:
    """Open a conversation for as many letters as are due."""
    connection = Connection(server)
    try:
        yield connection
    finally:
        connection.close()

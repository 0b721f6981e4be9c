"""A whole running Welcome for browser tests: web server, scheduler and a real mail server, each a process or thread."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 30

Found = TypeVar("Found")


@dataclass
class MailServer:
    """Keeps every letter that arrives over SMTP."""

    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a letter once for each of its recipients."""
        letter = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters += [(recipient, letter) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def wait_for(self, recipient: str, words: str, seconds: float = PATIENCE_SECONDS) -> EmailMessage:
        """Wait until somebody has a letter whose subject or text says these words, and return the newest."""

        def look() -> EmailMessage | None:
            mine = [letter for to, letter in self.letters if to == recipient]
            return next((letter for letter in reversed(mine) if words in f"{letter['Subject']}\n{text(letter)}"), None)

        return wait_until(look, f"a letter to {recipient} that says {words!r}", seconds)


def text(letter: EmailMessage) -> str:
    """Return the plain text of a letter."""
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def link(letter: EmailMessage, path: str) -> str:
    """Return the link in a letter whose address contains ``path``."""
    found = re.search(rf"https?://\S*{path}\S*", text(letter))
    assert found, text(letter)
    return found[0].rstrip(".,)>")


def attachment(letter: EmailMessage, suffix: str) -> bytes:
    """Return the attached file of that kind."""
    files = [part for part in letter.iter_attachments() if str(part.get_filename()).endswith(suffix)]
    assert files, f"{letter['Subject']} has no {suffix}"
    return bytes(files[0].get_payload(decode=True) or b"")


def wait_until(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE_SECONDS) -> Found:
    """Look again and again until something is found."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"Waited {seconds} s for {what}.")


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class City:
    """Where the running Welcome is, and its letters."""

    url: str
    mail: MailServer
    environ: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """Run one of Welcome's commands."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(database_url: str, application: str = "wsgi:app") -> Iterator[City]:
    """Run the web server, the scheduler and a mail server until the block ends."""
    mail, port = MailServer(), free_port()
    postman = Controller(mail, hostname="127.0.0.1", port=free_port())
    environ = {
        **os.environ,
        "ENVIRONMENT": "development",
        "QUIET_HOURS": "",
        "PUSH_KEY": "A" * 42 + "E",  # a small number that is a key
        "LIMIT_SIGN_IN": "",  # a story signs in more often than a person does
        "LIMIT_SIGN_UP": "",
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://localhost:{port}",  # passkeys want a name, not a number
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(postman.port),
        "MAIL_FROM": "hello@welcome.example",
        "SECRET_KEY": "for browser tests on this machine only",
        "PYTHONUNBUFFERED": "1",
    }
    city = City(environ["PUBLIC_URL"], mail, environ)
    city.flask("db", "upgrade")
    postman.start()
    web = ["gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{port}", "--threads", "4", application]
    children = [
        _start("-m", *web, environ=environ),
        _start("-m", "flask", "--app", "wsgi", "scheduler", environ=environ),
    ]
    try:
        wait_until(lambda: _answers(f"{city.url}/healthz"), "the web server")
        yield city
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            child.wait(timeout=2 * PATIENCE_SECONDS)
        postman.stop()


def _start(*arguments: str, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environ)


def _answers(url: str) -> bool:
    with suppress(URLError, ConnectionError), urlopen(url) as answer:  # noqa: S310 (our own server)
        return bool(answer.status == 200)
    return False

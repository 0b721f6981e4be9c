"""The last hop: hands each letter on to the operator's mail server once, by its Message-ID.

``python -m deploy.relay --journal /var/lib/welcome/relay.db --to smtp.example.org:587 --security starttls``

A postman that dies between a mail server's yes and its own note of it sends that letter again, with the same
Message-ID. This relay has written the yes down, on the disk, before it passed it on: it says yes again and hands
nothing on. What it cannot know is whether the operator's server took a letter when the relay itself died in between.
"""

import asyncio
import signal
import smtplib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import click
from aiosmtpd.controller import Controller

from welcome.post.smtp import Server, Unreachable, open_line

KEPT_DAYS = 30  #: a letter is not tried for longer than five
LATER = "451 4.3.0 Please try again later"
TAKEN = "250 2.0.0 Taken"
SIGNS = {signal.SIGTERM, signal.SIGINT}
HAD_IT = "250 2.0.0 Taken before"

Answer = str
Pass = Callable[[str, list[str], bytes, list[str]], Answer]


class Journal:
    """The Message-IDs that the operator's server has taken, on the disk before anybody is told."""

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        self._rows = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._rows.execute(f"PRAGMA {pragma}")
        self._rows.execute("CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP)")
        self._rows.execute("DELETE FROM taken WHERE at < datetime('now', ?)", (f"-{KEPT_DAYS} days",))

    def has(self, letter_id: str) -> bool:
        """Return whether a letter was taken before."""
        with self._lock:
            return self._rows.execute("SELECT 1 FROM taken WHERE id = ?", (letter_id,)).fetchone() is not None

    def add(self, letter_id: str) -> None:
        """Write down that a letter was taken; on return it is on the disk."""
        with self._lock:
            self._rows.execute("INSERT OR IGNORE INTO taken (id) VALUES (?)", (letter_id,))

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


@dataclass
class Relay:
    """Answers postmen: passes on what it has not passed on before."""

    journal: Journal
    pass_on: Pass
    in_hand: set[str] = field(default_factory=set)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> Answer:
        """Take one letter for one reader."""
        letter_id = id_of(envelope.content, envelope.rcpt_tos)
        if self.journal.has(letter_id):
            return HAD_IT
        if letter_id in self.in_hand:
            return LATER
        self.in_hand.add(letter_id)
        try:
            return await asyncio.to_thread(self._take, letter_id, envelope)
        finally:
            self.in_hand.discard(letter_id)

    def _take(self, letter_id: str, envelope: Any) -> Answer:
        said = self.pass_on(envelope.mail_from, envelope.rcpt_tos, envelope.content, envelope.mail_options)
        if said == TAKEN:
            self.journal.add(letter_id)
        return said


def id_of(content: bytes, readers: list[str]) -> str:
    """Return the name under which a letter to somebody is known; of one without a Message-ID its bytes are."""
    said = message_from_bytes(content, policy=policy.compat32)["Message-ID"]
    return f"{said.strip() if said else sha256(content).hexdigest()} {' '.join(sorted(readers))}"


def passing_to(server: Server) -> Pass:
    """Return how letters reach the operator's mail server; its answers go back to the postman."""

    def pass_on(sender: str, readers: list[str], content: bytes, options: list[str]) -> Answer:
        try:
            line = open_line(server)
        except Unreachable:
            return LATER
        try:
            line.sendmail(sender, readers, content, [one for one in options if one.upper() == "SMTPUTF8"])
        except smtplib.SMTPRecipientsRefused as refusal:
            return _answer(*next(iter(refusal.recipients.values())))
        except smtplib.SMTPResponseException as refusal:
            return _answer(refusal.smtp_code, refusal.smtp_error)
        except (OSError, smtplib.SMTPException):
            return LATER
        finally:
            line.close()
        return TAKEN

    return pass_on


def _answer(code: int, said: bytes | str) -> Answer:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}" if 400 <= code < 600 else LATER


def _place(text: str) -> tuple[str, int]:
    host, _colon, port = text.rpartition(":")
    return host.strip("[]"), int(port)


@click.command()
@click.option("--journal", required=True, type=click.Path(dir_okay=False, path_type=Path), help="An SQLite file.")
@click.option("--to", "target", required=True, help="The operator's mail server, HOST:PORT.")
@click.option("--security", type=click.Choice(("none", "starttls", "tls")), default="none")
@click.option("--user", default="")
@click.option("--password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--listen", default="127.0.0.1:2525", show_default=True, help="Keep it on this machine: it asks for no password."
)
def main(journal: Path, target: str, security: str, user: str, password_file: Path | None, listen: str) -> None:
    """Take letters and hand each on once, until stopped."""
    password = password_file.read_text(encoding="utf-8").strip() if password_file else ""
    kept = Journal(journal)
    relay = Relay(kept, passing_to(Server(*_place(target), security, user, password)))
    host, port = _place(listen)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNS)  # for the threads that begin now, too: we wait for them ourselves
    controller = Controller(relay, hostname=host, port=port)
    controller.start()
    click.echo(f"Letters to {host}:{port} go to {target}, each once.")
    signal.sigwait(SIGNS)
    controller.stop()
    kept.close()


if __name__ == "__main__":
    main()

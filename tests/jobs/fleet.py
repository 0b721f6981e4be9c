"""A city of members, a slow mail server, and schedulers and postmen that a test starts and kills."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from config import Settings
from tests.jobs.nursery import MEMBERS_A_PIECE
from tests.mail import MailServer, serve
from welcome.accounts.models import Member
from welcome.agenda.models import Due
from welcome.database import Base
from welcome.post.models import Channel, Notice

ROOT = Path(__file__).parents[2]
MEMBERS = 200
PATIENCE_SECONDS = 60


@dataclass
class Fleet:
    """The processes, by id, and how many were killed."""

    engine: sa.Engine
    nursery: "subprocess.Popen[str]"
    mail: MailServer
    running: dict[int, str] = field(default_factory=dict)
    kills: int = 0

    def start(self, what: str) -> int:
        """Start one process."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(f"{what}\n")
        self.nursery.stdin.flush()
        child = int(self.nursery.stdout.readline())
        self.running[child] = what
        return child

    def tell(self, child: int, sign: signal.Signals) -> None:
        """Send one process a signal."""
        os.kill(child, sign)

    def kill(self, child: int) -> str:
        """Kill one process as a power cut would."""
        os.kill(child, signal.SIGKILL)
        self.kills += 1
        return self.running.pop(child)

    def stop(self) -> None:
        """Ask all to stop; nobody may linger."""
        for child in self.running:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        wait_until(lambda: not any(is_alive(child) for child in self.running), "all to stop")

    def count(self, *conditions: sa.ColumnElement[bool]) -> int:
        """Count mail notices."""
        with self.engine.connect() as connection:
            mailed = sa.select(sa.func.count(Notice.id)).where(Notice.channel == Channel.MAIL, *conditions)
            return int(connection.scalar(mailed) or 0)

    def is_done(self) -> bool:
        """Whether everybody's notice is settled."""
        return self.count(Notice.done_at.is_not(None)) == MEMBERS

    def kill_at_random(self, most: int, seed: int) -> None:
        """Kill one process after the other, and start another like it, until all is done or it is enough."""
        chance = random.Random(seed)
        while self.kills < most and not self.is_done():
            time.sleep(chance.uniform(0.02, 0.5))
            self.start(self.kill(chance.choice(list(self.running))))


@contextmanager
def fleet(database_url: str, mail: MailServer, lease_seconds: float) -> Iterator[Fleet]:
    """Fill the database, listen for mail, and start what is asked for."""
    url = Settings(database_url=database_url).sqlalchemy_url
    engine = sa.create_engine(url, poolclass=sa.NullPool, execution_options={"writing": True})
    fill(engine)
    with serve(mail) as port:
        environ = {**os.environ, "ENVIRONMENT": "test", "DATABASE_URL": database_url, "SMTP_PORT": str(port)}
        environ |= {"SMTP_HOST": "127.0.0.1", "MAIL_FROM": "hello@welcome.example", "QUIET_HOURS": ""}
        command = [sys.executable, "-m", "tests.jobs.nursery", str(lease_seconds)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        nursery = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)  # type: ignore[call-overload]
        ships = Fleet(engine, nursery, mail)
        try:
            yield ships
        finally:
            ships.stop()
            nursery.communicate()
            engine.dispose()


def fill(engine: sa.Engine) -> None:
    """Add members, and due work that tells them something, ten members a piece."""
    now = datetime.now(UTC)
    known = {"locale": "en", "timezone": "UTC", "created_at": now, "confirmed_at": now, "active": True}
    members = [
        {**known, "id": i, "public_id": f"p{i}", "email": f"m{i}@welcome.example", "fs_uniquifier": f"u{i}"}
        for i in range(1, MEMBERS + 1)
    ]
    work = [
        {"key": f"announce:{first}", "kind": "announce", "ref": first, "due_at": now, "attempts": 0}
        for first in range(1, MEMBERS + 1, MEMBERS_A_PIECE)
    ]
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(sa.insert(Member), [{**row, "first_name": "Ana", "is_discreet": False} for row in members])
        connection.execute(sa.insert(Due), work)


def is_alive(child: int) -> bool:
    """Whether a process still runs."""
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Look again and again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} s for {what}"
        time.sleep(0.05)

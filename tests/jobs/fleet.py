"""A city of members, and web processes, schedulers and postmen that a test starts and kills."""

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
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from config import Settings
from tests.jobs.nursery import MEMBERS_A_PIECE
from tests.mail import free_port, serve
from welcome.accounts.models import Member
from welcome.agenda.models import Due
from welcome.database import Base
from welcome.post.models import Channel, Notice

ROOT = Path(__file__).parents[2]
MEMBERS = 200
AHEAD = 60  #: so many members are planned before the letters of those before them have arrived
PATIENCE_SECONDS = 60


@dataclass
class Fleet:
    """The processes, by id, and how many were killed."""

    engine: sa.Engine
    nursery: "subprocess.Popen[str]"
    port: int  #: where web processes answer
    members: int
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
                os.kill(child, signal.SIGCONT)
        wait_until(lambda: not any(is_alive(child) for child in self.running), "all to stop")

    def count(self, *conditions: sa.ColumnElement[bool]) -> int:
        """Count mail notices."""
        with self.engine.connect() as connection:
            mailed = sa.select(sa.func.count(Notice.id)).where(Notice.channel == Channel.MAIL, *conditions)
            return int(connection.scalar(mailed) or 0)

    def wait_for(self, child: int) -> None:
        """Wait until one process has ended by itself, or was killed by somebody else."""
        wait_until(lambda: not is_alive(child), "it to end")
        del self.running[child]

    def is_done(self) -> bool:
        """Whether everybody's notice is settled."""
        return self.count(Notice.done_at.is_not(None)) == self.members

    def kill_at_random(self, most: int, seed: int, arrived: Callable[[], int]) -> None:
        """Kill one process after the other, and start another like it, as often, spread over all that arrives."""
        chance = random.Random(seed)
        while self.kills < most:
            time.sleep(chance.uniform(0, 0.05))
            if arrived() >= self.members * self.kills / (most + 1):
                self.start(self.kill(chance.choice(list(self.running))))

    def plan_over_http(self, arrived: Callable[[], int], first: int = 1, last: int | None = None) -> None:
        """Ask a web process to tell ten, and ten more, a little ahead of what arrives; ask again until it says yes."""
        for piece in range(first, (last or self.members) + 1, MEMBERS_A_PIECE):
            while arrived() + AHEAD < piece:
                time.sleep(0.01)
            while not self._is_planned(piece):
                time.sleep(0.01)

    def _is_planned(self, first: int) -> bool:
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("POST", f"/{first}")
            return line.getresponse().status == 204
        except (OSError, HTTPException):
            return False
        finally:
            line.close()


@contextmanager
def fleet(
    database_url: str, mail: Any, lease_seconds: float, *, members: int = MEMBERS, is_planned: bool = True
) -> Iterator[Fleet]:
    """Fill the database, listen for mail, and start what is asked for."""
    url = Settings(database_url=database_url).sqlalchemy_url
    engine = sa.create_engine(url, poolclass=sa.NullPool, execution_options={"writing": True})
    fill(engine, members, is_planned=is_planned)
    with serve(mail) as port:
        doors = free_port()
        environ = {**os.environ, "ENVIRONMENT": "test", "DATABASE_URL": database_url, "SMTP_PORT": str(port)}
        environ |= {"SMTP_HOST": "127.0.0.1", "MAIL_FROM": "hello@welcome.example", "QUIET_HOURS": ""}
        command = [sys.executable, "-m", "tests.jobs.nursery", str(lease_seconds), str(doors)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        nursery = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)  # type: ignore[call-overload]
        ships = Fleet(engine, nursery, doors, members)
        try:
            yield ships
        finally:
            ships.stop()
            nursery.communicate()
            engine.dispose()


def fill(engine: sa.Engine, members: int, *, is_planned: bool) -> None:
    """Add members, and due work that tells them something, ten members a piece."""
    now = datetime.now(UTC)
    known = {"locale": "en", "timezone": "UTC", "created_at": now, "confirmed_at": now, "active": True}
    people = [
        {**known, "id": i, "public_id": f"p{i}", "email": f"m{i}@welcome.example", "fs_uniquifier": f"u{i}"}
        for i in range(1, members + 1)
    ]
    work = [piece(first, now) for first in range(1, members + 1, MEMBERS_A_PIECE)]
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(sa.insert(Member), [{**row, "first_name": "Ana", "is_discreet": False} for row in people])
        if is_planned:
            connection.execute(sa.insert(Due), work)


def piece(first: int, due_at: datetime) -> dict[str, Any]:
    """Write down that ten members are to be told at a time."""
    return {"key": f"announce:{first}", "kind": "announce", "ref": first, "due_at": due_at, "attempts": 0}


def is_alive(child: int) -> bool:
    """Whether a process still runs."""
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)

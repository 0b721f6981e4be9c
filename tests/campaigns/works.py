"""Welcome as an operator runs it: the web processes, the scheduler and a postman, by the units in deploy/.

A storm kills, stops and starves them; ``start`` is what systemd does when one has ended.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from urllib.request import urlopen

from tests.mail import free_port

ROOT = Path(__file__).parents[2]
ALL = ("web", "scheduler", "postman")


@dataclass
class Works:
    """The processes by what they are, where they answer, and where their letters go."""

    environ: dict[str, str]
    port: int
    mail_port: int
    web: str = "wsgi:app"  #: another one has a fault planted in it
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    one_at_a_time: Lock = field(default_factory=Lock)

    def start(self, what: str) -> None:
        """Start one process as its unit does."""
        unit = (ROOT / "deploy" / f"welcome-{what}.service").read_text("utf-8")
        found = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", unit, re.MULTILINE)
        assert found
        program, *words = shlex.split(found[1].replace("\\\n", " "))
        # Leases and waits of minutes are seconds here; nothing else differs from what operators run.
        there = {"127.0.0.1:8000": f"127.0.0.1:{self.port}", "wsgi:app": self.web, "wsgi": "tests.campaigns.hurried"}
        command = [sys.executable, "-m", Path(program).name, *(there.get(word, word) for word in words)]
        self.running[what] = subprocess.Popen(
            command, cwd=ROOT, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def tell(self, what: str, sign: signal.Signals) -> None:
        """Send one process a signal."""
        self.running[what].send_signal(sign)

    def workers(self) -> list[int]:
        """Return the web processes that answer, without the one that watches them."""
        master = self.running["web"].pid
        children = Path(f"/proc/{master}/task/{master}/children")
        with suppress(OSError):
            return [int(child) for child in children.read_text("ascii").split()]
        return []

    def answers(self) -> bool:
        """Whether somebody answers already."""
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz") as answer:
            return bool(answer.status == 200)
        return False

    def revive(self) -> None:
        """Start again what has ended, as systemd would."""
        with self.one_at_a_time:
            for what, process in list(self.running.items()):
                if process.poll() is not None:
                    self.start(what)

    def stop(self) -> None:
        """Ask all to stop; nobody may linger."""
        for process in self.running.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
                process.send_signal(signal.SIGCONT)
        for process in self.running.values():
            process.wait(timeout=60)


@contextmanager
def working(database_url: str, *what: str, web: str = "wsgi:app") -> Iterator[Works]:
    """Run an instance on a migrated database until the block ends."""
    port, mail_port = free_port(), free_port()
    environ = {
        **os.environ,
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail_port),
        "MAIL_FROM": "hello@welcome.example",
        "QUIET_HOURS": "",
        "LIMIT_SIGN_UP": "",
        "WEB_CONCURRENCY": "2",
    }
    works = Works(environ, port, mail_port, web)
    try:
        for one in what or ALL:
            works.start(one)
        yield works
    finally:
        works.stop()

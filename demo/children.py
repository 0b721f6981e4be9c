"""The programs that `make run` keeps running: started together, watched, and stopped together."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LOOK_EVERY_SECONDS = 0.1
LAST_LINES = 25


class ChildDiedError(Exception):
    """A program that should have kept running has ended."""


@dataclass
class Child:
    """One program and where it writes what it does."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, environ: Mapping[str, str]) -> None:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches its keeper alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = _start(self.command, environ, log)

    def describe_end(self) -> str:
        """Say how it ended and what it wrote last."""
        code = self.process.returncode if self.process else None
        last = self.log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"{self.name} has stopped by itself (exit code {code}). Its last words:", "", *last])


class Children:
    """Keeps several programs running, all or none."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children

    def start(self, environ: Mapping[str, str]) -> None:
        """Start them all."""
        for child in self.children:
            child.start(environ)

    def check(self) -> None:
        """Raise ChildDiedError when one has ended."""
        for child in self.children:
            if child.process and child.process.poll() is not None:
                raise ChildDiedError(child.describe_end())

    def wait_until(self, is_done: Callable[[], bool]) -> None:
        """Keep them running until something has come true."""
        while not is_done():
            self.check()
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self, patience_seconds: float) -> None:
        """Ask them all to stop, wait a while, and end those that do not."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + patience_seconds
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(command: Sequence[str], environ: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    whole = {**os.environ, **environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, env=whole, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )

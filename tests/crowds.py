"""Crowds of people who do something at the same moment, each crowd from a process of its own."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import town
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings.models.matches import Match
from welcome.pairings.states import Part, ProgrammeKind
from welcome.profiles.models import Side

ROOT = Path(__file__).parent.parent
PROCESSES = 4


class Crowds:
    """Processes that speak when they are told to, all at the same moment."""

    def __init__(self, url: str) -> None:
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.haste", url],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )
            for _ in range(PROCESSES)
        ]

    def say(self, *crowds: list[list[Any]], planted: bool = False) -> Counter[str]:
        """Let each crowd speak in a process of its own; count what they were told."""
        busy = self.processes[: len(crowds)]
        for process, crowd in zip(busy, crowds, strict=True):
            _write(process, json.dumps({"sentences": crowd, "planted": planted}))
        for process in busy:
            assert _read(process) == "ready\n"
        for process in busy:
            _write(process, "go")
        return Counter(word for process in busy for word in json.loads(_read(process)))


def _write(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _read(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@contextmanager
def crowds_of(url: str) -> Iterator[Crowds]:
    """Start the processes, and end them."""
    found = Crowds(url)
    try:
        yield found
    finally:
        for process in found.processes:
            process.kill()
            process.communicate()


def in_turns(sentences: list[list[Any]]) -> list[list[list[Any]]]:
    """Deal sentences to all processes in turns."""
    return [sentences[number::PROCESSES] for number in range(PROCESSES)]


def people(
    side: Side, languages: dict[str, Any], name: str, count: int, role: Part = Part.PARTNER, capacity: int = 1
) -> list[Member]:
    """Add people who joined the exchange (or, with a role, the mentorship)."""
    found = []
    with writing() as session:
        for number in range(count):
            member = make_member(session, f"{name}{number}", created_at=now() - timedelta(days=90))
            session.flush()
            town.settle(session, member, side, languages)
            slug = "exchange" if role is Part.PARTNER else "mentorship"
            town.join(session, slug, member, now=now(), role=role, capacity=capacity)
            found.append(member.id)
    return list(db.session.scalars(sa.select(Member).where(Member.id.in_(found)).order_by(Member.id)))


def open_programmes() -> None:
    """Open an exchange and a mentorship in a small town."""
    with writing() as session:
        town.build(session)
        town.open_programme(session)
        town.open_programme(session, ProgrammeKind.MENTORSHIP)


def matches() -> list[Match]:
    """Read the matches that there are."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Match)))

"""Everybody answers at the same moment, from several processes: never one match too many, never an error."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import town
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import requests
from welcome.pairings.models.matches import Match
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import Part, ProgrammeKind, RequestState
from welcome.profiles.models import Side

ROOT = Path(__file__).parent.parent.parent
PAIRS, PROCESSES = 12, 4


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


@pytest.fixture(scope="module")
def crowds(whole_app: Flask, database_url: str) -> Iterator[Crowds]:
    """Start the processes once."""
    found = Crowds(database_url)
    yield found
    for process in found.processes:
        process.kill()
        process.communicate()


def people(side: Side, languages: dict[str, Any], name: str, count: int, role: Part = Part.PARTNER) -> list[Member]:
    """Add people who joined the exchange (or, with a role, the mentorship)."""
    found = []
    with writing() as session:
        for number in range(count):
            member = make_member(session, f"{name}{number}", created_at=now() - timedelta(days=90))
            session.flush()
            town.settle(session, member, side, languages)
            slug = "exchange" if role is Part.PARTNER else "mentorship"
            town.join(session, slug, member, now=now(), role=role)
            found.append(member.id)
    return list(db.session.scalars(sa.select(Member).where(Member.id.in_(found)).order_by(Member.id)))


@pytest.fixture
def exchange(app: Flask) -> None:
    """Open the programmes."""
    with writing() as session:
        town.build(session)
        town.open_programme(session)
        town.open_programme(session, ProgrammeKind.MENTORSHIP)


def matches() -> list[Match]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Match)))


def test_crossed_questions_become_one_match_each(exchange: None, crowds: Crowds) -> None:
    bobs, carols = people(Side.LOCAL, town.BOB, "Bob", PAIRS), people(Side.NEWCOMER, town.CAROL, "Carol", PAIRS)
    there = [["ask", one.id, other.public_id] for one, other in zip(bobs, carols, strict=True)]
    back = [["ask", other.id, one.public_id] for one, other in zip(bobs, carols, strict=True)]
    told = crowds.say(there, back)
    assert told == {"done": 2 * PAIRS}
    assert len(matches()) == PAIRS
    assert set(db.session.scalars(sa.select(Request.state))) == {RequestState.ACCEPTED}


def asked_by_all(mentors: list[Member], askers: list[Member]) -> list[str]:
    """Let every asker ask one mentor; return the questions' public ids."""
    pairs = [(asker.id, mentors[number % len(mentors)].public_id) for number, asker in enumerate(askers)]
    with writing() as session:
        return [requests.ask(session, one, other, "mentorship", now=now()).public_id for one, other in pairs]


def rush_for_a_mentor(crowds: Crowds, *, planted: bool = False) -> tuple[Counter[str], int]:
    """Let one mentor with one place say yes to many at once; return what was told, and how many matches there are."""
    mentor = people(Side.LOCAL, town.BOB, "Bob", 1, Part.MENTOR)[0]
    askers = people(Side.NEWCOMER, town.CAROL, "Carol", PAIRS, Part.MENTEE)
    mentor_id = mentor.id
    questions = asked_by_all([mentor], askers)
    shares = [[["accept", question, mentor_id] for question in questions[number::4]] for number in range(4)]
    return crowds.say(*shares, planted=planted), len(matches())


def test_a_mentor_with_one_place_is_never_given_two(exchange: None, crowds: Crowds) -> None:
    told, count = rush_for_a_mentor(crowds)
    assert count == 1 and told == {"done": 1, "NoPlaceForMe": PAIRS - 1}


def test_the_same_rush_catches_a_mentor_who_is_not_locked(exchange: None, crowds: Crowds, database_url: str) -> None:
    if not database_url.startswith("postgresql"):
        return  # SQLite has one writer at a time: there is nothing to forget
    assert rush_for_a_mentor(crowds, planted=True)[1] > 1


def test_a_double_yes_is_one_match(exchange: None, crowds: Crowds) -> None:
    people(Side.LOCAL, town.BOB, "Bob", PAIRS)
    people(Side.NEWCOMER, town.CAROL, "Carol", PAIRS)
    drafted = drafts.draft(db.session(), "exchange", now=now())
    db.session.rollback()
    outcome = outcomes.compute(drafted)
    with writing() as session:
        sending.propose(session, drafted, outcome, now=now())
    offers = db.session.execute(sa.select(Proposal.public_id, Proposal.one_id, Proposal.other_id)).all()
    ones = [["yes", path, one] for path, one, _ in offers]
    others = [["yes", path, other] for path, _, other in offers]
    told = crowds.say(ones, others, ones, others)
    assert told == {"done": 2 * PAIRS, "TooLate": 2 * PAIRS}
    assert len(matches()) == PAIRS


def test_one_person_asked_by_a_crowd_and_asking_back(exchange: None, crowds: Crowds) -> None:
    bob = people(Side.LOCAL, town.BOB, "Bob", 1)[0]
    carols = people(Side.NEWCOMER, town.CAROL, "Carol", 6)
    there = [["ask", carol.id, bob.public_id] for carol in carols]
    back = [["ask", bob.id, carol.public_id] for carol in carols]
    told = crowds.say(there[:3], there[3:], back[:3], back[3:])
    assert len(matches()) == 1
    assert not [word for word in told if "Traceback" in word]

"""32 processes at once: people reach out to those who block them at that very moment, and nobody does after it.

A contact that asks for its commit after the block's is known would come after it; each that comes before is right.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import town
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.gatherings import evening, make_event
from tests.instances import make_instance  # noqa: F401 (a fixture)
from tests.people import make_member
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.models import Venue
from welcome.pairings import requests
from welcome.pairings.models.rounds import Proposal, Round
from welcome.profiles.models import Side

ROOT = Path(__file__).parents[2]
#: Pairs follow each other by so many seconds; what concerns one of them is done within as many.
GAP, SPREAD = {"postgresql": 0.12, "sqlite": 0.25}, 0.05
SIZES = {
    "postgresql": (size("racers", small=8, full=32), size("races", small=24, full=300)),
    "sqlite": (size("racers_sqlite", small=4, full=8), size("races_sqlite", small=12, full=60)),
}
Told = list[dict[str, Any]]


@dataclass(frozen=True)
class Two:
    """Somebody who blocks, and somebody who reaches out."""

    blocker: int
    other: int
    acts: list[tuple[str, list[Any]]]


def two_who_write(blocker: Member, other: Member, date_id: int) -> Two:
    """Let the two be a match who write, plan to meet, and go to an event together."""
    with writing() as session:
        asked = requests.ask(session, blocker.id, other.public_id, "exchange", now=now())
        match = requests.accept(session, asked.public_id, other.id, now=now())
        assert match.thread is not None
        thread, plan = match.thread.public_id, match.public_id
        venue = session.scalars(sa.select(Venue.public_id)).first()
    days = [(now() + timedelta(days=days)).strftime("%Y-%m-%dT10:00") for days in (3, 4)]
    acts = [("write", [thread, other.id, f"Words {number}"]) for number in range(4)]
    acts += [("offer", [plan, other.id, day, venue]) for day in days]
    return Two(blocker.id, other.id, [*acts, ("bring", [date_id, other.id, blocker.public_id])])


def two_who_ask(blocker: Member, other: Member) -> Two:
    """Let one have asked, and the other say yes."""
    with writing() as session:
        asked = requests.ask(session, blocker.id, other.public_id, "exchange", now=now()).public_id
    return Two(blocker.id, other.id, [("accept", [asked, other.id])])


def two_who_are_proposed(blocker: Member, other: Member, round_id: int) -> Two:
    """Let a round have brought the two together, and one have said yes."""
    low, high = sorted((blocker.id, other.id))
    with writing() as session:
        kept = session.get_one(Round, round_id)
        found = Proposal(round_id=round_id, programme_id=kept.programme_id, one_id=low, other_id=high,
                         created_at=now(), expires_at=now() + town.WEEK)  # fmt: skip
        found.one_answer, found.other_answer = (True, None) if low == blocker.id else (None, True)
        session.add(found)
        session.flush()
        public_id = found.public_id
    asking = ("ask", [other.id, blocker.public_id])
    return Two(blocker.id, other.id, [("yes", [public_id, other.id]), asking])


def prepare(count: int) -> list[Two]:
    """Settle so many pairs of people in a town."""
    with writing() as session:
        town.build(session)
        programme = town.open_programme(session)
        held = Round(programme_id=programme.id, started_at=now(), due_at=now(), figures=town.NOBODY, settings={})
        session.add(held)
        start = now().replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(days=10)
        date = make_event(session, now(), capacity=None, when=evening(start)).occurrences[0]
        ids: list[tuple[int, int]] = []
        for number in range(count):
            two = [make_member(session, f"{name}{number}", created_at=now() - town.WEEK * 9) for name in ("Ann", "Ben")]
            session.flush()
            for member, side, spoken in zip(two, (Side.LOCAL, Side.NEWCOMER), (town.BOB, town.CAROL), strict=True):
                town.settle(session, member, side, spoken)
            town.join(session, "exchange", *two, now=now())
            ids.append((two[number % 2].id, two[1 - number % 2].id))
        date_id, round_id = date.id, held.id
    found = []
    for number, (one, other) in enumerate(ids):
        people = db.session.get_one(Member, one), db.session.get_one(Member, other)
        if number % 4 == 0:
            found.append(two_who_ask(*people))
        elif number % 4 == 1:
            found.append(two_who_are_proposed(*people, round_id))
        else:
            found.append(two_who_write(*people, date_id))
    db.session.rollback()
    return found


def race(app: Flask, kind: str, planted: str = "") -> Told:
    """Let everybody act, each pair at its moment, dealt out to all processes in turns."""
    processes, count = SIZES[kind]
    todo: Told = []
    for number, two in enumerate(prepare(count)):
        acts = [("block", [two.blocker, two.other]), *two.acts]
        for turn, (what, said) in enumerate(acts):
            at = number * GAP[kind] + SPREAD * ((turn * 5 + number) % len(acts)) / len(acts)
            todo.append({"pair": number, "what": what, "said": said, "at": at})
    order = {"shares": [todo[number::processes] for number in range(processes)], "planted": planted}
    url = db.engine.url.set(drivername="postgresql" if kind == "postgresql" else "sqlite")
    command = [sys.executable, "-m", "tests.campaigns.racing", url.render_as_string(hide_password=False)]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(order), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [told for share in json.loads(done.stdout) for told in share]


def late(told: Told) -> list[str]:
    """Name the contacts that were committed after a block that was known by then."""
    blocked = {one["pair"]: one["ended"] for one in told if one["what"] == "block" and one["came"] == "done"}
    contacts = [one for one in told if one["what"] != "block" and one["came"] == "done"]
    return [f"{one['what']}, pair {one['pair']}" for one in contacts if one["asked"] > blocked[one["pair"]]]


def close_calls(told: Told) -> int:
    """Count the contacts that were on their way while the block was committed."""
    blocked = {one["pair"]: one["asked"] for one in told if one["what"] == "block"}
    return sum(one["began"] < blocked[one["pair"]] < one["ended"] for one in told if one["what"] != "block")


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nobody_is_reached_after_a_block_by_many_processes(
    make_instance: Callable[..., Flask],  # noqa: F811
    kind: str,
) -> None:
    app = make_instance("race", kind == "postgresql")
    told = race(app, kind)
    assert late(told) == []
    came = Counter(one["came"] for one in told)
    assert not [words for words in came if "Traceback" in words], "\n".join(came)
    assert came["done"] > len({one["pair"] for one in told})
    assert len({one["by"] for one in told}) == SIZES[kind][0]
    fault = "look too soon" if kind == "sqlite" else "hold nobody"
    planted = late(race(make_instance("planted", kind == "postgresql"), kind, fault))
    assert planted
    said = f"{SIZES[kind][0]} processes, {SIZES[kind][1]} blocks, {len(told) - SIZES[kind][1]:,} contacts tried"
    said += f", {close_calls(told)} while the block was committed, 0 after it"
    tell(f"block, {kind}", said, planted=f"{fault}: {len(planted)} came after it")

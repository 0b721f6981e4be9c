"""Many processes that reach out to people at the very moment at which these block them; see test_block_race.py.

Each notes by the machine's one steady clock when it asked for its commit, and when it knew of it.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from random import Random
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from flask import Flask

from config import Settings
from welcome.accounts import service as accounts
from welcome.app import create_app
from welcome.clock import now
from welcome.conversations import rooms
from welcome.conversations import service as conversations
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.events.answers import companions
from welcome.pairings import meetings, pairs, proposals, requests

#: A slow machine, between the last look and the commit.
NAP_SECONDS = 0.02
#: Between a look and what follows from it, where the first is too soon.
GAP_SECONDS = 0.1
ACTS: dict[str, Callable[..., Any]] = {
    "block": lambda session, one, other: accounts.block(session, one, other, now=now()),
    "write": lambda session, *said: conversations.send_message(session, *said, now=now()),
    "ask": lambda session, *said: requests.ask(session, *said, "exchange", now=now()),
    "accept": lambda session, *said: requests.accept(session, *said, now=now()),
    "yes": lambda session, *said: proposals.answer(session, *said, yes=True, now=now()),
    "offer": lambda session, match, member, day, venue: meetings.offer_times(
        session, match, member, [datetime.fromisoformat(day)], venue, now=now()
    ),
    "bring": lambda session, *said: companions.bring(session, *said, now=now()),
}


class Commits:
    """When the transaction at hand asked for its commit; contacts wait a little before they do."""

    def __init__(self) -> None:
        self.dice, self.naps, self.asked = Random(os.getpid()), False, 0.0
        sa.event.listen(db.engine, "commit", self._note)

    def _note(self, _connection: sa.Connection) -> None:
        sleep(self.dice.uniform(0, NAP_SECONDS) if self.naps else 0)
        self.asked = monotonic()


def look_too_soon(member_id: int) -> None:
    """Look who is kept away before anything is held, and decide by that: a fault."""
    seen = rooms.blocks_of(db.session(), member_id)
    db.session.remove()
    sleep(GAP_SECONDS)
    rooms.blocks_of = lambda *_: seen


def hold_nobody() -> None:
    """Wait for nobody: another fault."""
    for room in (accounts, pairs, conversations):
        room.hold = lambda *_: None  # type: ignore[attr-defined]


def act(commits: Commits, told: dict[str, Any], planted: str) -> dict[str, Any]:
    """Do one thing at its moment, and tell what came of it and when."""
    sleep(max(0.0, told["at"] - monotonic()))
    began, commits.naps, commits.asked, known = monotonic(), told["what"] != "block", 0.0, rooms.blocks_of
    try:
        if planted == "look too soon" and told["what"] == "write":
            look_too_soon(told["said"][1])
        with writing() as session:
            ACTS[told["what"]](session, *told["said"])
        came = "done"
    except Refusal as refusal:
        came = type(refusal).__name__
    except Exception:  # the test wants to know about every fault, whatever it is
        came = traceback.format_exc()
    finally:
        db.session.remove()
        rooms.blocks_of = known
    return {**told, "came": came, "began": began, "asked": commits.asked, "ended": monotonic(), "by": os.getpid()}


def take_part(url: str, share: list[dict[str, Any]], planted: str) -> list[dict[str, Any]]:
    """Do one process's share."""
    app = _app(url)
    with app.app_context():
        commits = Commits()
        if planted == "hold nobody":
            hold_nobody()
        db.session.execute(sa.text("SELECT 1"))
        db.session.remove()
        return [act(commits, told, planted) for told in share]


def _app(url: str) -> Flask:
    return create_app(Settings(environment="test", database_url=url, mail_from="hello@welcome.example", quiet_hours=""))


def main(url: str) -> None:
    """Read all shares, let a process of its own do each, and write down what came of them."""
    order = json.load(sys.stdin)
    start = monotonic() + 3 + len(order["shares"]) / 4  # until then everybody stands ready
    shares = [[{**told, "at": start + told["at"]} for told in share] for share in order["shares"]]
    with get_context("fork").Pool(len(shares)) as pool:
        asked = [(url, share, order["planted"]) for share in shares]
        json.dump(pool.starmap(take_part, asked, chunksize=1), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

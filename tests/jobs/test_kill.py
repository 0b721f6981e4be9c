"""Announcements survive the death of a process that carries them, and processes stop kindly when they are told.

``tests/campaigns/test_kill.py`` kills them all, again and again.
"""

import asyncio
import random
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import MakeDatabase
from tests.jobs.fleet import MEMBERS, fleet, is_alive, wait_until
from tests.mail import MailServer
from welcome.post.models import Notice, Outcome

CREW = ("scheduler", "scheduler", "postman")
LEASE_SECONDS = 4.0


class SlowMailServer(MailServer):
    """Takes a letter at once and says so a little later, so that kills come in between."""

    delay = 0.05

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(random.uniform(0, self.delay))
        return answer


@pytest.fixture
def database(make_database: MakeDatabase) -> Iterator[str]:
    with make_database("fleet") as url:
        yield url


@pytest.fixture
def mail() -> SlowMailServer:
    return SlowMailServer()


def message_ids(mail: MailServer) -> dict[str, list[str]]:
    found = defaultdict(list)
    for letter in mail.letters:
        found[str(letter["To"])].append(str(letter["Message-ID"]))
    return found


def test_without_kills_nothing_is_repeated(database, mail):
    mail.delay = 0
    with fleet(database, mail, 300) as ships:
        for what in (*CREW, "postman"):
            ships.start(what)
        wait_until(ships.is_done, "all letters")
    assert len(mail.taken) == len(message_ids(mail)) == MEMBERS


def test_a_second_scheduler_waits_and_takes_over(database, mail):
    mail.delay = 0.01
    with fleet(database, mail, LEASE_SECONDS) as ships:
        first = ships.start("scheduler")
        wait_until(lambda: ships.count() > 0, "the first to work")
        second = ships.start("scheduler")
        ships.kill(first)
        wait_until(ships.is_done, "the second to finish")
        assert is_alive(second)


@pytest.mark.parametrize("is_waiting", [False, True])
def test_it_stops_within_seconds_when_told(database, mail, is_waiting):
    with fleet(database, mail, 300) as ships:
        child = ships.start("scheduler")
        wait_until(lambda: bool(mail.taken), "the first letter")
        if is_waiting:
            child = ships.start("scheduler")
            time.sleep(1)
        begun = time.monotonic()
        ships.tell(child, signal.SIGTERM)
        wait_until(lambda: not is_alive(child), "it to stop")
        assert time.monotonic() - begun < 5
        stopped_with = len(mail.taken)
        if not is_waiting:
            assert ships.count(Notice.outcome == Outcome.SENT) == stopped_with  # no letter was left half done

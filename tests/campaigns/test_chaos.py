"""Storms over an instance as it is deployed: whatever was said to be kept is kept, and nobody is told a fairy tale.

People report all the while. The disk is full, the database is cut off, the mail server falls silent in mid-sentence,
processes stand still and are told to end in the middle of an answer. Whoever cannot be served reads so in their own
language; afterwards everything goes on by itself, and every letter comes.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from tests.campaigns import weather
from tests.campaigns.figures import tell
from tests.campaigns.reporters import Reporters, settle
from tests.campaigns.sizes import size
from tests.campaigns.works import Works, working
from tests.conftest import is_on_postgresql
from tests.instances import instance
from tests.jobs.fleet import wait_until
from tests.mail import MailServer
from welcome.database import db
from welcome.post.models import Channel, Notice, Outcome

SECONDS = size("storm_seconds", small=3, full=60)
TIMES = size("storms", small=1, full=3)
HONEST = "wsgi:app"
MEGABYTES = 320  #: while a reader stands still, SQLite's log of changes only grows


@dataclass
class World:
    """An instance in a storm: its processes, its disk, its people."""

    works: Works
    reporters: Reporters
    mail: MailServer
    letters: Controller
    folder: Path
    is_own_disk: bool
    postgres: weather.Postgres | None


@contextmanager
def world(web: str = HONEST) -> Iterator[World]:
    """Deploy an instance on a small disk, and let people report."""
    with ExitStack() as stack:
        folder, is_own_disk = stack.enter_context(weather.small_disk(MEGABYTES))
        postgres = weather.Postgres(folder) if is_on_postgresql() else None
        if postgres:
            stack.callback(postgres.server.cleanup)
        url = postgres.url if postgres else f"sqlite:///{folder}/welcome.db"
        app = stack.enter_context(instance(url, folder))
        reporters = settle(app)
        db.session.remove()
        db.engine.dispose()  # so that SQLite's log of changes begins anew, and the disk is as empty as it can be
        mail = MailServer()
        works = stack.enter_context(working(url, web=web))
        letters = Controller(mail, hostname="127.0.0.1", port=works.mail_port)
        letters.start()
        here = World(works, reporters, mail, letters, folder, is_own_disk, postgres)
        stack.callback(lambda: here.letters.stop(no_assert=True))
        reporters.port = works.port
        wait_until(works.answers, "the web processes")
        yield here


def look_at_honest_pages(here: World) -> None:
    """Wait until somebody reads that nothing was kept; the planted fault says that all was."""
    seen = here.reporters.statuses[503]
    if here.works.web == HONEST:
        wait_until(lambda: here.reporters.statuses[503] > seen, "somebody to read that it was not kept")
    assert here.reporters.get("/emergency") == 200


@contextmanager
def full_disk(here: World) -> Iterator[None]:
    """Let the disk be full."""
    pids = [*here.works.workers(), *(here.works.running[one].pid for one in ("scheduler", "postman"))]
    fault = weather.full(here.folder) if here.is_own_disk else weather.no_growing(pids, here.folder / "welcome.db-wal")
    with fault:
        look_at_honest_pages(here)
        yield
    if here.postgres:
        here.postgres.come_back()


@contextmanager
def cut_off(here: World) -> Iterator[None]:
    """Let the database go down, as in a crash."""
    assert here.postgres
    here.postgres.cut_off()
    look_at_honest_pages(here)
    yield
    here.postgres.come_back()


@contextmanager
def half_closed(here: World) -> Iterator[None]:
    """Let the mail server fall silent."""
    here.letters.stop()
    with weather.half_closed(here.works.mail_port):
        yield
    here.letters = Controller(here.mail, hostname="127.0.0.1", port=here.works.mail_port)
    here.letters.start()


@contextmanager
def standing_still(here: World) -> Iterator[None]:
    """Let a web process, the scheduler and a postman stand still."""
    still = [here.works.workers()[0], *(here.works.running[one].pid for one in ("scheduler", "postman"))]
    for process in still:
        os.kill(process, signal.SIGSTOP)
    yield
    for process in still:
        os.kill(process, signal.SIGCONT)


@contextmanager
def told_to_end(here: World) -> Iterator[None]:
    """Let every process be told to end while somebody is in the middle of a sentence, and be started again."""
    words, person = f"In mid-request at {time.time()}", here.reporters.people[0]
    said = urlencode({"category": "other", "words": words, "csrf_token": person.token}).encode()
    line = HTTPConnection("127.0.0.1", here.works.port, timeout=60)
    line.putrequest("POST", f"/report/member/{here.reporters.accused[0]}")
    for name, value in (("Cookie", person.cookie), ("Content-Type", "application/x-www-form-urlencoded")):
        line.putheader(name, value)
    line.putheader("Content-Length", str(len(said)))
    line.endheaders(said[:20])
    time.sleep(0.5)
    for what in here.works.running:
        here.works.tell(what, signal.SIGTERM)
    time.sleep(0.5)
    line.send(said[20:])
    assert line.getresponse().status == 303
    here.reporters.arrived.append(words)
    line.close()
    for process in here.works.running.values():
        process.wait(timeout=60)
    here.works.revive()
    yield


STORMS = [full_disk, half_closed, standing_still, told_to_end, *([cut_off] if is_on_postgresql() else [])]


def pass_over(here: World, storm: Callable[[World], Any], seconds: float) -> None:
    """Let one storm pass; afterwards everything has to go on by itself."""
    with storm(here):
        time.sleep(seconds)
    kept, sent = len(here.reporters.arrived), len(here.mail.taken)
    wait_until(lambda: len(here.reporters.arrived) > kept + 10, f"people to be served again after {storm.__name__}")
    wait_until(lambda: len(here.mail.taken) > sent + 10, f"letters after {storm.__name__}")


def waiting_letters() -> int:
    """Count the letters that are not settled."""
    with suppress(sa.exc.OperationalError):
        db.session.rollback()
        open_mail = sa.select(sa.func.count(Notice.id)).where(Notice.channel == Channel.MAIL, Notice.done_at.is_(None))
        return db.session.scalar(open_mail) or 0
    return -1


@pytest.mark.usefixtures("make_database")  # so that it is tried on both, though it makes its own
def test_what_was_acknowledged_is_there_after_every_storm() -> None:
    with world() as here:
        with here.reporters.at_work():
            for storm in STORMS * TIMES:
                pass_over(here, storm, SECONDS if storm is standing_still else min(SECONDS, 10))
        wait_until(lambda: waiting_letters() == 0, "all letters", 1_200)  # thousands, on a busy machine
        assert here.reporters.missing() == set()
        mailed = (Notice.channel == Channel.MAIL, Notice.outcome == Outcome.SENT)
        sent = db.session.scalars(sa.select(Notice.id).where(*mailed)).all()
        came = [letter["Message-ID"] for letter in here.mail.letters]
        assert here.reporters.dishonest == []
        arrived, statuses = len(here.reporters.arrived), here.reporters.statuses
        disk = f"a disk of {MEGABYTES} MB" if here.is_own_disk else "files that may not grow"
    assert len(set(came)) == len(sent) > 0
    with world("tests.campaigns.hasty:app") as here:
        with here.reporters.at_work():
            storm = cut_off if is_on_postgresql() else full_disk
            pass_over(here, storm, 2)
        lost = len(here.reporters.missing())
    assert lost
    names = ", ".join(storm.__name__.replace("_", " ") for storm in STORMS)
    figure = (
        f"{TIMES} x {names} ({disk}): {arrived:,} reports acknowledged, 0 lost; {statuses[503]:,} honest pages, "
        f"{statuses[0]:,} without an answer; {len(sent):,} letters came, {len(came) - len(sent)} twice"
    )
    tell("chaos", figure, planted=f"acknowledged before it is written, {lost} lost")

"""Reports under kills: each one that was said to have arrived is there once, and none is late without a call for help.

First people report over HTTP while web processes are killed; whoever is not told that it has arrived says it again.
Then thirty days pass under a scheduler that is killed too: moderators decide about most reports in their time, about
some too late, about a few never.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread

import sqlalchemy as sa

from tests.campaigns.figures import tell
from tests.campaigns.reporters import AT_ONCE, Reporters, settle
from tests.campaigns.sizes import size
from tests.campaigns.works import ROOT, Works, working
from tests.instances import instance
from tests.jobs.fleet import wait_until
from welcome.accounts.models import Member
from welcome.agenda.models import Due
from welcome.clock import now
from welcome.database import db, writing
from welcome.moderation import rules, service
from welcome.moderation.models import About, Category, Decision, Report

REPORTS = size("reports", small=60, full=10_000)
KILLS = size("report_kills", small=3, full=100)
DAYS = size("report_days", small=2, full=30)
KEEPERS_KILLED = size("keepers_killed", small=2, full=60)
STEP, LEASE = timedelta(hours=1), timedelta(minutes=6)


def kill_at_random(works: Works, reporters: Reporters, most: int, total: int) -> None:
    """Kill a web process, or all of them at once, again and again while reports arrive."""
    chance = random.Random(7)
    for number in range(most):
        wait_until(lambda: len(reporters.arrived) >= total * number / most, "reports to arrive", 900)  # noqa: B023
        wait_until(lambda: len(works.workers()) > 1, "the web processes")
        time.sleep(chance.uniform(0, 0.3))
        with suppress(ProcessLookupError):
            os.kill(chance.choice([*works.workers(), works.running["web"].pid]), signal.SIGKILL)
        works.revive()


def send_all(url: str, reporters: Reporters, total: int, kills: int, web: str = "wsgi:app") -> None:
    """Let people report over HTTP while the web processes are killed."""
    with working(url, "web", web=web) as works:
        reporters.port = works.port
        wait_until(works.answers, "the web processes")
        killer = Thread(target=kill_at_random, args=(works, reporters, kills, total))
        killer.start()

        def until_it_arrived(number: int) -> None:
            while not reporters.report(f"Report {number}"):
                works.revive()
                time.sleep(0.2)

        with ThreadPoolExecutor(AT_ONCE) as crowd:
            list(crowd.map(until_it_arrived, range(total)))
        killer.join()


@dataclass
class Keeper:
    """The scheduler with a clock of ours."""

    url: str
    what: tuple[str, ...]
    kills: int = 0
    process: "subprocess.Popen[str]" = field(init=False)

    def start(self) -> None:
        """Start it, or another one after a kill."""
        environ = {**os.environ, "ENVIRONMENT": "test", "DATABASE_URL": self.url, "QUIET_HOURS": ""}
        command = [sys.executable, "-m", "tests.campaigns.keeper", *self.what]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)  # type: ignore[call-overload]

    def ask(self, moment: datetime) -> None:
        """Let it do all that is due, up to a moment."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{moment.isoformat()}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def kill_soon(self, chance: random.Random) -> Thread:
        """Kill it in the middle of what it does next."""

        def strike() -> None:
            time.sleep(chance.uniform(0, 0.2))
            self.process.kill()
            self.kills += 1

        one = Thread(target=strike)
        one.start()
        return one


@contextmanager
def keeping(url: str, *what: str) -> Iterator[Keeper]:
    """Run the scheduler until the block ends."""
    keeper = Keeper(url, what)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.process.kill()
        keeper.process.communicate()


def decision_times(chance: random.Random) -> dict[int, datetime]:
    """Say when a moderator comes to each report: mostly in time, sometimes late, a few times never."""
    db.session.rollback()
    found = {}
    for report_id, category, due in db.session.execute(sa.select(Report.id, Report.category, Report.due_at)):
        in_time = timedelta(hours=rules.HOURS[category])
        if chance.random() > 0.01:
            found[report_id] = due + in_time * chance.uniform(-1, 2)
    return found


def decide(report_id: int, moderator: Member, moment: datetime) -> None:
    """Decide about a report, after a look at it."""
    with writing() as session:
        service.open_evidence(session, report_id, moderator, "To see what it was.", now=moment)
        service.decide(session, report_id, moderator, Decision.NOTHING, "It was nothing.", now=moment)


def overdue(moment: datetime) -> int:
    """Count the open reports that are late and nobody was called to, or nobody will be called to again."""
    db.session.rollback()
    watched = sa.select(Due.ref).where(Due.kind == "report_overdue", Due.done_at.is_(None), Due.due_at > moment)
    is_late = (Report.decided_at.is_(None), Report.due_at <= moment)
    is_left_alone = sa.or_(Report.escalations == 0, Report.id.not_in(watched))
    return db.session.scalar(sa.select(sa.func.count(Report.id)).where(*is_late, is_left_alone)) or 0


def let_time_pass(keeper: Keeper, days: int, kills: int) -> int:
    """Let hour after hour pass while reports are decided and the scheduler is killed; count who was left alone."""
    chance, moment, left_alone = random.Random(11), now(), 0
    moderator = db.session.scalars(sa.select(Member).where(Member.first_name == "Moderator0")).one()
    times = sorted((at, report_id) for report_id, at in decision_times(chance).items())
    hours = days * 24
    fatal = set(chance.sample(range(hours), kills))
    for hour in range(hours):
        moment += STEP
        while times and times[0][0] <= moment:
            at, report_id = times.pop(0)
            decide(report_id, moderator, max(at, moment - STEP))
        killer = keeper.kill_soon(chance) if hour in fatal else None
        with suppress(BrokenPipeError):
            keeper.ask(moment)
        if killer:
            killer.join()
            keeper.process.communicate()
            keeper.start()
            keeper.ask(moment + LEASE)  # what the dead one had in hand
        left_alone += overdue(moment)
    return left_alone


def test_no_report_is_lost_and_none_is_late_without_a_call(make_database, tmp_path):
    with make_database("reports") as url, instance(url, tmp_path) as app:
        reporters = settle(app)
        send_all(url, reporters, REPORTS, KILLS)
        db.session.rollback()
        kept = list(db.session.scalars(sa.select(Report.words)))
        assert reporters.missing() == set()
        assert len(kept) == len(set(kept)) == REPORTS
        assert reporters.dishonest == []
        with keeping(url) as keeper:
            assert let_time_pass(keeper, DAYS, KEEPERS_KILLED) == 0
            kills = keeper.kills
        db.session.rollback()
        calls = db.session.scalar(sa.select(sa.func.sum(Report.escalations)))
        late = db.session.scalar(sa.select(sa.func.count(Report.id)).where(Report.escalations > 0))
    with make_database("hasty") as url, instance(url, tmp_path) as app:
        hasty = settle(app)
        send_all(url, hasty, 60, 3, web="tests.campaigns.hasty:app")
        lost = len(hasty.missing())
        with writing() as session:
            subject = service.find_subject(session, About.MEMBER, hasty.accused[0], None)
            service.raise_report(session, subject, Category.DANGER, "Nobody minds the clock.", None, now=now())
        with keeping(url, "careless") as keeper:
            left_alone = let_time_pass(keeper, 2, 0)
    assert lost
    assert left_alone
    tell(
        "reports",
        f"{REPORTS:,} reports, {KILLS} kills of web processes, {reporters.statuses[0]:,} answers cut off: 0 lost, "
        f"0 doubled; {DAYS} days, {kills} kills of the scheduler: {late:,} late, {calls:,} calls, 0 late without one",
        planted=f"acknowledged before it is written, {lost} lost, and a clock that nobody minds",
    )

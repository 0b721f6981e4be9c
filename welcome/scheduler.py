"""The timetable: what runs, how often; nothing else."""

import signal
from collections.abc import Callable, Mapping
from datetime import UTC

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from welcome.agenda.jobs import Handler, run_due
from welcome.clock import now
from welcome.database import db
from welcome.leadership import leader
from welcome.post.jobs import send_due
from welcome.post.letters import Letter
from welcome.post.smtp import Server, connect

HANDLERS: dict[str, Handler] = {}


def do_due_work() -> None:
    """Do what the agenda says is due."""
    run_due(HANDLERS, now=now())


def carry_post(letters: Mapping[str, Letter], server: Server) -> None:
    """Send the letters that are due."""
    with connect(server) as transport:
        send_due(letters, transport, now=now())


def run(app: Flask, server: Server) -> None:
    """Tick until the process is told to stop."""

    def within(job: Callable[[], None]) -> Callable[[], None]:
        def tick() -> None:
            with app.app_context():
                job()

        return tick

    ticks: dict[str, tuple[Callable[[], None], int]] = {
        "due work": (do_due_work, 2),
        "post": (lambda: carry_post(app.extensions["letters"], server), 2),
    }
    with app.app_context():
        engine = db.engine
    timetable = BlockingScheduler(timezone=UTC)
    for name, (job, seconds) in ticks.items():
        timetable.add_job(
            within(job),
            "interval",
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: timetable.shutdown(wait=False))
    with leader(engine):
        timetable.start()

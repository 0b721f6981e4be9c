"""The timetable: what runs, how often; nothing else."""

import logging
import signal
from collections.abc import Callable, Mapping
from datetime import UTC
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from welcome.accounts.jobs import HANDLERS as ACCOUNT_HANDLERS
from welcome.accounts.jobs import forget_old as forget_old_looks_of_staff
from welcome.agenda.jobs import Handler, run_due
from welcome.agenda.jobs import forget_old as forget_old_work
from welcome.announcements.jobs import HANDLERS as ANNOUNCEMENT_HANDLERS
from welcome.announcements.jobs import announce_again, plan_journeys, plan_letters, tell_of_stuck_work
from welcome.calendars.jobs import follow_calendars
from welcome.clock import now
from welcome.database import db, take_stock, writing
from welcome.directory.freshness import look_after_guide
from welcome.events.jobs import HANDLERS as EVENT_HANDLERS
from welcome.events.jobs import release_places
from welcome.leadership import leader
from welcome.moderation.jobs import HANDLERS as MODERATION_HANDLERS
from welcome.moderation.jobs import forget_old as forget_old_reports
from welcome.pairings.jobs import HANDLERS as PAIRING_HANDLERS
from welcome.pairings.jobs import end_where_blocked
from welcome.pairings.jobs import forget_old as forget_old_looks
from welcome.pairings.rounds.computing import compute_rounds
from welcome.post.jobs import forget_old as forget_old_post
from welcome.post.jobs import send_due
from welcome.post.letters import Letter
from welcome.post.push import pusher_of
from welcome.post.showing import Screen, show_due
from welcome.post.smtp import Server, connect
from welcome.visits.jobs import HANDLERS as VISIT_HANDLERS
from welcome.visits.jobs import forget_old as forget_old_visits

HANDLERS: dict[str, Handler] = {
    **ACCOUNT_HANDLERS,
    **ANNOUNCEMENT_HANDLERS,
    **EVENT_HANDLERS,
    **VISIT_HANDLERS,
    **MODERATION_HANDLERS,
    **PAIRING_HANDLERS,
}

TICK_SECONDS = 2
ROUNDS_SECONDS = 1  # somebody looks at a page and waits for a preview
PLACES_SECONDS = 60
AGAIN_SECONDS = 600
LETTERS_SECONDS = 300
CALENDARS_SECONDS = 60
SWEEP_SECONDS = 3600

Job = Callable[[], object]


def do_due_work(handlers: Mapping[str, Handler], is_stopping: Event) -> None:
    """Do what the agenda says is due, one row after the other, each at its own present."""
    while not is_stopping.is_set() and run_due(handlers, now=now(), most=1):
        pass


def carry_post(letters: Mapping[str, Letter], server: Server, is_stopping: Event) -> None:
    """Send the letters that are due, one after the other, each at its own present."""
    with connect(server) as transport:
        while not is_stopping.is_set() and send_due(letters, transport, now=now(), most=1):
            pass


def ask_calendars(app: Flask, is_stopping: Event) -> None:
    """Follow the calendars that are due, and say who is asking."""
    agent = f"Welcome ({app.config['PUBLIC_URL']})"
    follow_calendars(now, is_stopping, agent=agent, zone=app.config["DEFAULT_TIMEZONE"])


def show_notices(letters: Mapping[str, Letter], screen: Screen | None, is_stopping: Event) -> None:
    """Show the notices on devices that are due, one after the other, each at its own present."""
    while screen is not None and not is_stopping.is_set() and show_due(letters, screen, now=now(), most=1):
        pass


def sweep() -> None:
    """Forget what was done long ago: all of whose columns the register promises a term. Then count what is left."""
    for forget in (forget_old_post, forget_old_work, forget_old_looks_of_staff, forget_old_reports, forget_old_visits):
        forget(now=now())
    forget_old_looks(now())
    with writing() as session:
        take_stock(session)


def run(app: Flask, server: Server) -> None:
    """Tick, as the only leader, until the process is told to stop."""
    is_stopping = _listen_for_the_end()
    with app.app_context():
        engine = db.engine
    jobs: dict[str, tuple[Job, int]] = {
        "due work": (lambda: do_due_work(HANDLERS, is_stopping), TICK_SECONDS),
        "post": (lambda: carry_post(app.extensions["letters"], server, is_stopping), TICK_SECONDS),
        "devices": (lambda: show_notices(app.extensions["letters"], pusher_of(app.config), is_stopping), TICK_SECONDS),
        "rounds": (lambda: compute_rounds(now, is_stopping), ROUNDS_SECONDS),
        "places": (lambda: release_places(now()), PLACES_SECONDS),
        "blocks": (lambda: end_where_blocked(now()), PLACES_SECONDS),
        "announcements": (lambda: announce_again(now=now()), AGAIN_SECONDS),
        "letters": (lambda: plan_letters(now=now()), LETTERS_SECONDS),
        "journeys": (lambda: plan_journeys(now=now()), LETTERS_SECONDS),
        "calendars": (lambda: ask_calendars(app, is_stopping), CALENDARS_SECONDS),
        "guide": (lambda: look_after_guide(now()), SWEEP_SECONDS),
        "stuck work": (lambda: tell_of_stuck_work(now=now()), LETTERS_SECONDS),
        "sweep": (sweep, SWEEP_SECONDS),
    }
    with leader(engine, is_stopping) as is_mine:
        if is_mine:
            _tick(app, jobs, is_stopping)


def run_postman(app: Flask, server: Server) -> None:
    """Carry letters only, beside the scheduler and any number of other postmen."""
    is_stopping = _listen_for_the_end()
    letters = app.extensions["letters"]
    _tick(app, {"post": (lambda: carry_post(letters, server, is_stopping), TICK_SECONDS)}, is_stopping)


def _listen_for_the_end() -> Event:
    is_stopping = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: is_stopping.set())
    return is_stopping


def _tick(app: Flask, jobs: Mapping[str, tuple[Job, int]], is_stopping: Event) -> None:
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long round is no news
    timetable = BackgroundScheduler(timezone=UTC)
    for name, (job, seconds) in jobs.items():
        # At once, then at every interval; late is better than never, and never twice at a time.
        rules = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None, "next_run_time": now()}
        timetable.add_job(_within(app, job), "interval", seconds=seconds, id=name, **rules)
    timetable.start()
    _follow_clock(timetable, is_stopping)
    timetable.shutdown()  # waits for the letter and the row in hand


def _follow_clock(timetable: BackgroundScheduler, is_stopping: Event) -> None:
    """Tick on when the machine's clock is set back: else the timetable waits until it shows the old time again."""
    latest = now()
    while not is_stopping.wait(TICK_SECONDS):
        moment = now()
        if moment < latest:
            for job in timetable.get_jobs():
                job.modify(next_run_time=moment)
        latest = moment


def _within(app: Flask, job: Job) -> Job:
    def tick() -> None:
        with app.app_context():
            job()

    return tick

"""How fast a city of 100,000 is told of an event: planned, written, and carried by postmen while pages are asked for.

Every notice is one person's own: its language, its reasons, its links. Beside it the same letters as ``flask_mailman``
is usually used: each part rendered anew for each reader, whose language is switched on for it, and nothing kept.
"""

import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from multiprocessing import get_context
from threading import Event as Flag
from threading import Thread
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template
from flask_babel import force_locale
from flask_mailman import EmailMultiAlternatives, Mail  # type: ignore[import-untyped]

from bench.pages import _postgresql, _sqlite
from config import Settings, from_environ
from tests.gatherings import make_event
from tests.mail import free_port, serve
from welcome import scheduler
from welcome.accounts.models import Member
from welcome.announcements import service
from welcome.app import create_app
from welcome.clock import now
from welcome.database import Base, db, writing
from welcome.i18n import LOCALES
from welcome.post import jobs
from welcome.post.choices import choice_of
from welcome.post.letters import Context, Letter
from welcome.post.message import write
from welcome.post.models import Channel, Notice
from welcome.post.smtp import server_of
from welcome.profiles.models import Interest, Profile, Side

WRITTEN = 2_000
TURNS, SECONDS = 8, 10.0
POSTMEN = (1, 2, 4)
ASKED_EVERY = 0.02
COUNT = "while True: sum(range(1000))"
Turn = tuple[float, list[float]]  #: letters a second, and how long each page took
Process = tuple[list[str], dict[str, str] | None]  #: a command, and its environment where it is not ours


class Counting:
    """A mail server on loopback that takes everything and keeps the number."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:
        """Take one letter."""
        self.taken += 1
        return "250 OK"


def measure(people: int) -> Iterator[dict[str, Any]]:
    """Measure planning, writing and carrying on both databases."""
    for name, place in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with place() as url:
            app = create_app(_settings(url))
            Mail(app)
            with app.app_context():
                yield {"database": name, "people": people, **_planned(people)}
                yield {"database": name, **_written(app)}
                db.session.remove()
                db.engine.dispose()
            for line in _carried(url):
                yield {"database": name, **line}


def _settings(url: str) -> Settings:
    return Settings(environment="test", database_url=url, mail_from="hello@bench.example", quiet_hours="")


def _planned(people: int) -> dict[str, Any]:
    """Publish one event that fits everybody, and do what is due for it."""
    with writing() as session:
        Base.metadata.create_all(session.connection())
        _fill(people)
        event = make_event(session, now(), interests=("food.world",), languages=(), capacity=None)
        session.flush()
        occurrence_id = event.occurrences[0].id
    begun, used = time.perf_counter(), time.process_time()
    with writing() as session:
        told = service.announce(session, occurrence_id, now=now())
    return {
        "planned": told,
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": time.process_time() - used,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _fill(people: int) -> None:
    session, moment = db.session(), now()
    same = {"timezone": "Europe/Amsterdam", "created_at": moment, "confirmed_at": moment, "active": True}
    members = [
        {**same, "id": n, "email": f"m{n}@bench.example", "fs_uniquifier": f"u{n}", "first_name": f"Ana {n}",
         "locale": LOCALES[n % len(LOCALES)], "is_discreet": False} for n in range(1, people + 1)
    ]  # fmt: skip
    session.execute(sa.insert(Member), members)
    profile = {"side": Side.NEWCOMER, "updated_at": moment, "arrived_on": date(2026, 10, 1)}
    session.execute(sa.insert(Profile), [{**profile, "member_id": n} for n in range(1, people + 1)])
    likes = [{"member_id": n, "code": "food.world", "strength": 2} for n in range(1, people + 1)]
    session.execute(sa.insert(Interest), likes)


def _written(app: Flask) -> dict[str, Any]:
    """Ask what is true for some readers in every language, then write their letters in three ways."""
    letters, moment = app.extensions["letters"], now()
    waiting = sa.select(Notice).where(Notice.channel == Channel.MAIL).order_by(Notice.id).limit(WRITTEN)
    notices = list(db.session.scalars(waiting))
    begun = time.process_time()
    asked = [(notice, _ask(notice, letters)) for notice in notices]
    composing = time.process_time() - begun
    for notice, context in asked[: len(LOCALES)]:  # templates and catalogues are loaded once in a postman's life
        _write(notice, context, moment)
        _as_usual(notice, context, moment)
    figures = {"composed_per_second": len(asked) / composing}
    for name, way in (("written_per_second", _write), ("flask_mailman_per_second", _as_usual)):
        begun = time.process_time()
        for notice, context in asked:
            way(notice, context, moment)
        figures[name] = len(asked) / (time.process_time() - begun)
    return figures


def _ask(notice: Notice, letters: Mapping[str, Letter]) -> Context:
    context = jobs._ask(notice, letters, choice_of(db.session(), notice.member_id, notice.kind))
    assert isinstance(context, dict)
    return jobs.for_reader(notice.member, letters[notice.kind], context)


def _write(notice: Notice, context: Context, moment: Any) -> None:
    write(notice, notice.member, context, now=moment)


def _as_usual(notice: Notice, context: Context, _moment: Any) -> None:
    """Write a letter as the extension's documentation shows it."""
    reader, kind = notice.member, notice.kind
    with force_locale(reader.locale):
        words = {**context, "reader": reader, "locale": reader.locale, "direction": "ltr", "instance_name": "Welcome"}
        subject = " ".join(render_template(f"mail/{kind}/subject.txt", **words).split())
        mail = EmailMultiAlternatives(
            subject,
            render_template(f"mail/{kind}/body.txt", **words),
            "Welcome <hello@bench.example>",
            [reader.email],
            headers={"List-Unsubscribe": f"<{words['unsubscribe_url']}>"},
        )
        mail.attach_alternative(render_template(f"mail/{kind}/body.html", **words), "text/html")
        mail.message()


def _carried(url: str) -> Iterator[dict[str, Any]]:
    """Let postmen carry what waits, and ask for pages meanwhile and without any; then so again, as machines have moods.

    Who asks is a process of its own: in ours the mail server would keep it waiting. Beside the postmen stands a process
    as humble as they are that does nothing but count: what it costs pages is the price of any work on this machine.
    """
    mail, turns = Counting(), []
    with serve(mail) as port, _web(url, port) as page, ProcessPoolExecutor(1, get_context("spawn")) as visitor:
        visitor.submit(_latency, page, 3.0).result()  # the first pages of a process fill what it keeps
        postman = ([sys.executable, "-m", "bench.announce"], _environ(url, port))
        crews: dict[int | str, list[Process]] = {n: [postman] * n for n in (0, *POSTMEN)}
        crews["counting"] = [([sys.executable, "-c", COUNT], None)]
        for _ in range(TURNS):
            turns.append({name: _turn(crew, mail, visitor, page) for name, crew in crews.items()})
    alone = [_cuts([turn[0] for turn in turns])[1], *(_cuts([turn[0]])[1] for turn in turns)]
    for name in crews:
        taken = [turn[name] for turn in turns]
        p50, p99 = _cuts(taken)
        rises = sorted(_cuts([turn])[1] / before - 1 for turn, before in zip(taken, alone[1:], strict=True))
        a_second = statistics.median(letters for letters, _ in taken)
        told = {"postmen": name, "turns": TURNS, "letters_per_second": a_second, "p50_ms": p50, "p99_ms": p99}
        yield told | {"p99_rises": p99 / alone[0] - 1, "in_single_turns": [rises[0], rises[-1]]}


def _cuts(turns: list[Turn]) -> tuple[float, float]:
    """Return how long pages took in the middle and at worst, in milliseconds, over all these turns together."""
    cut = statistics.quantiles([page for _, pages in turns for page in pages], n=100)
    return cut[49], cut[98]


def _turn(crew: list[Process], mail: Counting, visitor: ProcessPoolExecutor, page: str) -> Turn:
    """Return how many letters a second a crew carries, and how long pages take meanwhile."""
    with _working(crew):
        mail.taken = 0
        while crew and crew[0][1] and not mail.taken:
            time.sleep(0.05)
        before, begun = mail.taken, time.perf_counter()
        pages = visitor.submit(_latency, page, SECONDS).result()
        return (mail.taken - before) / (time.perf_counter() - begun), pages


def _environ(url: str, port: int) -> dict[str, str]:
    told = {"ENVIRONMENT": "test", "DATABASE_URL": url, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port)}
    return {**os.environ, **told, "MAIL_FROM": "hello@bench.example", "QUIET_HOURS": ""}


@contextmanager
def _web(url: str, mail_port: int) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--workers=2", f"--bind=127.0.0.1:{port}"]
    web = subprocess.Popen([*command, "--log-level=error", "wsgi:app"], env=_environ(url, mail_port))
    page = f"localhost:{port}"
    while True:
        try:
            _get(page)
            break
        except OSError:
            time.sleep(0.2)
    try:
        yield page
    finally:
        web.terminate()
        web.wait()


@contextmanager
def _working(crew: list[Process]) -> Iterator[None]:
    """Start processes as the postmen's service does: they give way to whoever looks at a page."""
    started = [subprocess.Popen(["nice", "-n", "15", *command], env=environ) for command, environ in crew]
    try:
        yield
    finally:
        for one in started:
            one.send_signal(signal.SIGTERM)
        for one in started:
            one.wait()


def _latency(page: str, seconds: float) -> list[float]:
    """Ask for a page at an even pace; return how long each took, in milliseconds."""
    took: list[float] = []
    stopping = Flag()

    def ask() -> None:
        while not stopping.wait(ASKED_EVERY):
            begun = time.perf_counter()
            _get(page)
            took.append((time.perf_counter() - begun) * 1000)

    asking = Thread(target=ask)
    asking.start()
    time.sleep(seconds)
    stopping.set()
    asking.join()
    return took


def _get(page: str) -> None:
    line = HTTPConnection(page, timeout=30)
    line.request("GET", "/events")
    answer = line.getresponse()
    answer.read()
    line.close()
    assert answer.status == 200


def main() -> None:
    """Be one postman."""
    app = create_app(from_environ(os.environ))
    scheduler.TICK_SECONDS = 0.5  # type: ignore[assignment]
    scheduler.run_postman(app, server_of(app.config))


if __name__ == "__main__":
    main()

"""Starts real schedulers and postmen by forking, as fast as a test can kill them.

``python -m tests.jobs.nursery LEASE_SECONDS PORT`` reads a line for each process to start and answers with its id:
"scheduler"; "postman"; "web", which takes "tell these ten" at the port and says yes when it is written down; "path N",
which does all of this for ten members once it is told to go on; "rest", which does what is left. "careless scheduler"
and the like have a planted fault: they mark a letter before they send it. A "stubborn scheduler" does not see that the
clock is set back.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from socket import socket
from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from config import from_environ
from tests.mail import with_templates
from welcome import scheduler
from welcome.agenda import jobs as agenda_jobs
from welcome.agenda.service import schedule
from welcome.app import create_app
from welcome.clock import now as this_moment
from welcome.database import writing
from welcome.post import jobs as post_jobs
from welcome.post.letters import Context, Letter, Recipient
from welcome.post.models import Outcome
from welcome.post.service import post
from welcome.post.smtp import Connection, Server

KIND = "test_news"
MEMBERS_A_PIECE = int(os.environ.get("MEMBERS_A_PIECE", "10"))


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context:
    """There is nothing to look up."""
    return {"number": args["number"]}


NEWS = Letter(KIND, compose)


def announce(session: Session, ref: int, now: datetime) -> None:
    """Tell ten members."""
    for member_id in range(ref, ref + MEMBERS_A_PIECE):
        post(session, NEWS, member_id, {"number": member_id}, key=f"1:member:{member_id}", now=now)


def build() -> Flask:
    """Make the application that all processes are born with."""
    app = create_app(from_environ(os.environ))
    with_templates(app, KIND, "News {{ number }}", "Hello", "<p>Hello</p>")
    app.extensions["letters"] = {KIND: NEWS}
    scheduler.HANDLERS["announce"] = announce
    return app


def run(app: Flask, what: str, doors: socket) -> None:
    """Be one of them until the end."""
    server = Server(app.config["SMTP_HOST"], app.config["SMTP_PORT"])
    if what.startswith("careless "):
        mark_before_sending()
    if what == "stubborn scheduler":
        scheduler._follow_clock = lambda _timetable, is_stopping: is_stopping.wait()  # type: ignore[assignment]
    what, _, number = what.removeprefix("careless ").removeprefix("stubborn ").partition(" ")
    if what == "scheduler":
        scheduler.run(app, server)
    elif what == "web":
        make_server("127.0.0.1", 0, plan_over_http(app), threaded=True, fd=doors.fileno()).serve_forever()
    elif what == "path":
        walk(app, server, int(number))
    elif what == "rest":
        rest(app, server)
    else:
        scheduler.run_postman(app, server)


def plan(app: Flask, first: int) -> None:
    """Write down that ten members are to be told."""
    with app.app_context(), writing() as session:
        schedule(session, f"announce:{first}", "announce", first, this_moment())


def plan_over_http(app: Flask) -> Callable[..., Iterable[bytes]]:
    """Be the web process: the answer comes when the plan is written down."""

    def answer(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        plan(app, int(environ["PATH_INFO"].strip("/")))
        start("204 No Content", [])
        return [b""]

    return answer


def walk(app: Flask, server: Server, first: int) -> None:
    """Go the whole way of an announcement in one process: plan it, say so, do it, send it."""
    os.kill(os.getpid(), signal.SIGSTOP)
    plan(app, first)
    os.mkdir(f"{os.environ['ACKNOWLEDGED']}/{first}-{os.getpid()}")  # noqa: PTH102 (one call of the system)
    rest(app, server)


def rest(app: Flask, server: Server) -> None:
    """Do what is left to do, once."""
    with app.app_context():
        scheduler.do_due_work({"announce": announce}, Event())
        scheduler.carry_post(app.extensions["letters"], server, Event())


def mark_before_sending() -> None:
    """Plant the fault that loses letters."""
    send, settle = Connection.send, post_jobs._settle
    in_hand: list[int] = []

    def marked(notice_id: int, *rest: Any) -> bool:
        in_hand[:] = [notice_id]
        return settle(notice_id, *rest)

    def careless(self: Connection, message: Any) -> None:
        post_jobs.finish(in_hand[0], datetime.now().astimezone(), Outcome.SENT)
        send(self, message)

    post_jobs._settle, Connection.send = marked, careless  # type: ignore[method-assign]


def main() -> None:
    """Fork a process for every line."""
    logging.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    lease = timedelta(seconds=float(sys.argv[1]))
    post_jobs.LEASE = agenda_jobs.LEASE = lease
    scheduler.TICK_SECONDS = 0.2  # type: ignore[assignment]
    app, doors = build(), socket()
    doors.bind(("127.0.0.1", int(sys.argv[2])))
    doors.listen(64)
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(app, line.strip(), doors)
            os._exit(0)
        print(child, flush=True)  # noqa: T201 (this is its answer)


if __name__ == "__main__":
    main()

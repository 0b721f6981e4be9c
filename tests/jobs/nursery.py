"""Starts real schedulers and postmen by forking, as fast as a test can kill them.

``python -m tests.jobs.nursery LEASE_SECONDS`` reads a line for each process to start ("scheduler", "postman", or
"careless" for a planted fault: a postman that marks before it sends) and answers with its id.
"""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from config import from_environ
from tests.mail import with_templates
from welcome import scheduler
from welcome.agenda import jobs as agenda_jobs
from welcome.app import create_app
from welcome.post import jobs as post_jobs
from welcome.post.letters import Context, Letter, Recipient
from welcome.post.models import Outcome
from welcome.post.service import post
from welcome.post.smtp import Connection, Server

KIND = "test_news"
MEMBERS_A_PIECE = 10


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context:
    """There is nothing to look up."""
    return {"number": args["number"]}


NEWS = Letter(KIND, compose)


def announce(session: Session, ref: int, now: datetime) -> None:
    """Tell ten members."""
    for member_id in range(ref, ref + MEMBERS_A_PIECE):
        post(session, NEWS, member_id, {"number": member_id}, key=f"1:member:{member_id}", now=now)


def run(what: str) -> None:
    """Be a scheduler or a postman until the end."""
    app = create_app(from_environ(os.environ))
    with_templates(app, KIND, "News {{ number }}", "Hello", "<p>Hello</p>")
    app.extensions["letters"] = {KIND: NEWS}
    scheduler.HANDLERS["announce"] = announce
    server = Server(app.config["SMTP_HOST"], app.config["SMTP_PORT"])
    if what == "careless":
        mark_before_sending()
    if what == "scheduler":
        scheduler.run(app, server)
    else:
        scheduler.run_postman(app, server)


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
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(line.strip())
            os._exit(0)
        print(child, flush=True)  # noqa: T201 (this is its answer)


if __name__ == "__main__":
    main()

"""A scheduler whose clock a test moves: it reads a moment, does all that is due then, says so, and waits.

``python -m tests.campaigns.keeper``; with "careless" behind it, nobody is called to a report that is late.
"""

import logging
import os
import sys
from datetime import datetime
from threading import Event

import time_machine

from config import from_environ
from welcome import scheduler
from welcome.app import create_app


def main() -> None:
    """Do what is due at each moment that is read."""
    logging.disable()
    app = create_app(from_environ(os.environ))
    handlers = dict(scheduler.HANDLERS)
    if "careless" in sys.argv:
        handlers["report_overdue"] = lambda *_: None
    for line in sys.stdin:
        with time_machine.travel(datetime.fromisoformat(line.strip()), tick=False), app.app_context():
            scheduler.do_due_work(handlers, Event())
        print(flush=True)


if __name__ == "__main__":
    main()

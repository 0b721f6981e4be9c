"""One of several processes in which people say things to each other at the same moment (see test_pairing_races)."""

import json
import sys
import traceback
from time import sleep
from typing import Any

from config import Settings
from welcome.app import create_app
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.pairings import pairs, proposals, requests

GAP_SECONDS = 0.1


def say(what: str, *words: Any) -> None:
    """Do one thing in one write transaction."""
    with writing() as session:
        if what == "ask":
            requests.ask(session, words[0], words[1], "exchange", now=now())
        elif what == "accept":
            requests.accept(session, words[0], words[1], now=now())
        elif what == "yes":
            proposals.answer(session, words[0], words[1], yes=True, now=now())


def try_to_say(sentence: list[Any]) -> str:
    """Say one thing and tell what came of it."""
    try:
        say(*sentence)
    except Refusal as refusal:
        return type(refusal).__name__
    except Exception:  # the test wants to know about every fault, whatever it is
        return traceback.format_exc()
    finally:
        db.session.remove()
    return "done"


def main(url: str) -> None:
    """Read what to say, line by line; wait for the word, say it, and tell what came of it."""
    app = create_app(Settings(environment="test", database_url=url, mail_from="hello@welcome.test", quiet_hours=""))
    locked = pairs.lock_members
    with app.app_context():
        for line in sys.stdin:
            order = json.loads(line)
            pairs.lock_members = _unlocked if order["planted"] else locked  # as if nobody had thought of locking
            db.session.connection()
            db.session.remove()
            tell("ready")
            sys.stdin.readline()
            tell(json.dumps([try_to_say(sentence) for sentence in order["sentences"]]))


def tell(words: str) -> None:
    """Answer with one line."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _unlocked(session: Any, *ids: int) -> Any:
    rows = session.scalars(pairs.sa.select(pairs.Enrolment).where(pairs.Enrolment.member_id.in_(ids))).all()
    sleep(GAP_SECONDS)  # so that the others look too before anybody acts, however fast the machine is
    return {(row.programme_id, row.member_id): row for row in rows}


if __name__ == "__main__":
    main(sys.argv[1])

"""One of several processes in which people say things to each other at the same moment (see tests/crowds.py)."""

import json
import sys
import traceback
from time import sleep
from typing import Any

import sqlalchemy as sa

from config import Settings
from welcome.app import create_app
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.pairings import pairs, proposals, requests
from welcome.pairings.models.programmes import Enrolment

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


def try_to_say(sentence: list[Any], *, planted: bool) -> str:
    """Say one thing and tell what came of it."""
    try:
        if planted:
            look_too_soon()
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
    free_places = pairs.free_places
    with app.app_context():
        for line in sys.stdin:
            order = json.loads(line)
            pairs.free_places = free_places
            db.session.connection()
            db.session.remove()
            tell("ready")
            sys.stdin.readline()
            tell(json.dumps([try_to_say(sentence, planted=order["planted"]) for sentence in order["sentences"]]))


def tell(words: str) -> None:
    """Answer with one line."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def look_too_soon() -> None:
    """Look who has a free place before anything is held, and decide by that: the fault."""
    enrolments = db.session.scalars(sa.select(Enrolment)).all()
    seen = {enrolment.id: pairs.free_places(db.session(), enrolment) for enrolment in enrolments}
    db.session.remove()
    sleep(GAP_SECONDS)  # so that the others look too before anybody acts, however fast the machine is
    pairs.free_places = lambda session, enrolment: seen[enrolment.id]


if __name__ == "__main__":
    main(sys.argv[1])

"""Build Oosterdonk: a city that does not exist, full of people who could.

``python -m demo.city`` fills an empty database and leaves a full one alone. The same seed makes the same city; all
times are counted from today. Everything goes through the rooms' own services, as if at the time at which it
happened, and in one transaction: there is a whole city or none.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import from_environ
from demo import announcing, courses, crew, dates, guide, pages, pairing, round_tables, stories
from demo.inhabitants import City, settle
from demo.stars import PASSWORD, stars
from welcome.accounts.models import Member
from welcome.agenda.models import Due
from welcome.app import create_app
from welcome.clock import now
from welcome.database import db, writing
from welcome.post.models import Channel, Notice, Outcome

SEED = 1892
MEMBERS = 1200
#: Whom a visitor can sign in as: who it is, address, password.
SIGN_INS = tuple((f"{star.first_name}, {star.who}", star.email, PASSWORD) for star in stars(now().date()) if star.who)
ROUNDS = ((pairing.MENTORING, 44), (pairing.EXCHANGE, 37), (pairing.ACTIVITY, 30), (pairing.EXCHANGE, 9))
CIRCLE_ROUNDS = ((20, False), (1, True))
OPEN_ROUND = (pairing.ACTIVITY, 2)
DAY = timedelta(days=1)


def main() -> int:
    """Build the city if there is none."""
    app = create_app(from_environ(os.environ))
    with app.app_context():
        if db.session.scalar(sa.select(Member.id).limit(1)) is not None:
            print("The city is there already.")
            return 0
        begun = time.monotonic()
        with writing() as session:
            build(session, MEMBERS, now=now())
        print(f"Oosterdonk is ready after {time.monotonic() - begun:.0f} s.", flush=True)
    return 0


def build(session: Session, members: int, *, now: datetime, share: float = 1.0) -> City:
    """Fill the database with that many members, and with a share of the events."""
    chance = Random(SEED)
    with _step(f"{members} people in 14 districts"):
        city = settle(session, members, chance, now)
        guide.complete_guide(session, city)
        programme_ids = pairing.open_programmes(session, now - 300 * DAY)
        organisers = stories.give_roles(session, city, programme_ids, chance)
        pairing.enrol(session, city, programme_ids, chance)
    for slug, days in ROUNDS:
        with _step(f"a round of {slug}, {days} days ago"):
            for match in pairing.hold_round(session, slug, now - days * DAY, chance):
                courses.take_course(session, city, match, chance)
    with _step("a round that waits for answers, and people who ask"):
        slug, days = OPEN_ROUND
        pairing.hold_round(session, slug, now - days * DAY, chance, is_open=True)
        for programme in programme_ids:
            pairing.ask_around(session, city, programme, members // 20, chance)
    with _step("circles, and one round of them that waits for answers"):
        for days, is_open in CIRCLE_ROUNDS:
            round_tables.hold_circles(session, pairing.CIRCLES, now - days * DAY, chance, is_open=is_open)
        round_tables.meet(session, chance, now)
    with _step("the stories of twelve of them"):
        stories.tell_stories(session, city, chance)
    with _step("events, and who comes"):
        dates.fill_calendar(session, city, organisers, chance, share)
        dates.write_drafts(session, city, city.stars["Sanne"])
        pages.dress_pages(session, city)
        stories.go_out(session, city)
    with _step("a fair with stands and helpers"):
        fair = crew.hold_fair(session, city, chance)
        crew.organise_together(session, city, fair)
    with _step("what organisers tell people"):
        announcing.tell_people(session, city)
    with _step("letters that were sent long ago"):
        _settle_past(session, now)
    return city


@contextmanager
def _step(what: str) -> Iterator[None]:
    """Say what is being built, and how long it took."""
    print(f"  {what} ...", end="", flush=True)
    begun = time.monotonic()
    yield
    print(f" {time.monotonic() - begun:.1f} s", flush=True)


def _settle_past(session: Session, now: datetime) -> None:
    """Mark as done what the scheduler and the postman would have done by yesterday."""
    session.execute(
        sa.update(Notice)
        .where(Notice.channel == Channel.MAIL, Notice.done_at.is_(None), Notice.created_at < now - DAY / 2)
        .values(done_at=Notice.created_at, outcome=Outcome.SENT)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(Notice)
        .where(Notice.channel == Channel.APP, Notice.created_at < now - 4 * DAY)
        .values(read_at=Notice.created_at)
        .execution_options(synchronize_session=False)
    )
    done = Due.kind.in_(("remind_guests", "meeting_check", "circle_check", "announce_occurrence"))
    session.execute(
        sa.update(Due)
        .where(done, Due.due_at < now - DAY / 2, Due.done_at.is_(None))
        .values(done_at=Due.due_at, outcome="done")
        .execution_options(synchronize_session=False)
    )


if __name__ == "__main__":
    sys.exit(main())

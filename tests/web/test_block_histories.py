"""Whatever happened before and after: two who are kept apart meet nowhere, and the blocked sees a closed account."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import permutations
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import town
from tests.gatherings import make_event
from tests.letterbox import carry
from tests.people import make_member
from tests.sessions import come_in, key_of
from tests.web.test_non_interference import Neighbourhood, Observers
from welcome.accounts import closing
from welcome.accounts import service as accounts
from welcome.conversations import rules as talking
from welcome.conversations.models import Participant, Thread
from welcome.conversations.service import send_message
from welcome.database import db, writing
from welcome.directory.models import Venue
from welcome.errors import Refusal
from welcome.events import joining
from welcome.events.models import Event, Occurrence
from welcome.pairings import matches, meetings, requests
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.requests import Request
from welcome.profiles.models import Side

Pair = tuple[str, str]
NAMES = ("Quilla", "Brixa", "Zorand", "Wendo")
LISTS = ("/", "/people", "/conversations", "/notices", "/events")
#: Where who blocked somebody still reads what was said before, to report it; the blocked reads nothing.
OWN_RECORDS = ("/conversations",)


#: Something that one does to another; it returns who reached whom by it.
Act = Callable[[Session, str, str], list[Pair]]


class Story:
    """Four people to whom things happen in a random order, and the little that is known of them."""

    def __init__(self, app: Flask, client: FlaskClient, now: datetime, seed: int) -> None:
        self.app, self.client, self.now, self.dice = app, client, now, Random(seed)
        self.blocks: set[tuple[str, str]] = set()
        self.closed: set[str] = set()
        self.told: list[str] = []
        contacts = (self.ask, self.accept, self.write, self.meet, self.join)
        self.acts: list[Act] = [*contacts * 3, self.block, self.unblock]
        with writing() as session:
            areas = town.build(session)
            town.open_programme(session)
            people = [make_member(session, name) for name in NAMES]
            session.flush()
            for number, member in enumerate(people):
                side, languages = (Side.LOCAL, town.BOB) if number % 2 else (Side.NEWCOMER, town.CAROL)
                town.settle(session, member, side, languages, areas["Centrum"])
            town.join(session, "exchange", *people, now=now, capacity=4)
            make_event(session, now)
            self.ids = {member.first_name: member.id for member in people}
            self.public = {member.first_name: member.public_id for member in people}

    def apart(self, one: str, other: str) -> bool:
        """Whether two must not meet, by the model."""
        return bool({(one, other), (other, one)} & self.blocks) or other in self.closed

    def go_on(self, steps: int) -> None:
        """Let things happen; whatever reaches somebody who is apart is a fault."""
        for _ in range(steps):
            here = [name for name in NAMES if name not in self.closed]
            one, other = self.dice.sample(here if len(here) > 1 else NAMES, 2)
            what = self.dice.choice(self.acts)
            if self.dice.random() < 0.02:
                what = self.close
            self.told.append(f"{what.__name__} {one} {other}")
            apart = {pair for pair in permutations(NAMES, 2) if self.apart(*pair)}
            try:
                with writing() as session:
                    reached = what(session, one, other)
            except Refusal:
                reached = []
            assert not apart.intersection(reached), (reached, self.told)

    def ask(self, session: Session, one: str, other: str) -> list[Pair]:
        """One asks the other to meet."""
        requests.ask(session, self.ids[one], self.public[other], "exchange", now=self.now)
        return [(one, other)]

    def accept(self, session: Session, one: str, other: str) -> list[Pair]:
        """One says yes to what the other asked."""
        asked = sa.select(Request.public_id).where(
            Request.member_id == self.ids[other], Request.asked_id == self.ids[one]
        )
        for public_id in session.scalars(asked.order_by(Request.id.desc()).limit(1)).all():
            requests.accept(session, public_id, self.ids[one], now=self.now)
            return [(one, other)]
        return []

    def write(self, session: Session, one: str, other: str) -> list[Pair]:
        """One writes to the other."""
        both = sa.select(Participant.thread_id).where(Participant.member_id == self.ids[other])
        found = (
            sa.select(Thread.public_id)
            .join(Participant)
            .where(Participant.member_id == self.ids[one], Thread.id.in_(both))
        )
        for public_id in session.scalars(found.limit(1)).all():
            send_message(session, public_id, self.ids[one], f"Words of {one}", now=self.now)
            return [(one, other)]
        return []

    def meet(self, session: Session, one: str, other: str) -> list[Pair]:
        """One offers the other a time, or takes the one that was offered."""
        low, high = sorted((self.ids[one], self.ids[other]))
        match = session.scalar(sa.select(Match).where(Match.one_id == low, Match.other_id == high).limit(1))
        if match is None:
            return []
        at, venue = datetime(2026, 11, 24, 10), session.scalars(sa.select(Venue.public_id)).first()  # noqa: DTZ001
        offered = session.scalar(sa.select(Meeting).where(Meeting.match_id == match.id))
        if offered is not None and offered.proposed_by_id == self.ids[other]:
            meetings.agree(session, offered.public_id, self.ids[one], at, now=self.now)
        else:
            meetings.offer_times(session, match.public_id, self.ids[one], [at], venue, now=self.now)
        return [(one, other)]

    def join(self, session: Session, one: str, _other: str) -> list[Pair]:
        """One comes to the event, whoever else does."""
        joining.join(session, session.scalars(sa.select(Occurrence.id)).one(), self.ids[one], now=self.now)
        return []

    def block(self, session: Session, one: str, other: str) -> list[Pair]:
        """One keeps the other away."""
        accounts.block(session, self.ids[one], self.ids[other], now=self.now)
        self.blocks.add((one, other))
        return []

    def unblock(self, session: Session, one: str, other: str) -> list[Pair]:
        """One takes that back."""
        accounts.unblock(session, self.ids[one], self.ids[other])
        self.blocks.discard((one, other))
        return []

    def close(self, session: Session, one: str, _other: str) -> list[Pair]:
        """One leaves for good."""
        closing.close_account(session, self.ids[one], now=self.now)
        self.closed.add(one)
        return []

    def pages(self) -> list[str]:
        """Return every page on which two people could meet."""
        found = list(LISTS)
        for table, start in ((Thread, "conversations"), (Match, "matches"), (Request, "requests"), (Event, "events")):
            found += [f"/{start}/{public_id}" for public_id in db.session.scalars(sa.select(table.public_id))]
        return found

    def meetings_of_the_apart(self) -> Iterator[str]:
        """Name each place at which somebody meets who is kept away."""
        letters = carry(self.app, at=self.now + town.WEEK / 7)
        pages = self.pages()
        for one in NAMES:
            if one in self.closed:
                continue
            hidden = [other for other in NAMES if other != one and self.apart(one, other)]
            for letter in letters:
                if letter["To"] == f"{one.lower()}@welcome.example":
                    yield from (f"{other} in a letter to {one}" for other in hidden if other in letter.as_string())
            for path in pages if hidden else ():
                page = self._get(one, path)
                for other in hidden:
                    is_own_record = (one, other) in self.blocks and path.startswith(OWN_RECORDS)
                    if other in page and not is_own_record:
                        yield f"{other} on {path} of {one}"

    def _get(self, name: str, path: str) -> str:
        come_in(self.client, key_of(self.ids[name]))
        answer = self.client.get(path)
        assert answer.status_code < 500
        return str(answer.text)


@pytest.fixture
def tell(app: Flask, client: FlaskClient, today: datetime) -> Callable[[int], Story]:
    """Tell a story by its number."""
    return lambda seed: Story(app, client, today, seed)


@pytest.mark.parametrize("seed", range(5))
def test_two_who_are_kept_apart_meet_nowhere(tell: Callable[[int], Story], seed: int) -> None:
    story = tell(seed)
    for _ in range(3):
        story.go_on(15)
        found = list(story.meetings_of_the_apart())
        assert not found, (found, story.told)
    with writing() as session:
        matches.end_where_blocked(session, now=story.now)
    assert not list(story.meetings_of_the_apart())


def test_it_would_be_noticed(tell: Callable[[int], Story], monkeypatch: pytest.MonkeyPatch) -> None:
    def standing(**facts: Any) -> talking.Standing:
        return known(**{**facts, "blocked_me": False})

    known = talking.standing
    monkeypatch.setattr(talking, "standing", standing)
    story = tell(0)
    with writing() as session:
        story.ask(session, "Quilla", "Brixa")
        story.accept(session, "Brixa", "Quilla")
        story.block(session, "Brixa", "Quilla")
    assert [line for line in story.meetings_of_the_apart() if "/conversations" in line]


def test_what_the_blocked_gets_is_a_closed_account_byte_for_byte(
    app: Flask, client: FlaskClient, today: datetime
) -> None:
    with writing() as session:
        all_ = Neighbourhood(session, today)
        session.expire_on_commit = False
    observers = Observers(app, client, all_)

    def keep_away(session: Session) -> None:
        for member_id in observers.ids.values():
            accounts.block(session, all_.nora.id, member_id, now=today)

    def close(session: Session) -> None:
        closing.close_account(session, all_.nora.id, now=today)

    seen = []
    for act in (keep_away, close):
        with writing() as session:
            act(session)
        seen.append(observers.look())
    differing = {place for place in seen[0] if seen[0][place] != seen[1].get(place)}
    assert not differing

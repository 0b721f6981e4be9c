"""Four people to whom everything can happen that brings two people together, from the same morning on each time."""

from collections.abc import Iterator
from datetime import datetime
from itertools import permutations
from random import Random

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import town
from tests.gatherings import make_event, make_organisation
from tests.letterbox import carry, same
from tests.rows import Rows
from tests.sessions import come_in, key_of
from tests.web.test_block_histories import NAMES, OWN_RECORDS, Pair, Story
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.announcements import service as announcements
from welcome.conversations.models import Participant, Thread
from welcome.conversations.rooms import get_room
from welcome.conversations.service import read_messages, send_message
from welcome.database import db, writing
from welcome.events.answers import companions
from welcome.events.crew import hosts, shifts
from welcome.events.crew.models import CoHost, Shift
from welcome.events.crew.rules import Plan
from welcome.events.models import Event, Occurrence
from welcome.pairings import jobs, proposals
from welcome.pairings.circles import forming
from welcome.pairings.models.circles import Circle, Seat
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.rounds import sending
from welcome.pairings.rounds.outcomes import Outcome
from welcome.pairings.states import CircleState, ProgrammeKind, SeatState
from welcome.post.models import Channel, Notice
from welcome.post.models import Outcome as Fate

#: Letters that somebody has written to by name: what they are about, and whose doing that is.
INVITING = {
    "co_host_invited": (CoHost, "co_host_id", "invited_by"),
    "event_published": (Event, "event_id", "created_by"),
}


class Histories(Story):
    """Each of the four has an event of their own to invite to, and one is for all of them."""

    def __init__(self, app: Flask, client: FlaskClient, now: datetime) -> None:
        super().__init__(app, client, now, seed=0)
        contacts = (self.agree, self.sit, self.bring, self.invite, self.announce, self.help)
        self.acts += [*contacts * 2, self.propose, self.gather, self.look, self.work, self.block, self.block]
        with writing() as session:
            town.open_programme(session, ProgrammeKind.CIRCLES, settings={"least_each": 0})
            for member_id in self.ids.values():
                member = session.get_one(Member, member_id)
                town.join(session, "circles", member, now=now, capacity=4)
                host = make_organisation(session, now, f"House {member_id}")
                grant(session, member_id, Role.ORGANISER, scope_id=host.id, now=now)
                make_event(session, now, organisation_id=host.id, title=f"Evening {member_id}").created_by = member_id
            shared = session.scalars(sa.select(Occurrence).order_by(Occurrence.id)).first()
            assert shared is not None
            shifts.add_shift(session, shared, Plan("Kitchen", 0, 60, 4), now=now)
            self.date_id = shared.id
        self.cookies = {name: self._cookie(name) for name in NAMES}
        self.morning = Rows()

    def _cookie(self, name: str) -> str:
        come_in(self.client, key_of(self.ids[name]))
        cookie = self.client.get_cookie("session")
        return cookie.value if cookie else ""

    def begin(self, seed: int) -> None:
        """Begin another history."""
        self.morning.restore()
        self.dice, self.told = Random(seed), [f"history {seed}"]
        self.blocks.clear()
        self.closed.clear()

    def propose(self, session: Session, one: str, other: str) -> list[Pair]:
        """A round brings the two together."""
        found = self._send(session, ProgrammeKind.EXCHANGE, one, other)
        made = session.scalars(sa.select(Proposal.id).where(Proposal.round_id == found.id)).all()
        return [(one, other)] if made else []

    def gather(self, session: Session, one: str, other: str) -> list[Pair]:
        """A round asks the two, and a third, into a circle."""
        third = self.dice.choice([name for name in NAMES if name not in {one, other}])
        found = self._send(session, ProgrammeKind.CIRCLES, one, other, third)
        seats = sa.select(Seat.member_id).join(Circle, Circle.id == Seat.circle_id).where(Circle.round_id == found.id)
        return list(permutations([name for name in NAMES if self.ids[name] in set(session.scalars(seats))], 2))

    def _send(self, session: Session, kind: ProgrammeKind, *names: str) -> Round:
        programme = session.scalars(sa.select(Programme).where(Programme.kind == kind)).one()
        kept = Round(programme_id=programme.id, started_at=self.now, due_at=self.now, figures=town.NOBODY)
        session.add(kept)
        session.flush()
        groups = [(tuple(sorted(self.ids[name] for name in names)), 0.5)]
        sending.send(session, kept, Outcome(groups, {}, {}, {}, ""), now=self.now)
        return kept

    def agree(self, session: Session, one: str, other: str) -> list[Pair]:
        """One says yes to a round's proposal."""
        low, high = sorted((self.ids[one], self.ids[other]))
        offered = sa.select(Proposal).where(Proposal.one_id == low, Proposal.other_id == high)
        for proposal in session.scalars(offered.order_by(Proposal.id.desc()).limit(1)).all():
            proposals.answer(session, proposal.public_id, self.ids[one], yes=True, now=self.now)
            return [(one, other)]
        return []

    def sit(self, session: Session, one: str, _other: str) -> list[Pair]:
        """One takes a seat in the circle into which they were asked; whoever blocked somebody there goes soon."""
        mine = (Seat.member_id == self.ids[one], Seat.state == SeatState.OFFERED)
        asked = sa.select(Circle.public_id).join(Seat, Seat.circle_id == Circle.id).where(*mine)
        for public_id in session.scalars(asked.limit(1)).all():
            forming.answer(session, public_id, self.ids[one], yes=True, now=self.now)
        return []

    def _seated(self, session: Session) -> set[Pair]:
        """Return who sits with whom in a circle that meets."""
        names = {member_id: name for name, member_id in self.ids.items()}
        taken = sa.select(Seat.circle_id, Seat.member_id).join(Circle, Circle.id == Seat.circle_id).where(
            Circle.state == CircleState.FORMED, Seat.state == SeatState.TAKEN
        )  # fmt: skip
        tables: dict[int, list[str]] = {}
        for circle_id, member_id in session.execute(taken):
            tables.setdefault(circle_id, []).append(names[member_id])
        return {pair for table in tables.values() for pair in permutations(table, 2)}

    def write(self, session: Session, one: str, other: str) -> list[Pair]:
        """One writes where the other is, too; whoever can read it was reached."""
        both = sa.select(Participant.thread_id).where(Participant.member_id == self.ids[other])
        mine = sa.select(Thread.public_id).join(Participant).where(Participant.member_id == self.ids[one])
        for public_id in session.scalars(mine.where(Thread.id.in_(both)).order_by(Thread.id.desc()).limit(1)).all():
            sent = send_message(session, public_id, self.ids[one], f"{len(self.told)} of {one}", now=self.now)
            room = get_room(session, public_id, self.ids[other])
            return [(one, other)] if sent in read_messages(session, room) else []
        return []

    def join(self, session: Session, one: str, _other: str) -> list[Pair]:
        """One comes to the event that is for all of them."""
        companions.joining.join(session, self.date_id, self.ids[one], now=self.now)
        return []

    def bring(self, session: Session, one: str, other: str) -> list[Pair]:
        """One asks the other along."""
        companions.bring(session, self.date_id, self.ids[one], self.public[other], now=self.now)
        return [(one, other)]

    def help(self, session: Session, one: str, _other: str) -> list[Pair]:
        """One helps in the kitchen, whoever else does."""
        shifts.take(session, session.scalars(sa.select(Shift.id)).one(), self.ids[one], now=self.now)
        return []

    def invite(self, session: Session, one: str, other: str) -> list[Pair]:
        """One asks the other to organise with them."""
        mine = session.scalars(sa.select(Event).where(Event.created_by == self.ids[one])).one()
        hosts.invite_member(session, mine, f"{other.lower()}@welcome.example", by=self.ids[one], now=self.now)
        return []  # who asks is told nothing; whether a letter goes out is looked at later

    def announce(self, session: Session, one: str, _other: str) -> list[Pair]:
        """One's event is announced to whom it is for."""
        date = sa.select(Occurrence.id).join(Occurrence.event).where(Event.created_by == self.ids[one])
        announcements.announce(session, session.scalars(date).one(), now=self.now)
        return []

    def look(self, _session: Session, _one: str, _other: str) -> list[Pair]:
        """Somebody is suggested people, whom this process then keeps; see ``go_on``."""
        self.is_looking = True
        return []

    def work(self, _session: Session, _one: str, _other: str) -> list[Pair]:
        """What is open between two who are apart ends."""
        self.is_sweeping = True
        return []

    is_looking = is_sweeping = False

    def go_on(self, steps: int) -> None:
        """Let things happen one by one; what opens a transaction of its own comes after the step."""
        for _ in range(steps):
            super().go_on(1)
            if self.is_looking:
                self.get(self.dice.choice(sorted(set(NAMES) - self.closed) or NAMES), "/people")
            if self.is_sweeping:
                jobs.end_where_blocked(self.now)
                seated = self._seated(db.session())
                assert not [pair for pair in seated if self.apart(*pair)], self.told
            self.is_looking = self.is_sweeping = False

    def get(self, name: str, path: str) -> str:
        """Return a page as somebody sees it."""
        self.client.set_cookie("session", self.cookies[name])
        answer = self.client.get(path)
        assert answer.status_code < 500, path
        return same(answer.text)

    def pages(self) -> list[str]:
        """Return every page on which two people could meet."""
        found = super().pages()
        for table, start in ((Circle, "circles"), (Proposal, "proposals")):
            found += [f"/{start}/{public_id}" for public_id in db.session.scalars(sa.select(table.public_id))]
        db.session.rollback()
        return [*found, "/organising", "/me/calendar"]

    def sights(self, most: int | None) -> Iterator[str]:
        """Name each page, of so many, and each letter in which somebody meets who is kept away."""
        hidden = [
            (one, other) for one, other in permutations(NAMES, 2) if one not in self.closed and self.apart(one, other)
        ]
        if not hidden:
            return
        places = [(pair, path) for pair in hidden for path in self.pages()]
        for (one, other), path in places if most is None else self.dice.sample(places, most):
            is_own_record = (one, other) in self.blocks and path.startswith(OWN_RECORDS)
            if not is_own_record and other in self.get(one, path):
                yield f"{other} on {path} of {one}"
        letters = carry(self.app, at=self.now + town.WEEK / 7)
        for one, other in hidden:
            to = f"{one.lower()}@welcome.example"
            yield from (
                f"{other} in a letter to {one}"
                for letter in letters
                if letter["To"] == to and other in letter.as_string()
            )
        yield from self._invited(hidden)

    def _invited(self, hidden: list[Pair]) -> Iterator[str]:
        """Name who was sent somebody's invitation from whom they are apart."""
        by_mail = (Notice.channel == Channel.MAIL, Notice.outcome == Fate.SENT)  # pages ask anew whether they show one
        for notice in db.session.scalars(sa.select(Notice).where(*by_mail, Notice.kind.in_(INVITING))).all():
            table, about, whose = INVITING[notice.kind]
            by = getattr(db.session.get_one(table, notice.args[about]), whose)
            for one, other in hidden:
                if (self.ids[one], self.ids[other]) == (notice.member_id, by) and other not in self.closed:
                    yield f"{notice.kind} of {other} to {one}"
        db.session.rollback()

"""At every state of a letter the world changes: none states an old time, and what is called off reminds nobody.

A reminder and an announcement are brought into each state of their way; then the event moves, is called off or renamed,
or their reader leaves, answers, blocks the host, wants no such letters, is suspended or goes. Life plays on until the
event is over, and every letter is read beside what was true when it was handed over.
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
import time_machine
from flask import Flask

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.conftest import TODAY, empty
from tests.gatherings import START, evening, make_event
from tests.people import make_member
from welcome.accounts.closing import close_account
from welcome.accounts.service import block
from welcome.accounts.standing import suspend
from welcome.agenda.jobs import run_due
from welcome.agenda.models import Due
from welcome.database import db, writing
from welcome.events import joining, service
from welcome.events.facts import facts_of
from welcome.events.models import Occurrence
from welcome.events.plans import NOWHERE
from welcome.post import jobs
from welcome.post.choices import choices_of, choose_all, stop
from welcome.post.letters import Letter
from welcome.post.message import write
from welcome.post.models import Channel, Notice, Rhythm
from welcome.post.smtp import Deferred
from welcome.profiles.models import Interest, Profile, Side
from welcome.scheduler import HANDLERS

REMINDER, NEWS = "event_reminder", "event_published"
ALL = ("nothing", "moved", "called off", "renamed", "suspended", "closed")
ON_ITS_WAY = ("due", "waiting", "leased", "written", "put off", "asleep", "sent")
CASES = [
    *product((REMINDER,), ("planned", *ON_ITS_WAY), (*ALL, "left")),
    *product((NEWS,), (*ON_ITS_WAY, "gathered"), (*ALL, "answered", "blocked", "unsubscribed")),
]
CHOSEN = CASES[:: size("move_every", small=8, full=1)]
#: After these a letter comes all the same.
HARMLESS = {"nothing", "moved", "renamed"}
#: These take back even what is written already.
AT_ONCE = {"called off", "closed"}
NEW = datetime(2026, 12, 1, 20, 15)  # noqa: DTZ001 (by the clock on the wall)
SAID = {START: ("18:30", "T183000"), NEW: ("20:15", "T201500")}
TITLE, NEW_TITLE = "Soup and stories", "Bread and songs"
OVER = TODAY + timedelta(days=13)


@dataclass(frozen=True)
class Sent:
    """A letter, and what was true when it was handed over."""

    kind: str
    words: str
    start: datetime
    is_on: bool
    title: str

    def faults(self) -> list[str]:
        """Say what it tells that was not true any more."""
        old = [said for start, words in SAID.items() if start != self.start for said in words if said in self.words]
        is_of_something_off = not self.is_on and self.kind in (REMINDER, NEWS)
        is_old_name = self.title not in self.words
        return [*old, *["called off"] * is_of_something_off, *["an old name"] * is_old_name]


@dataclass
class Story:
    """One letter's way, and the change that meets it there."""

    app: Flask
    kind: str
    state: str
    change: str
    letters: dict[str, Letter]
    now: datetime = TODAY
    is_changed: bool = False
    is_put_off: bool = False
    sent: list[Sent] = field(default_factory=list)

    def begin(self) -> None:
        """Publish an event, and have one person hear of it or come."""
        with writing() as session:
            night = {"quiet_from": 60, "quiet_until": 59} if self.state == "asleep" else {}
            host, guest = make_member(session, "Alice"), make_member(session, "Carol", **night)
            session.flush()
            self.host, self.guest = host.id, guest.id
            session.add(Profile(member_id=self.guest, side=Side.NEWCOMER, updated_at=TODAY))
            session.add(Interest(member_id=self.guest, code="food.world", strength=3))
            event = make_event(session, TODAY, title=TITLE, interests=("food.world",), languages=())
            event.created_by, self.event, self.date = self.host, event.id, event.occurrences[0].id
            if self.kind == REMINDER:
                joining.join(session, self.date, self.guest, now=TODAY, tells=False)
            if self.state == "gathered":
                daily = {kind: replace(one, mail=Rhythm.DAILY) for kind, one in choices_of(session, self.guest).items()}
                choose_all(session, self.guest, daily, now=TODAY)

    def alter(self) -> None:
        """Let it happen, in another process."""
        self.is_changed = True
        with self.app.app_context(), writing() as session:
            known = {"now": self.now}
            match self.change:
                case "moved":
                    service.move_occurrence(session, self.date, evening(NEW), NOWHERE, **known)
                case "called off":
                    service.cancel_event(session, self.event, **known)
                case "renamed":
                    facts = facts_of(service.get_event(session, self.event))
                    service.edit_event(session, self.event, replace(facts, title=NEW_TITLE), **known)
                case "left":
                    joining.leave(session, self.date, self.guest, **known)
                case "answered":
                    joining.join(session, self.date, self.guest, **known, tells=False)
                case "blocked":
                    block(session, self.guest, self.host, **known)
                case "unsubscribed":
                    stop(session, self.guest, NEWS, **known)
                case "suspended":
                    suspend(session, self.guest, self.now)
                case "closed":
                    close_account(session, self.guest, **known)

    def reach(self, state: str) -> None:
        """Be told that a letter is in a state."""
        if state == self.state and not self.is_changed:
            self.alter()

    def waiting(self) -> Notice | None:
        """Find the letter while it is in the outbox."""
        mine = (Notice.channel == Channel.MAIL, Notice.kind == self.kind, Notice.done_at.is_(None))
        db.session.rollback()
        return db.session.scalar(sa.select(Notice).where(*mine))

    def send(self, message: Any) -> None:
        """Take a letter as a mail server would."""
        kind = message["X-Kind"]
        if kind == self.kind and self.state == "put off" and not self.is_put_off:
            self.is_put_off = True
            raise Deferred("451 later")
        words = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        with self.app.app_context():
            date = db.session.get_one(Occurrence, self.date)
            truth = datetime.fromisoformat(date.wall_start), date.is_open, date.event.title
        whole = " ".join([message["Subject"], *(str(one) for one in words)])
        self.sent.append(Sent(kind, whole, *truth))

    def settle(self, notice_id: int, *rest: Any) -> bool:
        """Hold a letter in hand for a moment."""
        is_it = db.session.get_one(Notice, notice_id).kind == self.kind
        db.session.rollback()
        if is_it:
            self.reach("leased")
        return SETTLE(notice_id, *rest)

    def write(self, notice: Notice, *rest: Any, **more: Any) -> Any:
        """Write a letter, and hold it for a moment."""
        message = write(notice, *rest, **more)
        message["X-Kind"] = notice.kind
        if notice.kind == self.kind:
            self.reach("written")
        return message

    def step(self) -> None:
        """Do what is due now."""
        with time_machine.travel(self.now, tick=False):
            if self.kind == NEWS or self.now > TODAY:
                self.reach("due")
            run_due(HANDLERS, now=self.now)
            if self.waiting():
                self.reach("waiting")
            jobs.send_due(self.letters, self, now=self.now)
            notice = self.waiting()
            if notice is not None:
                self.reach("gathered" if notice.bundle_id else "put off" if self.is_put_off else "asleep")
            if any(one.kind == self.kind for one in self.sent):
                self.reach("sent")

    def next(self) -> datetime:
        """Return when something is due again."""
        db.session.rollback()
        work = sa.select(Due.due_at, Due.leased_until).where(Due.done_at.is_(None))
        post = sa.select(Notice.due_at, Notice.leased_until).where(Notice.done_at.is_(None), Notice.bundle_id.is_(None))
        free = [max(due, leased or due) for query in (work, post) for due, leased in db.session.execute(query)]
        return max(min(free, default=OVER), self.now) + timedelta(seconds=1)

    def play(self) -> list[str]:
        """Tell the story to its end; return what was wrong in it."""
        self.begin()
        if self.state == "planned":
            self.alter()
        self.now += timedelta(seconds=1)
        with ExitStack() as stack:
            stack.enter_context(patch.object(jobs, "_settle", self.settle))
            stack.enter_context(patch.object(jobs, "write", self.write))
            while self.now < OVER:
                self.step()
                self.now = self.next()
        return self.judge()

    def judge(self) -> list[str]:
        """Compare what came with what should have."""
        assert self.is_changed, (self.kind, self.state, self.change)
        came = Counter(one.kind for one in self.sent)
        is_out = self.state == "sent" or (self.state == "written" and self.change not in AT_ONCE)
        expected = 1 if self.change in HARMLESS else int(is_out)
        if self.kind == REMINDER:
            expected += self.state == "sent" and self.change == "moved"  # the new time has a reminder of its own
        told = {("moved", REMINDER): "event_moved", ("called off", REMINDER): "event_cancelled"}
        also = told.get((self.change, self.kind))
        here = "digest" if self.state == "gathered" else self.kind
        wrong = [f"{came[here]} of {expected}"] * (came[here] != expected)
        wrong += [f"no {also}"] * (also is not None and came[also] != 1)
        return wrong + [
            fault for one in self.sent for fault in one.faults() if one.kind not in ("digest", "account_closed")
        ]


SETTLE = jobs._settle


def play_all(app, cases, letters=None):
    """Play stories, each in an empty city; return the faults of each that has any, and how many letters there were."""
    faults, sent = {}, 0
    for kind, state, change in cases:
        story = Story(app, kind, state, change, letters or app.extensions["letters"])
        found = story.play()
        sent += len(story.sent)
        if found:
            faults[kind, state, change] = found
        empty(db.session())
    return faults, sent


def as_planned(letter):
    """Plant the fault: a letter says what was true when it was first asked."""
    said = {}

    def compose(session, reader, args):
        if reader.public_id not in said:
            said[reader.public_id] = letter.compose(session, reader, args)
        return said[reader.public_id]

    return replace(letter, compose=compose)


def test_nobody_is_told_what_is_not_true_any_more(app):
    faults, sent = play_all(app, CHOSEN)
    assert faults == {}
    early = {kind: as_planned(letter) for kind, letter in app.extensions["letters"].items()}
    with patch.object(jobs, "_still_holds", lambda _context: True):
        at_planning, _ = play_all(app, [(REMINDER, "put off", "left"), (NEWS, "put off", "moved")], early)
        with patch.object(jobs, "is_settled", lambda _id: False):
            not_again, _ = play_all(app, [(REMINDER, "written", "moved"), (NEWS, "written", "called off")])
    assert len(at_planning) == 2
    assert len(not_again) == 2
    figure = (
        f"{len(CHOSEN)} stories of a reminder or an announcement, {sent} letters: none states an old time or is of "
        "what is off or for who left"
    )
    tell("move", figure, planted="what was composed once is sent as it was; no last look before it is handed over")

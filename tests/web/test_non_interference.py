"""What one member keeps to herself changes no byte of what others receive: pages, letters, calendars, exports.

Everything private about Nora is changed at once. Only where something shows through is each change tried by itself, so
that the failure names it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import town
from tests.gatherings import make_event, make_organisation
from tests.letterbox import same
from tests.people import JOINED
from tests.rows import Rows
from tests.sessions import come_in, key_of
from welcome.accounts.models import Consent, Member, Role
from welcome.accounts.service import block, grant
from welcome.conversations.service import send_message
from welcome.database import Base, db, writing
from welcome.directory.models import Venue
from welcome.events import joining
from welcome.moderation.models import About, Category, Report
from welcome.pairings import meetings, pairs, proposals, requests, rules
from welcome.pairings.models.matches import Match, MeetingAnswer
from welcome.pairings.models.requests import Dismissal, Request
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.states import RequestState
from welcome.post.jobs import compose
from welcome.post.letters import Unwanted
from welcome.post.message import write
from welcome.post.models import Channel, LetterChoice, Notice, Rhythm
from welcome.profiles.models import Profile, ShownTo, Side

WOMAN = {"gender": "woman"}
PAGES = ("/", "/people", "/events", "/conversations", "/notices", "/guide", "/me/export", "/programmes", "/desk/events")
Seen = dict[tuple[str, str], bytes]


class Neighbourhood:
    """Nora, and everybody who sees something of her."""

    def __init__(self, session: Session, now: datetime) -> None:
        areas = town.build(session)
        programme = town.open_programme(session)
        self.nora = town.new_neighbour(session, "Nora", areas["Centrum"], about="Friendly words", **WOMAN)
        self.others = {}
        for name in ("Partner", "Asker", "Asked", "Offered", "Stranger", "Outsider", "Organiser"):
            member = self.others[name] = town.make_member(session, name)
            session.flush()
            town.settle(session, member, Side.NEWCOMER, town.CAROL, areas["Strijp"], **WOMAN)
        second = town.new_neighbour(session, "Second", areas["Centrum"], **WOMAN)
        town.join(session, "exchange", self.nora, second, *self.others.values(), now=now, capacity=4)
        organisation = make_organisation(session, now)
        grant(session, self.others["Organiser"].id, Role.ORGANISER, scope_id=organisation.id, now=now)
        event = make_event(session, now)
        for guest in (self.nora, self.others["Partner"], self.others["Stranger"]):
            joining.join(session, event.occurrences[0].id, guest.id, now=now)
        match = self._pair(session, self.others["Partner"], now)
        venue = session.scalars(sa.select(Venue.public_id)).first()
        at = datetime(2026, 11, 24, 10)  # noqa: DTZ001 (by the clock on the wall)
        meeting = meetings.offer_times(session, match.public_id, self.others["Partner"].id, [at], venue, now=now)
        meetings.agree(session, meeting.public_id, self.nora.id, at, now=now)
        self.meeting_id, self.match = meeting.id, f"/matches/{match.public_id}"
        thread = match.thread
        assert thread is not None
        send_message(session, thread.public_id, self.nora.id, "Hello", now=now)
        asking = requests.ask(session, self.others["Asker"].id, self.nora.public_id, "exchange", now=now)
        requests.see(session, asking.id, now=now)
        asked = requests.ask(session, self.nora.id, self.others["Asked"].public_id, "exchange", now=now)
        held = Round(programme_id=programme.id, started_at=now, due_at=now, figures=town.NOBODY)
        session.add(held)
        session.flush()
        low, high = sorted((self.nora.id, self.others["Offered"].id))
        proposal = Proposal(round_id=held.id, programme_id=programme.id, one_id=low, other_id=high, created_at=now)
        proposal.expires_at = now + town.WEEK
        session.add(proposal)
        session.flush()
        self.proposal = proposal.public_id
        self.asking_id = asking.id
        date_id, nora = event.occurrences[0].public_id, self.nora.public_id
        self.pages = (
            *PAGES,
            *(f"/people/{nora}/ask/exchange", f"/people/{nora}/block", f"/report/member/{nora}"),
            *(f"/events/{event.public_id}", f"/events/{event.public_id}/calendar.ics"),
            *(
                f"/desk/events/{event.public_id}",
                f"/desk/dates/{date_id}/guests",
                f"/desk/events/{event.public_id}/told",
            ),
            *(
                self.match,
                f"/meetings/{meeting.public_id}.ics",
                f"/meetings/{meeting.public_id}/check",
            ),
            *(f"/conversations/{thread.public_id}", f"/proposals/{proposal.public_id}"),
            *(f"/requests/{asking.public_id}", f"/requests/{asked.public_id}"),
        )

    def _pair(self, session: Session, other: Member, now: datetime) -> Match:
        question = requests.ask(session, other.id, self.nora.public_id, "exchange", now=now)
        return requests.accept(session, question.public_id, self.nora.id, now=now)


Change = Callable[[Session, Neighbourhood], Any]


def _profile(**values: Any) -> Change:
    def change(session: Session, all_: Neighbourhood) -> None:
        for name, value in values.items():
            setattr(session.get_one(Profile, all_.nora.id), name, value)
        for name in values:
            if session.scalar(sa.select(Consent).where(Consent.member_id == all_.nora.id, Consent.field_name == name)):
                continue
            session.add(Consent(member_id=all_.nora.id, field_name=name, given_at=JOINED))

    return change


def _account(**values: Any) -> Change:
    return lambda session, all_: session.execute(sa.update(Member).where(Member.id == all_.nora.id).values(**values))


def _row(make: Callable[[Neighbourhood], Base]) -> Change:
    return lambda session, all_: session.add(make(all_))


def _decline(session: Session, all_: Neighbourhood) -> None:
    asking = session.get_one(Request, all_.asking_id)
    asking.state, asking.answered_at = RequestState.DECLINED, JOINED


CHANGES: dict[str, Change] = {
    "e-mail": _account(email="elsewhere@welcome.example"),
    "password": _account(password="other"),
    "discreet": _account(is_discreet=True),
    "joined at": _account(created_at=JOINED - timedelta(days=90), confirmed_at=JOINED - timedelta(days=90)),
    "language of letters": _account(locale="ar"),
    "children": _profile(children=["baby"]),
    "situations": _profile(situations=["refugee"]),
    "planned stay": _profile(planned_stay="years"),
    "arrival": _profile(arrived_on=date(2026, 9, 1)),
    "about": _profile(about="Secret words"),
    "steps": _profile(steps_done=["side", "limits"]),
    "limits": _profile(shown_to=ShownTo.WOMEN),
    "unshared slots": lambda session, all_: session.execute(
        sa.update(Profile).where(Profile.member_id == all_.nora.id).values(slots=Profile.slots.bitwise_or(1 << 20))
    ),
    "letter choice": _row(
        lambda all_: LetterChoice(member_id=all_.nora.id, kind="welcome_event", mail=Rhythm.OFF, changed_at=JOINED)
    ),
    "block": lambda session, all_: block(session, all_.nora.id, all_.others["Outsider"].id, now=JOINED),
    "dismissal": _row(lambda all_: Dismissal(member_id=all_.nora.id, other_id=all_.others["Outsider"].id)),
    "did you meet": _row(
        lambda all_: MeetingAnswer(
            meeting_id=all_.meeting_id, member_id=all_.nora.id, did_meet=False, would_again=False, answered_at=JOINED
        )
    ),
    "declined in silence": _decline,
    "yes to a proposal": lambda session, all_: proposals.answer(
        session, all_.proposal, all_.nora.id, yes=True, now=JOINED + town.WEEK
    ),
    "report": _row(
        lambda all_: Report(
            about=About.MEMBER,
            category=Category.OTHER,
            words="He is rude",
            evidence={},
            created_at=JOINED,
            due_at=JOINED,
            reporter_id=all_.nora.id,
            accused_id=all_.others["Partner"].id,
        )
    ),
}


class Observers:
    """Everybody but Nora, looking at everything."""

    def __init__(self, app: Flask, client: FlaskClient, all_: Neighbourhood) -> None:
        self.app, self.client, self.all = app, client, all_
        self.ids = {name: member.id for name, member in all_.others.items() if name != "Outsider"}
        self.cookies = {name: self._cookie(member_id) for name, member_id in self.ids.items()}
        self.rows = Rows()
        self.before: Seen = {}

    def _cookie(self, member_id: int) -> str:
        """Return the cookie of somebody's device."""
        come_in(self.client, key_of(member_id))
        cookie = self.client.get_cookie("session")
        return cookie.value if cookie else ""

    def only(self, name: str) -> None:
        """Let one of them look alone."""
        self.ids = {name: self.ids[name]}

    def look(self) -> Seen:
        """Return every byte that reaches them; afterwards everything is as it was."""
        seen: Seen = {}
        for name, member_id in self.ids.items():
            for path in self.all.pages:
                self.client.set_cookie("session", self.cookies[name])
                answer = self.client.get(path)
                seen[name, path] = f"{answer.status} {len(answer.headers)}".encode() + answer.data
                if answer.mimetype == "text/html":
                    text = same(answer.text)
                    if (name, path) == ("Partner", self.all.match):  # whom Nora has agreed to meet reads about her
                        text = text.replace("Secret words", "Friendly words")
                    seen[name, path] = text.encode()
            for notice in db.session.scalars(sa.select(Notice).where(Notice.member_id == member_id)).all():
                seen[name, f"letter {notice.key}"] = self._letter(notice)
        self.rows.restore()
        return seen

    def _letter(self, notice: Notice) -> bytes:
        context = compose(notice, self.app.extensions["letters"])
        if isinstance(context, Unwanted) or notice.channel is not Channel.MAIL:
            return b""
        letter = write(notice, notice.member, context, now=JOINED)
        return b"".join(part.get_payload(decode=True) or b"" for part in letter.walk() if not part.is_multipart())

    def after(self, *names: str) -> Seen:
        """Return what reaches them once these private things have changed."""
        with writing() as session:
            for name in names:
                CHANGES[name](session, self.all)
        return self.look()

    def showing(self, *names: str) -> list[str]:
        """Name the private things that show through, and where; halve what is changed until they are found."""
        self.before = self.before or self.look()
        after = self.after(*names)
        places = {place for place in self.before.keys() | after.keys() if after.get(place) != self.before.get(place)}
        if not places or len(names) == 1:
            return [f"{name}: {place}" for name in names for place in sorted(places)]
        middle = len(names) // 2
        return self.showing(*names[:middle]) + self.showing(*names[middle:]) or [f"only together: {names}"]


@pytest.fixture
def observers(app: Flask, client: FlaskClient, today: datetime) -> Observers:
    """Give everybody who sees something of Nora."""
    with writing() as session:
        all_ = Neighbourhood(session, today)
        session.flush()
        session.expire_on_commit = False
    return Observers(app, client, all_)


def test_what_nora_keeps_to_herself_reaches_nobody(observers: Observers) -> None:
    found = observers.showing(*CHANGES)
    assert not found, found


def test_the_pages_do_show_nora(observers: Observers) -> None:
    seen = observers.look()
    shown = {path for (_, path), page in seen.items() if b"Nora" in page}
    assert len(shown) >= 15, shown


def test_it_would_show_that_nora_declined(observers: Observers, monkeypatch: pytest.MonkeyPatch) -> None:
    observers.only("Asker")
    monkeypatch.setattr(rules, "shown_to_asker", lambda state, **_: state)
    assert observers.showing("declined in silence")


def test_it_would_show_that_nora_is_discreet(observers: Observers, monkeypatch: pytest.MonkeyPatch) -> None:
    observers.only("Partner")
    monkeypatch.setattr(pairs, "is_gone", lambda session, me, other: bool(other.is_discreet))
    assert observers.showing("discreet")

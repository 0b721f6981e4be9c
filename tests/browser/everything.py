"""A city in which there is one of everything, so that every page has something to show.

Carol is the member: matched with Bob (they have agreed on a time) and with Mia (whom she has met), asked by Iris,
asking Lea, and proposed to Jan by a round. Alice organises, Erin coordinates, Fay moderates, Gus is admin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from threading import Event as Flag
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_security.confirmable import generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token
from PIL import Image
from sqlalchemy.orm import Session

from tests import town
from tests.browser import together
from tests.browser.city import City
from tests.browser.evenings import look_back
from tests.browser.seed import inside
from tests.gatherings import evening, make_bridge, make_event, make_organisation
from tests.people import make_member
from welcome.accounts import tokens
from welcome.accounts.closing import close_account
from welcome.accounts.models import Member, Role
from welcome.accounts.service import block, grant
from welcome.announcements.announcing import service as announcing
from welcome.announcements.announcing.audience import Audience
from welcome.announcements.models import Purpose
from welcome.calendars.subscriptions import subscribe
from welcome.clock import now
from welcome.conversations.models import Thread
from welcome.conversations.service import send_message
from welcome.conversations.threads import open_group
from welcome.database import writing
from welcome.directory.models import Area, Organisation, Venue
from welcome.events import guests, joining, pictures, translating
from welcome.events.answers.models import Attendance, AttendanceState
from welcome.events.letters import guest_path
from welcome.events.models import Event
from welcome.events.plans import Place
from welcome.events.recurrence import Repeat, Rhythm
from welcome.moderation.measures import appeal, measures_of
from welcome.moderation.models import About, Appeal, Category, Decision
from welcome.moderation.service import decide, find_subject, open_evidence, raise_report
from welcome.pairings import meetings, requests
from welcome.pairings.models.circles import CircleMeeting
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rounds import drafts, outcomes, previews, sending
from welcome.pairings.rounds.computing import compute_rounds
from welcome.pairings.rounds.previews import Trial
from welcome.pairings.states import CircleState, Part, ProgrammeKind, ProgrammeStatus, VettingStep
from welcome.pairings.vetting import service as vetting
from welcome.post.choices import KINDS, sign_stop
from welcome.profiles.models import Side

DAY = timedelta(days=1)
LOCALS = ("Bob", "Mia", "Iris", "Lea", "Jan", "Kim")
STAFF = ("Alice", "Erin", "Fay", "Gus")


@dataclass
class Things:
    """What is in the city, by the names that addresses are made of."""

    of: dict[str, str] = field(default_factory=dict)
    people: dict[str, Member] = field(default_factory=dict)

    def keep(self, **things: Any) -> None:
        """Remember the public ids of things, or the words themselves."""
        self.of.update({name: getattr(thing, "public_id", thing) for name, thing in things.items()})


def fill(city: City) -> dict[str, str]:
    """Put one of everything into the city; return the parts of the addresses."""
    things, moment = Things(), now()
    with inside(city), writing() as session:
        areas = town.build(session)
        _settle(session, things, areas)
        _match(session, things, moment)
        _propose(session, things, moment)
        _gather(session, things, areas["Centrum"], moment)
        _report(session, things, moment)
        _make_tokens(session, things, moment)
        _sit_together(session, things, moment)
    with inside(city):
        compute_rounds(now, Flag())
    return things.of


def _settle(session: Session, things: Things, areas: Mapping[str, Area]) -> None:
    carol = make_member(session, "Carol", created_at=now() - 60 * DAY)
    session.flush()
    town.settle(session, carol, Side.NEWCOMER, town.CAROL, areas["Centrum"])
    things.people["Carol"] = carol
    for name in LOCALS:
        things.people[name] = town.new_neighbour(session, name, areas["Centrum"])
    for name in STAFF:
        things.people[name] = make_member(session, name)
    session.flush()
    exchange = town.open_programme(session, slug="exchange", status=ProgrammeStatus.OPEN)
    together = town.open_programme(session, ProgrammeKind.ACTIVITY, slug="together", status=ProgrammeStatus.OPEN)
    steps = ["talk", "references", "training"]
    mentors = town.open_programme(
        session, ProgrammeKind.MENTORSHIP, slug="mentors", status=ProgrammeStatus.OPEN, mentor_steps=steps
    )
    long_ago = now() - 30 * DAY
    town.join(session, "mentors", things.people["Mia"], things.people["Lea"], role=Part.MENTOR, now=long_ago)
    partners = [things.people[name] for name in LOCALS if name != "Jan"]
    town.join(session, "exchange", *partners, now=long_ago)
    town.join(session, "exchange", carol, capacity=3, now=long_ago)
    town.join(session, "together", carol, things.people["Jan"], now=long_ago)
    for programme in (exchange, together, mentors):
        grant(session, things.people["Erin"].id, Role.COORDINATOR, scope_id=programme.id, now=long_ago)
    known = {
        "done_on": long_ago.date(),
        "valid_until": now().date(),
        "note": "We had coffee.",
        "by": things.people["Erin"],
    }
    vetting.record(session, mentors, things.people["Mia"].public_id, VettingStep.TALK, **known, now=long_ago)
    grant(session, things.people["Fay"].id, Role.MODERATOR, scope_id=None, now=long_ago)
    grant(session, things.people["Gus"].id, Role.ADMIN, scope_id=None, now=long_ago)
    things.keep(
        mentor=things.people["Mia"], programme=exchange.slug, programme_id=exchange, member=things.people["Kim"]
    )


def _match(session: Session, things: Things, moment: datetime) -> None:
    people = things.people
    held = _meet(session, things, "Mia", moment - 10 * DAY)
    meeting = _meet(session, things, "Bob", moment - DAY)
    match = session.get_one(Match, meeting.match_id)
    asked = requests.ask(session, people["Iris"].id, people["Carol"].public_id, "exchange", "Koffie?", now=moment - DAY)
    asking = requests.ask(session, people["Carol"].id, people["Lea"].public_id, "exchange", "Oi!", now=moment - DAY)
    things.keep(match=match, meeting=held, agreed=meeting, request=asked, asking=asking)
    old = session.get_one(Match, held.match_id)
    things.keep(old_match=old)


def _meet(session: Session, things: Things, name: str, moment: datetime) -> Any:
    """Let Carol ask somebody, who says yes; they write to each other and agree on a time three days later."""
    carol, other = things.people["Carol"], things.people[name]
    asked = requests.ask(session, carol.id, other.public_id, "exchange", "Hello!", now=moment)
    match = requests.accept(session, asked.public_id, other.id, now=moment)
    time = (moment + 3 * DAY).replace(tzinfo=None, hour=10, minute=0, second=0, microsecond=0)
    venue = session.query(Venue).filter_by(name="Library").one()
    offered = meetings.offer_times(session, match.public_id, other.id, [time], venue.public_id, now=moment)
    meetings.agree(session, offered.public_id, carol.id, time, now=moment)
    thread = session.get_one(Thread, match.thread_id)
    for writer, words in ((carol, "Bom dia! مرحبا"), (other, "Tot dinsdag bij de bibliotheek")):
        send_message(session, thread.public_id, writer.id, words, now=moment)
    things.keep(thread=thread)
    return offered


def _propose(session: Session, things: Things, moment: datetime) -> None:
    drafted = drafts.draft(session, "together", now=moment)
    held = sending.propose(session, drafted, outcomes.compute(drafted), now=moment)
    proposal = session.query(Proposal).filter_by(round_id=held.id).one()
    things.keep(round=held, proposal=proposal)


def _sit_together(session: Session, things: Things, moment: datetime) -> None:
    """Let Carol sit in one circle and be asked into another, and let Erin try the settings of the exchange."""
    people = things.people
    programme = town.open_programme(session, ProgrammeKind.CIRCLES, slug="circles", status=ProgrammeStatus.OPEN)
    town.open_programme(session, ProgrammeKind.HOSTING, slug="hosts", status=ProgrammeStatus.OPEN, open_to="women")
    seated = [people[name] for name in ("Carol", "Lea", "Jan")]
    town.join(session, "circles", *seated, now=moment)
    thread = open_group(session, [member.id for member in seated], now=moment)
    send_message(session, thread.public_id, people["Jan"].id, "Wie neemt koffie mee?", now=moment)
    times = {"meets_at": moment - 2 * DAY, "expires_at": moment + 3 * DAY}
    circle = town.make_circle(session, programme, *seated, thread_id=thread.id, **times)
    circle.meetings.append(CircleMeeting(number=2, starts_at=moment + 12 * DAY, ends_at=moment + 12 * DAY))
    asked = town.make_circle(session, programme, *seated, state=CircleState.PROPOSED, **times)
    tried = previews.start(
        session, "exchange", Trial.of(session.query(Programme).filter_by(slug="exchange").one()), now=moment
    )
    things.keep(circle=circle, asked=asked, unsent=tried, group=thread)


def _gather(session: Session, things: Things, area: Area, moment: datetime) -> None:
    """Let Alice's organisation have a venue, a meetup with guests, a series and a draft."""
    table = make_organisation(session, moment)
    table.about, table.languages, table.area_id, table.verified_at = "Soup on Fridays.", ["nl", "ar"], area.id, moment
    room = Venue(name="Our room", address="Quay 1", area_id=area.id, organisation_id=table.id, is_step_free=True)
    session.add(room)
    grant(session, things.people["Alice"].id, Role.ORGANISER, scope_id=table.id, now=moment)
    session.flush()
    start = moment.replace(tzinfo=None, hour=18, minute=30, second=0, microsecond=0) + 9 * DAY
    more: dict[str, Any] = {"when": evening(start), "place": Place(room.id, "The blue door")}
    more |= {"text_language": "nl", "access": {"toilet": True, "loop": False}}
    meetup = make_bridge(session, moment, 6, 6, about="# Soup\n- bring a *spoon*", children_welcome=True, **more)
    _dress(session, things, meetup, moment)
    series = make_event(session, moment, title="نزهة في الحديقة", repeat=Repeat(Rhythm.WEEKLY, 12), **more)
    draft = make_event(session, moment, is_published=False, **more)
    for name in ("Carol", "Bob", "Mia"):
        joining.join(session, meetup.occurrences[0].id, things.people[name].id, now=moment)
    where: dict[str, Any] = {"locale": "en", "timezone": "Europe/Amsterdam", "side": "newcomer", "party": 2}
    guests.ask(session, meetup.occurrences[0].id, email="rui@welcome.example", first_name="Rui", now=moment, **where)
    _announce(session, things, meetup, moment)
    things.keep(guest=guest_path(session.query(Attendance).filter_by(state=AttendanceState.ASKED).one()))
    _keep_events(things, table, room, meetup, series, draft)
    carol, alice = things.people["Carol"], things.people["Alice"]
    things.keep(**together.fill(session, table, meetup, carol, alice, moment))
    things.keep(**look_back(session, things.people, table.id, moment))


def _dress(session: Session, things: Things, event: Event, moment: datetime) -> None:
    """Tell of an event in Arabic and in easy Dutch, the first of which is out of date; follow two calendars."""
    translating.write_text(session, event.id, "ar", "حساء", "تعال وكل معنا", is_easy=False, now=moment - DAY)
    translating.write_text(session, event.id, "nl", "", "Je eet soep. Je praat met mensen.", is_easy=True, now=moment)
    soup = BytesIO()
    Image.new("RGB", (1200, 600), "peru").save(soup, "PNG")
    pictures.keep_picture(session, event.id, pictures.redraw(soup.getvalue()), "A pan of soup", now=moment)
    by = things.people["Alice"].id
    for address, failure in (("https://club.example/", None), ("https://gone.example/calendar.ics", "NoAnswer")):
        kept = subscribe(session, event.organisation_id, address, by=by, now=moment)
        kept.tried_at, kept.succeeded_at, kept.failure = moment, moment - DAY, failure
        kept.due_at = moment + DAY
        kept.result = {"added": 3, "changed": 1, "unchanged": 9, "gone": 1, "dates": 20, "left_out_in_all": 1}
        kept.result["left_out"] = [{"line": 9, "uid": "a@club", "why": "NoStart", "words": {}}]
    things.keep(subscription=kept, language="fr", text_kind="easy", listing="page")


def _announce(session: Session, things: Things, event: Event, moment: datetime) -> None:
    """Let Alice ask people to come, which waits for a moderator, and to help, which was sent."""
    wishes = ((Purpose.HELP, Audience(interests=("food.baking",))), (Purpose.COME, Audience()))
    for purpose, audience in wishes:
        words = "Wie helpt mee?\nKoffie en koek!"
        by = things.people["Alice"].id
        public_id = announcing.write(session, event, purpose, words, audience, by=by, now=moment)
        found = announcing.find_announcement(session, public_id)
        announcing.send(session, found.id, now=moment)
        things.keep(**{"announcement" if purpose is Purpose.COME else "sent": found})


def _keep_events(things: Things, table: Organisation, room: Venue, *events: Event) -> None:
    meetup, series, draft = events
    things.keep(organisation=table.slug, venue=room, event=meetup, date=meetup.occurrences[0])
    things.keep(journey_step="year", locale="nl")
    things.keep(series=series, draft=draft, about="member", step="side", country="de")


def _report(session: Session, things: Things, moment: datetime) -> None:
    people = things.people
    subject = find_subject(session, About.MEMBER, people["Kim"].public_id, people["Iris"].id)
    report = raise_report(session, subject, Category.OTHER, "He sells insurance.", people["Iris"].id, now=moment)
    unread = raise_report(session, subject, Category.FLIRTING, "", people["Lea"].id, now=moment)
    old = raise_report(session, subject, Category.OTHER, "He is rude.", people["Lea"].id, now=moment)
    for opened in (report, old):
        open_evidence(session, opened.id, people["Fay"], "It was reported.", now=moment)
    decide(session, old.id, people["Fay"], Decision.LIMIT, "Please be kind.", now=moment)
    measure = measures_of(session, people["Kim"].id)[0]
    appeal(session, measure.public_id, "It was a joke.", now=moment)
    stranger = make_member(session, "Pim")
    session.flush()
    block(session, people["Carol"].id, stranger.id, now=moment)
    things.keep(report=report, unread=unread, appeal=session.scalars(sa.select(Appeal)).one())
    things.keep(receipt=tokens.sign(tokens.Purpose.RECEIPT, report.public_id))
    things.keep(measure=tokens.sign(tokens.Purpose.APPEAL, measure.public_id))


def _make_tokens(session: Session, things: Things, moment: datetime) -> None:
    """Make the signed links that people find in their letters."""
    carol, secret = things.people["Carol"], current_app.config["SECRET_KEY"]
    new, gone = make_member(session, "Nia", confirmed_at=None), make_member(session, "Olga")
    session.flush()
    close_account(session, gone.id, now=moment)
    with current_app.test_request_context():
        things.keep(confirm=generate_confirmation_token(new), reset=generate_reset_password_token(carol))
    change = tokens.sign(tokens.Purpose.CHANGE_ADDRESS, carol.fs_uniquifier, carol.email, "new@welcome.example")
    things.keep(change=change, reopen=tokens.sign(tokens.Purpose.REOPEN, gone.fs_uniquifier))
    things.keep(stop=sign_stop(secret, carol.public_id, next(iter(KINDS))))

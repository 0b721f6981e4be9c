"""Who gets through which door: every route, every method, every kind of reader, tried for real.

What is expected follows from the route's policy. A room that adds a route with a new kind of argument says in
``THINGS`` which real thing stands for it; the desk's routes must have one, so that "of *which* organisation?" is asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import town
from tests.gatherings import make_event, make_organisation
from tests.people import JOINED, make_member
from tests.sessions import come_in, key_of
from welcome.accounts.access import Policy, policy_of
from welcome.accounts.models import Member, Role
from welcome.accounts.service import block, grant
from welcome.announcements.models import Announcement, AnnouncementState, Purpose
from welcome.calendars.subscriptions import subscribe
from welcome.clock import now
from welcome.conversations.threads import open_thread
from welcome.database import writing
from welcome.directory.models import Correction, Kind, Venue
from welcome.directory.opportunities import Chance, add_opportunity
from welcome.events.crew.models import CoHost, Stand
from welcome.events.crew.rules import Plan
from welcome.events.crew.shifts import add_shift
from welcome.moderation.models import About, Appeal, Category, Decision, Measure, Report


class Reader(StrEnum):
    """The kinds of people who come to a door."""

    VISITOR = "visitor"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MEMBER = "member"
    PARTICIPANT = "participant"
    BLOCKED = "blocked by the person on the page"
    ORGANISER = "organiser"
    OTHER_ORGANISER = "organiser of another organisation"
    OTHER_CO_ORGANISER = "co-organiser of another event"
    COORDINATOR = "coordinator"
    OTHER_COORDINATOR = "coordinator of another programme"
    MODERATOR = "moderator"
    ADMIN = "admin"


OUTSIDE = {Reader.VISITOR, Reader.UNCONFIRMED, Reader.SUSPENDED, Reader.CLOSED}
HOLDERS = {
    Policy.ORGANISER: {Reader.ORGANISER, Reader.OTHER_ORGANISER, Reader.OTHER_CO_ORGANISER, Reader.ADMIN},
    Policy.COORDINATOR: {Reader.COORDINATOR, Reader.OTHER_COORDINATOR, Reader.ADMIN},
    Policy.MODERATOR: {Reader.MODERATOR, Reader.ADMIN},
    Policy.ADMIN: {Reader.ADMIN},
}
STRANGERS = {Reader.OTHER_ORGANISER, Reader.OTHER_CO_ORGANISER, Reader.OTHER_COORDINATOR}

#: What stands for an argument: the longest end of "the rule up to the argument" wins.
THINGS: dict[str, str] = {
    "/guide/<slug>": "organisation",
    "/desk/organisations/<slug>": "organisation",
    "/organisers/<public_id>": "member",
    "/desk/organisations/<slug>/<what>": "listing",
    "/desk/organisations/<slug>/<what>/<key>": "organisation",
    "/<key>/texts/<language>": "language",
    "/<key>/texts/<language>/<kind>": "text_kind",
    "/guide/places/<slug>": "place",
    "/guide/opportunities/<slug>": "opportunity",
    "/guide/correct/<kind>": "kind",
    "/guide/correct/<kind>/<slug>": "organisation",
    "/opportunities/<key>": "opportunity",
    "/corrections/<public_id>": "correction",
    "/desk/audiences/<slug>": "organisation",
    "/crew/<key>": "co_host",
    "/stands/<key>": "stand",
    "/shifts/<public_id>": "task",
    "/desk/shifts/<public_id>": "shift",
    "/organising/<public_id>": "co_host",
    "/venues/<public_id>": "venue",
    "/people/<public_id>": "member",
    "/conversations/<public_id>": "thread",
    "/desk/reports/<public_id>": "report",
    "/desk/appeals/<public_id>": "appeal",
    "/me/devices/<public_id>": "member",
    "/report/<about>": "about",
    "/report/<about>/<ref>": "member",
    "/events/<public_id>": "event",
    "/desk/announcements/<public_id>": "announcement",
    "/desk/journey/<step_code>": "journey_step",
    "/desk/journey/<step_code>/<locale>": "locale",
    "/calendars/organisations/<slug>": "organisation",
    "/offline/<locale>": "locale",
    "/events/dates/<public_id>": "date",
    "/desk/calendars/<public_id>": "subscription",
    "/desk/events/<public_id>": "event",
    "/desk/events/<public_id>/texts/<language>": "language",
    "/desk/events/<public_id>/texts/<language>/<kind>": "text_kind",
    "/desk/dates/<public_id>": "date",
    "/desk/events/dates/<public_id>": "date",
    "/programmes/<slug>": "programme",
    "/programmes/<public_id>": "programme_id",
    "/me/profile/<step>": "step",
    "/requests/<public_id>": "request",
    "/proposals/<public_id>": "proposal",
    "/matches/<public_id>": "match",
    "/meetings/<public_id>": "meeting",
    "/meetings/<public_id>.ics": "meeting",
    "/desk/rounds/<public_id>": "round",
    "/desk/drafts/<public_id>": "unsent",
    "/desk/drafts/<public_id>/move/<person>": "member",
    "/emergency/<country>": "country",
    "/circles/<public_id>": "circle",
    "/circles/<public_id>.ics": "circle",
    "/desk/programmes/<slug>/arrangements/<public_id>": "arrangement",
}
#: Routes for members that only some of them may use on a real thing.
OWNED: dict[str, set[Reader]] = {
    "visits.say_thanks": set(),  # nobody was there yet
    "conversations.show_thread": {Reader.PARTICIPANT},
    "conversations.send_message": {Reader.PARTICIPANT},
    "conversations.leave_thread": {Reader.PARTICIPANT},
    "conversations.tell": {Reader.PARTICIPANT},
    "conversations.take_back": {Reader.PARTICIPANT},
    "moderation.flirting": {Reader.PARTICIPANT},
    "pairings.show_request": {Reader.PARTICIPANT},
    "pairings.accept_request": {Reader.PARTICIPANT},
    "pairings.decline_request": {Reader.PARTICIPANT},
    "pairings.withdraw_request": set(),  # who was asked cannot take the question back
    "pairings.show_proposal": {Reader.PARTICIPANT},
    "pairings.accept_proposal": {Reader.PARTICIPANT},
    "pairings.decline_proposal": {Reader.PARTICIPANT},
    "pairings.show_match": {Reader.PARTICIPANT},
    "pairings.offer_times": {Reader.PARTICIPANT},
    "pairings.end_match": {Reader.PARTICIPANT},
    "pairings.not_right": {Reader.PARTICIPANT},
    "pairings.agree": {Reader.PARTICIPANT},
    "pairings.call_off": {Reader.PARTICIPANT},
    "pairings.calendar": {Reader.PARTICIPANT},
    "pairings.check_meeting": {Reader.PARTICIPANT},
    "pairings.show_circle": {Reader.PARTICIPANT},
    "pairings.circle_calendar": {Reader.PARTICIPANT},
    "pairings.accept_circle": {Reader.PARTICIPANT},
    "pairings.decline_circle": {Reader.PARTICIPANT},
    "pairings.join_circle": {Reader.PARTICIPANT},
    "pairings.leave_circle": {Reader.PARTICIPANT},
    "pairings.move_circle": {Reader.PARTICIPANT},
    "pairings.check_circle": {Reader.PARTICIPANT},
    "crew.calendar": set(),  # nobody has taken the shift
    "crew.answer": {Reader.PARTICIPANT},
    "crew.leave": {Reader.PARTICIPANT},
    "crew.ask_for_stand": {Reader.ORGANISER, Reader.OTHER_ORGANISER},  # each for their own organisation
    "crew.give_stand_back": set(),  # of no organisation of their own
}
#: Routes about a person that may be used on someone who blocked the reader: they tell nothing.
BLIND = {"accounts.end_device", "accounts.unblock", "pairings.dismiss"}
#: Routes of the desk about what is not of one organisation or programme: whoever holds the role may use them.
SHARED = {"announcements.journey_step", "announcements.journey_moment"}
#: Routes that send their own reader to the sign-in page, because they sign them out.
SIGNS_OUT = {"accounts.sign_out_everywhere"}


@dataclass
class World:
    """The people at the doors and the things behind them."""

    readers: dict[Reader, int] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)


def build(session: Session) -> World:
    """Make one person of every kind, and one thing of every kind that is theirs."""
    world = World()
    for number, reader in enumerate(Reader):
        if reader is not Reader.VISITOR:
            member = make_member(session, f"Reader{number}", **_traits(reader))
            session.flush()
            world.readers[reader] = member.id
    organisation, other = make_organisation(session, JOINED, "Ours"), make_organisation(session, JOINED, "Theirs")
    programme, another = town.open_programme(session, slug="ours"), town.open_programme(session, slug="theirs")
    for reader, role, scope in (
        (Reader.ORGANISER, Role.ORGANISER, organisation.id),
        (Reader.OTHER_ORGANISER, Role.ORGANISER, other.id),
        (Reader.OTHER_CO_ORGANISER, Role.CO_ORGANISER, 0),
        (Reader.COORDINATOR, Role.COORDINATOR, programme.id),
        (Reader.OTHER_COORDINATOR, Role.COORDINATOR, another.id),
        (Reader.MODERATOR, Role.MODERATOR, None),
        (Reader.ADMIN, Role.ADMIN, None),
    ):
        grant(session, world.readers[reader], role, scope_id=scope, now=JOINED)
    subject = make_member(session, "Subject")
    session.flush()
    block(session, subject.id, world.readers[Reader.BLOCKED], now=JOINED)
    event = make_event(session, JOINED, organisation_id=organisation.id)
    event.stand_places = 3
    venue = Venue(name="Our room", slug="our-room", organisation_id=organisation.id, is_public=True)
    about = {"kind": Kind.ORGANISATION, "slug": organisation.slug, "part": "other", "words": "", "created_at": JOINED}
    correction = Correction(**about, organisation_id=organisation.id)
    opportunity = add_opportunity(session, organisation, Chance(Kind.VOLUNTEERING, "Garden"), now=JOINED)
    shift = add_shift(session, event.occurrences[0], Plan("Kitchen", 0, 60, 2), now=JOINED)
    task = add_shift(session, event.occurrences[0], Plan("Door", 0, 60, 2), now=JOINED)
    stand = Stand(event_id=event.id, organisation_id=other.id, asked_at=JOINED)
    participant = session.get_one(Member, world.readers[Reader.PARTICIPANT])
    co_host = CoHost(event_id=event.id, address=participant.email, invited_at=now())
    session.add_all([correction, stand, co_host])
    report = Report(
        about=About.MEMBER, category=Category.OTHER, words="", evidence={}, created_at=JOINED, due_at=JOINED
    )
    measure = Measure(member_id=subject.id, report=report, kind=Decision.WARNING, reason="", taken_at=JOINED)
    appeal = Appeal(member_id=subject.id, measure=measure, words="", made_at=JOINED, due_at=JOINED)
    thread = open_thread(session, [subject.id, world.readers[Reader.PARTICIPANT]], now=JOINED)
    announcement = Announcement(
        event_id=event.id, purpose=Purpose.COME, words="Come!", audience={}, state=AnnouncementState.WAITING,
        created_at=JOINED, asked_at=JOINED,
    )  # fmt: skip
    session.add(announcement)
    session.add_all([venue, report, measure, appeal])
    subscription = subscribe(session, organisation.id, "https://club.example/", by=subject.id, now=JOINED)
    session.flush()
    world.things = {
        "organisation": organisation.slug,
        "programme": programme.slug,
        "programme_id": programme.public_id,
        "member": subject.public_id,
        "venue": venue.public_id,
        "place": "our-room",
        "kind": "organisation",
        "opportunity": opportunity.slug,
        "correction": correction.public_id,
        "shift": shift.public_id,
        "task": task.public_id,
        "stand": stand.public_id,
        "co_host": co_host.public_id,
        "report": report.public_id,
        "announcement": announcement.public_id,
        "appeal": appeal.public_id,
        "thread": thread.public_id,
        "event": event.public_id,
        "date": event.occurrences[0].public_id,
        "subscription": subscription.public_id,
        "about": "member",
        "country": "de",
        "step": "side",
        "journey_step": "year",
        "locale": "nl",
        "language": "fr",
        "text_kind": "easy",
        "listing": "page",
        **town.make_pair(session, programme, subject, session.get_one(Member, world.readers[Reader.PARTICIPANT])),
    }
    return world


def _traits(reader: Reader) -> dict[str, object]:
    return {
        Reader.UNCONFIRMED: {"confirmed_at": None},
        Reader.SUSPENDED: {"suspended_at": JOINED},
        Reader.CLOSED: {"closed_at": JOINED},
    }.get(reader, {})


def doors(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every rule with every method that it answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def path_of(rule: Rule, world: World) -> tuple[str, bool]:
    """Return the rule's path to a real thing, and whether all of it is real."""
    path, is_real, so_far = "", True, ""
    for is_argument, text in rule._trace:
        if not is_argument:
            so_far += text.lstrip("|")
            path += text.lstrip("|")
            continue
        so_far += f"<{text}>"
        known = max((end for end in THINGS if so_far.endswith(end)), key=len, default=None)
        is_real = is_real and known is not None
        path += world.things[THINGS[known]] if known else "nowhere"
    return path, is_real


def faults(
    app: Flask, client: FlaskClient, readers: set[Reader], only: Callable[[Rule], bool] = lambda rule: True
) -> list[str]:
    """Try the doors and return a sentence for each that opens, or stays shut, for the wrong person."""
    found = []
    with writing() as session:
        world = build(session)
    for rule, method in doors(app):
        if rule.endpoint in {"static", "security.static"} or not only(rule):
            continue
        path, is_real = path_of(rule, world)
        for reader in sorted(readers):
            outcome = _try(client, world.readers.get(reader), method, path)
            allowed = expected(
                policy_of(app, rule.endpoint),
                rule.endpoint,
                reader,
                is_of_something=bool(rule.arguments),
                is_of_person=world.things["member"] in path,
                is_real=is_real,
            )
            if outcome not in allowed and not (rule.endpoint in SIGNS_OUT and outcome == "sign in"):
                found.append(f"{reader}: {method} {path} ({rule.endpoint}): {outcome}, not {sorted(allowed)}")
    return found


def expected(
    policy: Policy, endpoint: str, reader: Reader, *, is_of_something: bool, is_of_person: bool, is_real: bool
) -> set[str]:
    """Return what may happen to a reader at a door."""
    if policy is Policy.PUBLIC:
        return {"in", "missing", "sign in"}
    if reader in OUTSIDE:
        return {"sign in"}
    if reader not in HOLDERS.get(policy, set(Reader)):
        return {"forbidden"}
    if reader is Reader.BLOCKED and is_of_person and endpoint not in BLIND:
        return {"missing"}
    if endpoint in OWNED:
        return {"in"} if reader in OWNED[endpoint] else {"missing", "forbidden"}
    of_one = is_of_something and endpoint not in SHARED
    if of_one and policy in {Policy.ORGANISER, Policy.COORDINATOR} and reader in STRANGERS:
        return {"missing", "forbidden"} if is_real else {"in", "missing", "forbidden"}
    return {"in"} if is_real else {"in", "missing"}


def _try(client: FlaskClient, member_id: int | None, method: str, path: str) -> str:
    come_in(client, key_of(member_id) if member_id is not None else None)
    answer = client.open(path, method=method)
    if answer.status_code >= 500:
        return "fault"
    if answer.status_code in {302, 303} and (answer.location or "").startswith("/login"):
        return "sign in"
    return {403: "forbidden", 404: "missing"}.get(answer.status_code, "in")

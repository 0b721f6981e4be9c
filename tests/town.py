"""A small town for stories about two people: districts, a library, profiles, programmes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.people import JOINED, make_member
from welcome.accounts.models import Member
from welcome.accounts.service import give_consent
from welcome.directory.models import Area, AreaCloseness, Venue
from welcome.pairings import programmes
from welcome.pairings.models.circles import Circle, CircleMeeting, Seat
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Arrangement, Placing, Proposal, Round, Standing
from welcome.pairings.states import (
    ArrangementKind,
    CircleState,
    MeetingState,
    Part,
    ProgrammeKind,
    RoundState,
    SeatState,
)
from welcome.profiles.models import Interest, Profile, Side, Spoken

WEEK = timedelta(days=7)
NOBODY = {"people": 0, "matchable": 0, "matched": 0, "bridging": 0.0, "is_proven": True, "gap": 0.0}
TUESDAY_MORNING, SATURDAY_MORNING, MONDAY_EVENING = 1 << 3, 1 << 15, 1 << 2
#: Carol speaks Portuguese and learns Dutch; Bob speaks Dutch and learns Portuguese; both get along in English.
CAROL = {"pt": (7, True, False), "nl": (1, False, True), "en": (4, False, False)}
BOB = {"nl": (7, True, False), "pt": (2, False, True), "en": (5, False, False)}


def build(session: Session) -> dict[str, Area]:
    """Build two districts that are close, one that is far, and a library in the first."""
    areas = {name: Area(slug=name.lower(), name=name) for name in ("Centrum", "Strijp", "Faraway")}
    session.add_all(areas.values())
    session.flush()
    for one in areas.values():
        for other in areas.values():
            near = 1.0 if one is other else 0.1 if "Faraway" in (one.name, other.name) else 0.8
            session.add(AreaCloseness(area_id=one.id, other_id=other.id, closeness=near))
    session.add(Venue(name="Library", address="Market 1", area_id=areas["Centrum"].id, is_step_free=True))
    session.add(Venue(name="Far café", address="Road 9", area_id=areas["Faraway"].id))
    session.flush()
    return areas


def open_programme(session: Session, kind: ProgrammeKind = ProgrammeKind.EXCHANGE, **traits: Any) -> Programme:
    """Open a programme."""
    slug = traits.pop("slug", kind.value)
    programme = Programme(slug=slug, kind=kind, name=slug.title(), created_at=JOINED, **traits)
    session.add(programme)
    session.flush()
    return programme


def settle(
    session: Session,
    member: Member,
    side: Side,
    languages: Mapping[str, tuple[int, bool, bool]],
    area: Area | None = None,
    interests: Mapping[str, int] | None = None,
    slots: int = TUESDAY_MORNING | SATURDAY_MORNING,
    **traits: Any,
) -> None:
    """Give a member a profile, with consent to every optional field that they fill."""
    session.add(
        Profile(
            member_id=member.id,
            side=side,
            area_id=area.id if area else None,
            slots=slots,
            updated_at=JOINED,
            **traits,
        )
    )
    for code, (level, teaches, learns) in languages.items():
        session.add(Spoken(member_id=member.id, language=code, level=level, teaches=teaches, learns=learns))
    for code, strength in (interests or {"food.baking": 2, "sport.cycling": 3}).items():
        session.add(Interest(member_id=member.id, code=code, strength=strength))
    for name in ("gender", "children", "situations", "planned_stay"):
        if traits.get(name):
            give_consent(session, member.id, name, now=JOINED)
    session.flush()


def new_neighbour(session: Session, name: str, area: Area | None = None, **traits: Any) -> Member:
    """Add a local like Bob."""
    member = make_member(session, name)
    session.flush()
    settle(session, member, Side.LOCAL, BOB, area, **traits)
    return member


def join(
    session: Session, slug: str, *members: Member, now: datetime, role: Part = Part.PARTNER, capacity: int = 1
) -> None:
    """Let members join a programme."""
    for member in members:
        programmes.join_programme(session, slug, member.id, role=role, capacity=capacity, now=now)
    session.flush()


def make_unsent(session: Session, programme: Programme, one: Member, other: Member) -> Round:
    """Let a round that brought two together wait until its coordinator sends it."""
    unsent = Round(programme_id=programme.id, state=RoundState.READY, started_at=JOINED, due_at=JOINED, figures=NOBODY)
    unsent.done_at = JOINED
    session.add(unsent)
    session.flush()
    for member in (one, other):
        session.add(Standing(round_id=unsent.id, member_id=member.id, is_matched=True))
        session.add(Placing(round_id=unsent.id, number=0, member_id=member.id, score=0.5))
    session.flush()
    return unsent


def make_circle(session: Session, programme: Programme, *members: Member, **traits: Any) -> Circle:
    """Let members sit in a circle that meets around baking, on Tuesday mornings."""
    told = {"state": CircleState.FORMED, "formed_at": JOINED}
    at = traits.pop("meets_at", JOINED + WEEK)
    circle = Circle(
        programme_id=programme.id,
        activity="food.baking",
        slot=3,
        language="en",
        **{"zone": "Europe/Amsterdam", "created_at": JOINED, "expires_at": JOINED + WEEK, **told, **traits},
    )
    circle.meetings.append(CircleMeeting(number=1, starts_at=at, ends_at=at))
    session.add(circle)
    session.flush()
    seat = SeatState.TAKEN if circle.state is CircleState.FORMED else SeatState.OFFERED
    session.add_all(Seat(circle_id=circle.id, member_id=member.id, state=seat) for member in members)
    session.flush()
    return circle


def make_meeting(session: Session, match: Match) -> Meeting:
    """Let two have agreed to meet in a week."""
    meeting = Meeting(
        match_id=match.id,
        number=1,
        state=MeetingState.AGREED,
        zone="Europe/Amsterdam",
        starts_at=JOINED + WEEK,
        ends_at=JOINED + WEEK,
        agreed_at=JOINED,
        created_at=JOINED,
    )
    session.add(meeting)
    session.flush()
    return meeting


def make_pair(session: Session, programme: Programme, asker: Member, asked: Member) -> dict[str, str]:
    """Let one member have asked another, be proposed to them, be matched and meet them; return the public ids."""
    low, high = sorted((asker.id, asked.id))
    held = Round(programme_id=programme.id, state=RoundState.PROPOSED, started_at=JOINED, due_at=JOINED, figures=NOBODY)
    held.done_at = held.settled_at = JOINED
    match = Match(programme_id=programme.id, one_id=low, other_id=high, started_at=JOINED)
    request = Request(
        programme_id=programme.id, member_id=asker.id, asked_id=asked.id, created_at=JOINED, lapses_at=JOINED + WEEK
    )
    session.add_all([held, match, request])
    session.flush()
    proposal = Proposal(
        round_id=held.id,
        programme_id=programme.id,
        one_id=low,
        other_id=high,
        created_at=JOINED,
        expires_at=JOINED + WEEK,
    )
    session.add(proposal)
    meeting = make_meeting(session, match)
    arrangement = Arrangement(
        programme_id=programme.id, kind=ArrangementKind.FORBID, one_id=low, other_id=high, created_at=JOINED
    )
    session.add(arrangement)
    session.flush()
    circle = make_circle(session, programme, asker, asked)
    things: dict[str, Any] = {
        "unsent": make_unsent(session, programme, asker, asked),
        "circle": circle,
        "arrangement": arrangement,
        "round": held,
        "match": match,
        "request": request,
        "proposal": proposal,
        "meeting": meeting,
    }
    return {name: thing.public_id for name, thing in things.items()}

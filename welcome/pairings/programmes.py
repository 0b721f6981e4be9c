"""Join a programme, take a break from it, leave it. Joining is the consent to be matched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.service import find_by_address, grant
from welcome.database import insert_once
from welcome.directory.rules import slug_of
from welcome.errors import NotFound
from welcome.pairings import audience, pairs, refusals, rules
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.states import OpenTo, Part, ProgrammeKind, ProgrammeStatus
from welcome.pairings.vetting import mentors
from welcome.pairings.vetting.letters import MENTOR_APPLIED
from welcome.post.service import post


@dataclass(frozen=True, slots=True)
class Offer:
    """What a coordinator says about a programme."""

    name: str
    kind: ProgrammeKind
    about: str = ""
    status: ProgrammeStatus = ProgrammeStatus.OPEN
    request_days: int = 7
    hold_days: int = 5
    waves: int = 3
    open_to: OpenTo = OpenTo.EVERYONE
    is_reviewed: bool = False
    every_weeks: int | None = None
    weekday: int | None = None
    mentor_steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A programme as one member sees it."""

    programme: Programme
    enrolment: Enrolment | None
    matches: int = 0
    missing: Sequence[str] = ()  #: what a mentor has still before them

    @property
    def is_rested(self) -> bool:
        """Whether the member takes a break because they did not answer."""
        mine = self.enrolment
        return mine is not None and mine.paused_at is not None and mine.ignored >= rules.IGNORED_IN_A_ROW

    @property
    def is_full(self) -> bool:
        """Whether the member has as many matches as they wished for."""
        return self.enrolment is not None and self.matches >= self.enrolment.capacity


def get_programme(session: Session, slug: str) -> Programme:
    """Return the programme of that name."""
    programme = session.scalar(sa.select(Programme).where(Programme.slug == slug))
    if programme is None:
        raise NotFound
    return programme


def read_places(session: Session, member_id: int) -> list[Place]:
    """Return the open programmes, and where the member stands in each."""
    joined = sa.and_(Enrolment.programme_id == Programme.id, Enrolment.member_id == member_id)
    held = sa.select(sa.func.count()).where(*pairs.is_open_for(member_id), Match.programme_id == Programme.id)
    open_ones = (
        sa.select(Programme, Enrolment, held.scalar_subquery())
        .outerjoin(Enrolment, joined)
        .where(Programme.status == ProgrammeStatus.OPEN)
        .order_by(Programme.id)
        .options(lazyload(Enrolment.programme))  # it stands beside it already
    )
    return [
        Place(
            programme,
            mine,
            matches,
            mentors.missing_of(session, programme, member_id) if mine and mine.role is Part.MENTOR else (),
        )
        for programme, mine, matches in session.execute(open_ones)
    ]


def read_enrolments(session: Session, member_id: int) -> list[Enrolment]:
    """Return what a member joined."""
    return list(session.scalars(sa.select(Enrolment).where(Enrolment.member_id == member_id).order_by(Enrolment.id)))


def join_programme(
    session: Session, slug: str, member_id: int, *, role: Part = Part.PARTNER, capacity: int = 1, now: datetime
) -> None:
    """Join a programme, or change one's role and number of places in it."""
    programme = get_programme(session, slug)
    if programme.status is not ProgrammeStatus.OPEN:
        raise refusals.ProgrammeClosed
    if not audience.takes(session, programme.open_to, member_id):
        raise refusals.NotForThem
    if programme.kind is not ProgrammeKind.MENTORSHIP:
        role = Part.PARTNER
    elif role is Part.PARTNER:
        role = Part.MENTEE
    chosen = {
        "role": role,
        "capacity": rules.places_for(programme.kind, role, capacity),
        "paused_at": None,
        "ignored": 0,
    }
    row = {"programme_id": programme.id, "member_id": member_id}
    if role is Part.MENTOR and programme.mentor_steps:
        _announce_mentor(session, programme, member_id, now=now)
    if not insert_once(session, Enrolment, **row, **chosen, joined_at=now, waiting_since=now):
        enrolment = pairs.lock_members(session, member_id)[programme.id, member_id]
        for name, value in chosen.items():
            setattr(enrolment, name, value)


def _announce_mentor(session: Session, programme: Programme, member_id: int, *, now: datetime) -> None:
    """Tell the coordinators, once, that somebody would like to be a mentor."""
    for reader_id in coordinators_of(session, programme.id):
        args, key = {"programme": programme.id, "member": member_id}, f"{programme.id}:{member_id}:{reader_id}"
        post(session, MENTOR_APPLIED, reader_id, args, key=key, now=now)


def leave_programme(session: Session, slug: str, member_id: int, *, now: datetime) -> None:
    """Withdraw from a programme at once: from suggestions, rounds and open questions. Matches stay."""
    programme = get_programme(session, slug)
    enrolment = pairs.lock_members(session, member_id).get((programme.id, member_id))
    if enrolment is not None:
        pairs.free_the_rest(session, enrolment, now=now)
        session.delete(enrolment)


def pause_programme(session: Session, slug: str, member_id: int, *, is_paused: bool, now: datetime) -> None:
    """Take a break: nobody is suggested, nobody new asks."""
    programme = get_programme(session, slug)
    enrolment = pairs.lock_members(session, member_id).get((programme.id, member_id))
    if enrolment is None:
        raise refusals.NotJoined
    enrolment.paused_at, enrolment.ignored = now if is_paused else None, 0


def coordinated_by(session: Session, member_id: int) -> list[Programme]:
    """Return the programmes that a member coordinates; an admin all."""
    grants = session.execute(sa.select(Grant.role, Grant.scope_id).where(Grant.member_id == member_id)).all()
    found = sa.select(Programme).order_by(Programme.id)
    if Role.ADMIN not in {role for role, _ in grants}:
        found = found.where(Programme.id.in_(scope for role, scope in grants if role is Role.COORDINATOR))
    return list(session.scalars(found))


def coordinators_of(session: Session, programme_id: int) -> list[int]:
    """Return who looks after a programme."""
    looks_after = (Grant.role == Role.COORDINATOR, Grant.scope_id == programme_id)
    return list(session.scalars(sa.select(Grant.member_id).where(*looks_after).order_by(Grant.member_id)))


def open_programme(session: Session, offer: Offer, *, now: datetime) -> Programme:
    """Set up a programme."""
    slug = slug_of(offer.name)
    if session.scalar(sa.select(Programme.id).where(Programme.slug == slug)) is not None:
        raise refusals.NameTaken
    programme = Programme(slug=slug, kind=offer.kind, created_at=now)
    session.add(programme)
    edit_programme(session, programme, offer)
    return programme


def edit_programme(session: Session, programme: Programme, offer: Offer) -> None:
    """Change what a programme says and how long people have; its kind stays what it was."""
    programme.name, programme.about, programme.status = offer.name, offer.about, offer.status
    programme.request_days, programme.hold_days = offer.request_days, offer.hold_days
    programme.waves, programme.open_to, programme.is_reviewed = offer.waves, offer.open_to, offer.is_reviewed
    programme.every_weeks, programme.weekday = offer.every_weeks, offer.weekday
    programme.mentor_steps = list(offer.mentor_steps) if programme.kind is ProgrammeKind.MENTORSHIP else []
    session.flush()


def name_coordinator(session: Session, programme: Programme, email: str, *, now: datetime) -> Member:
    """Let a member look after a programme."""
    member = find_by_address(session, email.strip().lower())
    if member is None or not member.is_present:
        raise refusals.NoSuchMember
    grant(session, member.id, Role.COORDINATOR, scope_id=programme.id, now=now)
    return member

"""Read consenting, visible, present members into the matcher's records, in few queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Consent, Member
from welcome.directory.models import Area, AreaCloseness
from welcome.matching.arrays import Floats
from welcome.matching.pairs.constraints import CHECKS, Rule
from welcome.matching.pairs.reasons import Explanation, explain
from welcome.matching.people.columns import pair_keys
from welcome.matching.people.editing import edit
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind
from welcome.matching.programme import Part as Weight
from welcome.matching.programme import Programme as Settings
from welcome.pairings import audience, pairs, seats
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.states import Part, ProgrammeKind, ProposalState
from welcome.pairings.vetting import mentors
from welcome.profiles.models import Interest, Profile, ShownTo, Side
from welcome.profiles.models import Spoken as SpokenRow
from welcome.profiles.rules import plans

#: Fields that are used only while their member consents.
BY_CONSENT = ("gender", "children", "situations", "planned_stay")
ROLES = {Part.PARTNER: None, Part.MENTOR: "mentor", Part.MENTEE: "mentee"}
LIMITS = {ShownTo.EVERYONE: "everyone", ShownTo.OWN_GENDER: "own-gender", ShownTo.WOMEN: "women"}
SIDES = {Side.NEWCOMER: "newcomer", Side.LOCAL: "local", Side.BOTH: "both"}
#: A circle is held together by an activity that all its people like.
MATCHED_AS = {kind: Kind.ACTIVITY if kind is ProgrammeKind.CIRCLES else Kind(kind.value) for kind in ProgrammeKind}
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Crowd:
    """A population together with whose rows these are."""

    ids: list[int]
    rows: dict[int, int]
    population: Population
    settings: Settings
    people: list[Person]

    @classmethod
    def of(cls, people: Mapping[int, Person], population: Population, settings: Settings) -> "Crowd":
        """Put members beside their columns."""
        ids = list(people)
        rows = {member_id: row for row, member_id in enumerate(ids)}
        return cls(ids, rows, population, settings, list(people.values()))

    def without(self, member_ids: Collection[int]) -> "Crowd":
        """Return the crowd as it is for somebody for whom these members are not here, down to the last number."""
        gone = set(self.rows_of(member_ids))
        if not gone:
            return self
        people = {one: self.people[row] for row, one in enumerate(self.ids) if row not in gone}
        return Crowd.of(people, edit(self.population, {}, removed=gone), self.settings)

    def column(self, told: Iterable[tuple[int, float]]) -> Floats:
        """Lay numbers that belong to members beside their rows, 0 for whom none is told."""
        column = np.zeros(len(self.ids))
        for member_id, number in told:
            row = self.rows.get(member_id)
            if row is not None:
                column[row] = number
        return column

    def rows_of(self, member_ids: Collection[int]) -> list[int]:
        """Return the rows of those of these members who take part."""
        return [self.rows[member_id] for member_id in member_ids if member_id in self.rows]


def settings_of(programme: Programme) -> Settings:
    """Return the matcher's settings as the coordinator chose them."""
    chosen = {name: value for name, value in programme.settings.items() if name in Settings.__dataclass_fields__}
    weights = {Weight(name): float(value) for name, value in programme.weights.items()}
    return Settings(kind=MATCHED_AS[programme.kind], weights=weights or None, **chosen)


def read_crowd(session: Session, programme: Programme, *, apart: Collection[tuple[int, int]] = ()) -> Crowd:
    """Read everybody who takes part in a programme now, with the places that they have left.

    Paused, absent and sideless members take no part. A proposal holds a place as a match does.
    """
    return with_places_left(session, programme, read_members(session, programme), apart=apart)


def read_members(session: Session, programme: Programme) -> Crowd:
    """Read everybody who takes part in a programme, with all the places that they offer."""
    areas, closeness = read_areas(session)
    people = read_people(session, programme, areas)
    return Crowd.of(people, Population.of(list(people.values()), closeness=closeness), settings_of(programme))


def read_people(
    session: Session, programme: Programme, areas: dict[int, int], only: Collection[int] | None = None
) -> dict[int, Person]:
    """Read the records of those who take part in a programme, of all or of some, by member."""
    taking = (
        sa.select(Enrolment.member_id, Enrolment.role, Enrolment.capacity, Enrolment.waiting_since)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Enrolment.programme_id == programme.id, Enrolment.paused_at.is_(None), Member.is_present)
        .where(audience.is_for(programme.open_to, Enrolment.member_id), mentors.is_ready(programme))
        .order_by(Enrolment.member_id)
    )
    members = sa.select(Enrolment.member_id).where(Enrolment.programme_id == programme.id)
    if only is not None:
        taking = taking.where(Enrolment.member_id.in_(only))
        members = members.where(Enrolment.member_id.in_(only))
    known = read_profiles(session, members, areas)
    return {
        row.member_id: replace(
            known[row.member_id],
            role=ROLES[row.role],  # type: ignore[arg-type]  # a literal of the same two words
            capacity=row.capacity,
            waiting_since=(row.waiting_since - EPOCH).total_seconds() / DAY_SECONDS,
        )
        for row in session.execute(taking)
        if row.member_id in known
    }


def with_places_left(
    session: Session,
    programme: Programme,
    crowd: Crowd,
    *,
    apart: Collection[tuple[int, int]] = (),
    keep: int | None = None,
) -> Crowd:
    """Take off the places that are taken; ``keep`` stays in although none is left."""
    capacity = crowd.population.capacity.copy()
    for member_id, taken in _places_taken(session, programme.id).items():
        if member_id in crowd.rows:
            row = crowd.rows[member_id]
            capacity[row] = max(0, int(capacity[row]) - taken)
    if keep in crowd.rows:
        capacity[crowd.rows[keep]] = max(1, capacity[crowd.rows[keep]])
    people = [
        one if one.capacity == left else replace(one, capacity=left)
        for one, left in zip(crowd.people, capacity.tolist(), strict=True)
    ]
    forbidden = [(crowd.rows[one], crowd.rows[other]) for one, other in apart if {one, other} <= crowd.rows.keys()]
    population = replace(crowd.population, capacity=capacity, forbidden=pair_keys(forbidden, len(crowd.ids)))
    return replace(crowd, population=population, settings=settings_of(programme), people=people)


def read_two(session: Session, one_id: int, other_id: int) -> Population | None:
    """Read just two people, or None when one of them has no profile."""
    areas, closeness = read_areas(session)
    people = read_profiles(session, sa.select(Member.id).where(Member.id.in_((one_id, other_id))), areas)
    if len(people) < 2:
        return None
    return Population.of([people[one_id], people[other_id]], closeness=closeness)


def explain_pair(session: Session, programme: Programme, one_id: int, other_id: int) -> Explanation | None:
    """Say why two people suit each other as they are today, seen from the first."""
    two = read_two(session, one_id, other_id)
    return None if two is None else explain(two, settings_of(programme), 0, 1)


def limits_hold(session: Session, one_id: int, other_id: int) -> bool:
    """Return whether the limits of both allow them to see each other."""
    two = read_two(session, one_id, other_id)
    if two is None:
        return False
    first, second = np.array([0]), np.array([1])
    return bool(CHECKS[Rule.LIMITS](two, Settings(kind=Kind.ACTIVITY), first, second)[0])


def _places_taken(session: Session, programme_id: int) -> Counter[int]:
    """Count each member's open matches and proposals in a programme."""
    of_two = [
        sa.select(table.one_id, table.other_id).where(
            table.programme_id == programme_id, is_open, pairs.other_is_there(table)
        )
        for table, is_open in ((Match, Match.ended_at.is_(None)), (Proposal, Proposal.state == ProposalState.OPEN))
    ]
    rows = session.execute(sa.union_all(*of_two, seats.held_in(programme_id).add_columns(sa.null())))
    return Counter(member_id for row in rows for member_id in row if member_id is not None)


def read_areas(session: Session) -> tuple[dict[int, int], Any]:
    """Return each area's row, and the table of how close they are."""
    rows = {area_id: row for row, area_id in enumerate(session.scalars(sa.select(Area.id).order_by(Area.id)))}
    closeness = np.eye(len(rows))
    for row in session.execute(sa.select(AreaCloseness.area_id, AreaCloseness.other_id, AreaCloseness.closeness)):
        closeness[rows[row.area_id], rows[row.other_id]] = row.closeness
    return rows, closeness


def read_profiles(session: Session, members: sa.Select[int], areas: dict[int, int]) -> dict[int, Person]:
    """Read the records of those members who have said on which side they are."""
    wanted = sa.select(
        *(Profile.member_id, Profile.side, Profile.area_id, Profile.slots, Profile.meets_online),
        *(Profile.offers, Profile.wishes, Profile.gender, Profile.children, Profile.situations, Profile.planned_stay),
        Profile.shown_to,
    ).where(Profile.member_id.in_(members), Profile.side.is_not(None))
    spoken: dict[int, dict[str, Spoken]] = defaultdict(dict)
    for row in session.execute(
        sa.select(SpokenRow.member_id, SpokenRow.language, SpokenRow.level, SpokenRow.teaches, SpokenRow.learns).where(
            SpokenRow.member_id.in_(members)
        )
    ):
        spoken[row.member_id][row.language] = Spoken(row.level, row.teaches, row.learns)
    interests: dict[int, dict[str, int]] = defaultdict(dict)
    for member_id, code, strength in session.execute(
        sa.select(Interest.member_id, Interest.code, Interest.strength).where(Interest.member_id.in_(members))
    ):
        interests[member_id][code] = strength
    given = sa.select(Consent.member_id, Consent.field_name).where(
        Consent.member_id.in_(members), Consent.field_name.in_(BY_CONSENT), Consent.withdrawn_at.is_(None)
    )
    consents = {(row.member_id, row.field_name) for row in session.execute(given)}
    return {
        row.member_id: _person(row, spoken[row.member_id], interests[row.member_id], areas, consents)
        for row in session.execute(wanted)
    }


def _person(
    row: Any,
    spoken: dict[str, Spoken],
    interests: dict[str, int],
    areas: dict[int, int],
    consents: set[tuple[int, str]],
) -> Person:
    def consented(name: str) -> Any:
        return getattr(row, name) if (row.member_id, name) in consents else None

    return Person(
        side=SIDES[row.side],  # type: ignore[arg-type]  # a literal of the same three words
        languages=spoken,
        interests=interests,
        slots=row.slots,
        area=areas.get(row.area_id),
        online=row.meets_online,
        gender=consented("gender"),
        shown_to=LIMITS[row.shown_to],
        children=frozenset(consented("children") or ()),
        situations=frozenset(consented("situations") or ()) | plans(consented("planned_stay")),
        offers=frozenset(row.offers),
        wishes=frozenset(row.wishes),
    )

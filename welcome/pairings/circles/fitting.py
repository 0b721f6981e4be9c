"""Who could sit together, and around what: the one place that asks the matcher about circles that exist."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.matching.circles.gathering import LARGEST, SMALLEST, Gathering
from welcome.matching.people.person import SLOTS, Person
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme as Settings
from welcome.pairings import population
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.slots import DAYPARTS, EVENING

__all__ = ["LARGEST", "SMALLEST", "Company", "Shared", "may_share", "read_company", "shared_by"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What a circle has in common: the dearest activity, the earliest part of the day, the language spoken best."""

    activity: str
    slot: int
    language: str


@dataclass(frozen=True)
class Company:
    """A few members as the matcher sees them, whether or not they have a place left."""

    people: dict[int, Person]
    rows: dict[int, int]
    population: Population
    programme: Programme

    def may_sit(self, member_ids: Collection[int], *, least_each: int = 0) -> bool:
        """Whether all of these may be in one circle; sides are asked only if there is a least number of each."""
        rows = [self.rows[member_id] for member_id in member_ids if member_id in self.rows]
        gathering = Gathering(self.population, population.settings_of(self.programme), least_each)
        return len(rows) == len(member_ids) and gathering.is_valid(rows)

    def is_balanced(self, member_ids: Collection[int]) -> bool:
        """Whether newcomers and locals sit here, if the programme wants both."""
        sides = {self.people[member_id].side for member_id in member_ids if member_id in self.people}
        return not self.programme.settings.get("least_each", 1) or len(sides) > 1 or "both" in sides

    def shared(self, member_ids: Iterable[int]) -> Shared | None:
        """Return what these have in common."""
        level = population.settings_of(self.programme).minimum_level
        return shared_by([self.people[member_id] for member_id in member_ids], level)


def may_share(people: Population, settings: Settings, rows: Sequence[int]) -> bool:
    """Whether these rows have an activity, a slot and a language in common."""
    return Gathering(people, settings, 0).shared(rows).is_enough()


def read_company(
    session: Session, programme: Programme, member_ids: Collection[int], apart: Collection[tuple[int, int]]
) -> Company:
    """Read these members; whoever takes no part any more is left out."""
    areas, closeness = population.read_areas(session)
    enrolled = sa.select(Enrolment.member_id).where(
        Enrolment.programme_id == programme.id, Enrolment.member_id.in_(member_ids)
    )
    known = population.read_profiles(session, enrolled, areas)
    people = {one: replace(known[one], capacity=1) for one in sorted(known)}
    rows = {member_id: row for row, member_id in enumerate(people)}
    forbidden = [(rows[one], rows[other]) for one, other in apart if one in rows and other in rows]
    crowd = Population.of(list(people.values()), closeness=closeness, forbidden=forbidden)
    return Company(people, rows, crowd, programme)


def shared_by(people: Sequence[Person], minimum_level: int) -> Shared | None:
    """Return what people have in common, or None when something is missing."""
    slots = [slot for slot in range(SLOTS) if all(person.slots >> slot & 1 for person in people)]
    activities = set.intersection(*(set(person.interests) for person in people))
    spoken = [
        {code: spoken.level for code, spoken in person.languages.items() if spoken.level >= minimum_level}
        for person in people
    ]
    languages = set.intersection(*(set(levels) for levels in spoken))
    if not (slots and activities and languages):
        return None
    return Shared(
        min(activities, key=lambda code: (-sum(person.interests[code] for person in people), code)),
        min(slots, key=lambda slot: (slot % DAYPARTS == EVENING, slot)),
        min(languages, key=lambda code: (-min(levels[code] for levels in spoken), code)),
    )

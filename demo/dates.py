"""Put events into the city's calendar, tell people of them as they were told then, and let them come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from demo.evenings import MANNERS, look_back
from demo.gatherings import SERIES, SINGLES, Gathering
from demo.inhabitants import ZONE, City
from welcome.announcements import service as announcements
from welcome.events import joining, service
from welcome.events.models import Event, EventStatus
from welcome.events.plans import Facts, Place, Speaking, When
from welcome.events.recurrence import Repeat
from welcome.profiles.models import Side

REMEMBERED = timedelta(days=30)  #: what was told before that is forgotten in the demo
USUAL_GUESTS = 12  #: where places are not counted
FRESH = ("Soup, bread and stories", "Your first week: a walk through the city")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """One event as it is entered."""

    gathering: Gathering
    when: When
    published_at: datetime
    is_fresh: bool = False  #: published a moment ago: the scheduler tells of it


def plans(now: datetime, chance: Random, share: float = 1.0) -> Iterator[Plan]:
    """Say when each event takes place and when it was published."""
    monday = now.date() - timedelta(days=now.weekday())
    for gathering in (*SERIES, *SINGLES):
        for week in gathering.weeks:
            if chance.random() > share and gathering.title not in FRESH:
                continue
            when = _when(gathering, monday + timedelta(weeks=week))
            is_fresh = gathering.title in FRESH and week == max(gathering.weeks)
            lead = chance.randint(9, 20) * DAY
            start = when.start.replace(tzinfo=now.tzinfo)
            published = now - HOUR if is_fresh else min(start - lead, now - chance.randint(30, 200) * HOUR)
            yield Plan(gathering, when, published, is_fresh)


def _when(gathering: Gathering, monday: date) -> When:
    day = monday + timedelta(days=gathering.weekday)
    start = datetime.combine(day, time.fromisoformat(gathering.at))
    return When(start, start + timedelta(hours=gathering.hours), ZONE)


def fill_calendar(
    session: Session, city: City, organisers: Mapping[str, int], chance: Random, share: float = 1.0
) -> int:
    """Publish every event at its time, announce it, and let people come; return how many there are."""
    everything = sorted(plans(city.now, chance, share), key=lambda plan: plan.published_at)
    for plan in everything:
        event = _publish(session, city, plan, organisers[plan.gathering.organisation])
        if not plan.is_fresh and plan.published_at > city.now - REMEMBERED:
            announcements.announce(session, event.occurrences[0].id, now=plan.published_at)
        _let_people_come(session, city, plan, event, chance)
        look_back(session, city, event, chance)
    return len(everything)


def write_drafts(session: Session, city: City, organiser_id: int) -> None:
    """Leave two events of one organiser unpublished, and call one date off."""
    for title, ahead in (("Winter soup with the neighbours", 24), ("Languages around the stove", 31)):
        gathering = next(one for one in SINGLES if one.title == FRESH[0])
        when = _when(gathering, city.now.date() + timedelta(days=ahead - city.now.weekday()))
        facts = _facts(gathering, title)
        place = Place(city.venues[gathering.venue])
        organisation_id = city.organisations[gathering.organisation]
        service.create_event(session, organisation_id, facts, when, place, by=organiser_id, now=city.now - DAY)


def _publish(session: Session, city: City, plan: Plan, organiser_id: int) -> Event:
    gathering = plan.gathering
    event = service.create_event(
        session,
        city.organisations[gathering.organisation],
        _facts(gathering, gathering.title),
        plan.when,
        Place(city.venues[gathering.venue]),
        repeat=Repeat(gathering.rhythm, gathering.times),
        by=organiser_id,
        now=plan.published_at - HOUR,
    )
    service.publish_event(session, event.id, now=plan.published_at)
    return service.change_terms(session, event.id, gathering.terms, now=plan.published_at)


def _facts(gathering: Gathering, title: str) -> Facts:
    newcomers, locals_ = gathering.sides or (None, None)
    spoken = [Speaking(word[:2], int(word[2:]), place == 0) for place, word in enumerate(gathering.languages.split())]
    return Facts(
        title=title,
        about=gathering.about,
        kind=gathering.kind,
        languages=tuple(spoken),
        cost_cents=gathering.cost,
        children_welcome=gathering.children,
        is_step_free=True,
        interests=tuple(gathering.interests.split()),
        capacity=gathering.capacity,
        newcomer_places=newcomers,
        local_places=locals_,
        arrived_within_weeks=gathering.arrived_within,
    )


def _let_people_come(session: Session, city: City, plan: Plan, event: Event, chance: Random) -> None:
    """Guests who like what it is about come first; a date far ahead has few of them yet."""
    known = set(city.members(before=plan.published_at))
    profiles = {member_id: city.profiles[member_id] for member_id in known}
    keen = [i for i, one in profiles.items() if set(one.interests) & set(event.interests) or not event.interests]
    if plan.gathering.arrived_within:
        keen = [i for i, one in profiles.items() if one.side is not Side.LOCAL]
    for occurrence in event.occurrences:
        ahead = (occurrence.starts_at - city.now).days
        if ahead > 28 or occurrence.status is not EventStatus.PUBLISHED or not keen:
            continue
        wished = min(event.capacity or USUAL_GUESTS, 24) * plan.gathering.interest * (0.5 if ahead > 10 else 1)
        number = min(len(keen), max(1, round(wished * chance.uniform(0.6, 1.3))))
        until = min(occurrence.starts_at - HOUR, city.now)
        for member_id in chance.sample(sorted(keen), number):
            at = plan.published_at + (until - plan.published_at) * chance.random()
            party = chance.choice((1, 1, 1, 2, 3))
            children = max(0, party - 2) if event.children_welcome else 0
            manner = chance.choice(MANNERS)
            joining.join(session, occurrence.id, member_id, party=party, children=children, manner=manner, now=at)

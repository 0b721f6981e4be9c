"""The demo city stands on both databases, and everybody with a story finds something to do."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo import city as demo_city
from demo.gatherings import SERIES, SINGLES
from demo.inhabitants import City
from demo.people import invent
from demo.places import ORGANISATIONS
from demo.stars import stars
from tests.conftest import TODAY
from welcome.accounts.models import Grant, Member, Role
from welcome.agenda.models import Due
from welcome.conversations.models import Message
from welcome.database import writing
from welcome.directory.models import Organisation
from welcome.events.models import Event, EventKind, EventStatus
from welcome.moderation.service import open_reports
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.service import StepKind, next_for
from welcome.post.models import Channel, Notice

STEPS = {
    "Mariana": StepKind.MEETING,
    "Willem": StepKind.CHECK,
    "Sanne": StepKind.REQUEST,
    "Thijs": StepKind.REQUEST,
    "Samira": StepKind.CHOOSE,
}


@pytest.fixture(scope="module")
def town(whole_app) -> Iterator[tuple[Session, City]]:
    with whole_app.app_context(), writing() as session:
        yield session, demo_city.build(session, 50, now=TODAY, share=0.4)
        session.rollback()


def count(session: Session, column, *conditions) -> int:
    return session.scalar(sa.select(sa.func.count(column)).where(*conditions)) or 0


def test_it_has_people_organisations_and_events(town):
    session, _ = town
    assert count(session, Member.id) == 50 + len(stars(TODAY.date()))
    assert count(session, Organisation.id) == len(ORGANISATIONS) == 30
    kinds = set(session.scalars(sa.select(Event.kind).where(Event.status == EventStatus.PUBLISHED)))
    assert kinds == set(EventKind)
    assert count(session, Event.id, Event.status == EventStatus.DRAFT) == 2


def test_everybody_with_a_story_finds_something_to_do(town):
    session, city = town
    for name, kind in STEPS.items():
        assert next_for(session, city.stars[name], TODAY)[0].kind is kind, name


def test_the_staff_have_their_desks(town):
    session, city = town
    held = {(row.member_id, row.role) for row in session.execute(sa.select(Grant.member_id, Grant.role))}
    assert (city.stars["Sanne"], Role.ORGANISER) in held
    assert (city.stars["Thijs"], Role.COORDINATOR) in held
    assert (city.stars["Samira"], Role.MODERATOR) in held
    assert len(open_reports(session)) == 2


def test_people_have_met_and_talked(town):
    session, _ = town
    assert count(session, Match.id) >= 3
    assert len(set(session.scalars(sa.select(Meeting.state)))) >= 2
    assert count(session, Message.id) >= 6


def test_only_fresh_letters_wait_for_the_postman(town):
    session, _ = town
    waiting = (Notice.channel == Channel.MAIL, Notice.done_at.is_(None))
    oldest = session.scalar(sa.select(sa.func.min(Notice.created_at)).where(*waiting))
    assert oldest is None or oldest > TODAY - timedelta(days=1)
    announced = (Due.kind == "announce_occurrence", Due.done_at.is_(None), Due.due_at < TODAY - timedelta(days=1))
    assert count(session, Due.id, *announced) == 0


def test_the_same_seed_invents_the_same_people():
    first, second = (invent(30, [1, 2, 3], date(2026, 11, 20), Random(7)) for _ in range(2))
    assert first == second
    assert len({person.first_name for person in first}) > 15


def test_one_can_sign_in_as_five_people():
    assert [who.split(",")[0] for who, _, _ in demo_city.SIGN_INS] == list(STEPS)
    assert len({email for _, email, _ in demo_city.SIGN_INS}) == 5


def test_there_are_about_sixty_events():
    assert 55 <= len(SERIES) + sum(len(one.weeks) for one in SINGLES) + 2 <= 65

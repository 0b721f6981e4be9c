"""Bob would like to be a mentor in a programme that wants to talk to him first, and to renew that each year."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import town
from tests.people import JOINED, make_member
from welcome.accounts import staff_log
from welcome.accounts.models import Member
from welcome.accounts.service import grant
from welcome.agenda.models import Due
from welcome.database import public_id
from welcome.pairings import population, programmes, refusals, requests
from welcome.pairings.crowd.changes import WATCHED
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.vetting import Vetted
from welcome.pairings.states import Part, ProgrammeKind, VettingStep
from welcome.pairings.vetting import service
from welcome.post.models import Notice
from welcome.profiles.models import Side

NOW = JOINED + timedelta(days=3)
YEAR = timedelta(days=365)


class Programmed:
    """A mentorship that asks for a talk; Erin coordinates, Bob offers, Carol looks for somebody."""

    def __init__(self, session: Session) -> None:
        self.session = session
        areas = town.build(session)
        self.programme = town.open_programme(session, ProgrammeKind.MENTORSHIP, mentor_steps=["talk"])
        self.erin, self.bob, self.carol = (
            make_member(session, name, public_id=public_id()) for name in ("Erin", "Bob", "Carol")
        )
        session.flush()
        grant(session, self.erin.id, "coordinator", scope_id=self.programme.id, now=JOINED)
        town.settle(session, self.bob, Side.LOCAL, town.BOB, areas["Centrum"])
        town.settle(session, self.carol, Side.NEWCOMER, town.CAROL, areas["Centrum"])
        for member, role in ((self.bob, Part.MENTOR), (self.carol, Part.MENTEE)):
            programmes.join_programme(session, "mentorship", member.id, role=role, now=NOW)

    def taking_part(self) -> list[int]:
        return population.read_members(self.session, self.programme).ids

    def vet(self, person: Member, by: Member, valid_until=None, now=NOW) -> None:
        days = {"done_on": now.date(), "valid_until": valid_until}
        service.record(
            self.session, self.programme, person.public_id, VettingStep.TALK, **days, note="Coffee.", by=by, now=now
        )

    def told(self, member: Member) -> list[str]:
        kinds = sa.select(Notice.kind).where(Notice.member_id == member.id, Notice.channel == "mail")
        return list(self.session.scalars(kinds.order_by(Notice.id)))


@pytest.fixture
def world(session: Session) -> Programmed:
    return Programmed(session)


def test_a_mentor_meets_nobody_before_the_steps_are_done(world: Programmed) -> None:
    assert world.taking_part() == [world.carol.id]
    assert world.told(world.erin) == ["mentor_applied"]
    with pytest.raises(refusals.NotTogether):
        requests.ask(world.session, world.carol.id, world.bob.public_id, "mentorship", now=NOW)
    with pytest.raises(refusals.NotVetted):
        requests.ask(world.session, world.bob.id, world.carol.public_id, "mentorship", now=NOW)
    world.vet(world.bob, world.erin)
    assert world.taking_part() == [world.bob.id, world.carol.id]
    assert world.told(world.bob) == ["mentor_ready"]
    assert [entry.reason for entry in staff_log.entries_about(world.session, world.bob.id)] == ["Coffee."]


def test_what_runs_out_is_announced_and_ends_at_once(world: Programmed) -> None:
    until = (NOW + YEAR).date()
    world.vet(world.bob, world.erin, until)
    row = world.session.scalars(sa.select(Vetted)).one()
    planned = {due.kind: due.due_at for due in world.session.scalars(sa.select(Due).where(Due.kind.like("vetting%")))}
    service.announce_renewal(world.session, row.id, planned["vetting_renew"])
    assert world.told(world.bob)[-1] == world.told(world.erin)[-1] == "vetting_ends"
    service.end(world.session, row.id, planned["vetting_end"] - timedelta(seconds=1))
    assert world.bob.id in world.taking_part()
    service.end(world.session, row.id, planned["vetting_end"])
    assert world.bob.id not in world.taking_part()
    world.vet(world.bob, world.erin, until + YEAR, now=NOW + YEAR)
    service.end(world.session, row.id, planned["vetting_end"])
    assert world.bob.id in world.taking_part()


def test_a_step_can_be_taken_back_and_nobody_vouches_for_themselves(world: Programmed) -> None:
    world.vet(world.bob, world.erin)
    service.take_back(
        world.session,
        world.programme,
        world.bob.public_id,
        VettingStep.TALK,
        note="A complaint.",
        by=world.erin,
        now=NOW,
    )
    assert world.taking_part() == [world.carol.id]
    with pytest.raises(refusals.OwnVetting):
        world.vet(world.bob, world.bob)
    with pytest.raises(refusals.NotAMentor):
        world.vet(world.carol, world.erin)
    assert Vetted.__table__ in WATCHED, "what processes keep of the crowd would be old"
    assert world.session.get_one(Programme, world.programme.id).mentor_steps == ["talk"]

"""What staff look at stays written down, and shows when somebody changes it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.people import JOINED, make_member
from welcome.accounts import staff_log
from welcome.accounts.models import Member
from welcome.accounts.staff_log import Breach, StaffAct, StaffEntry


@pytest.fixture
def chain(session: Session) -> Member:
    """Write three entries about Bob."""
    fay, bob = make_member(session, "Fay"), make_member(session, "Bob")
    session.flush()
    for number in range(3):
        staff_log.note(session, fay, StaffAct.READ, f"report{number}", bob.id, "It was reported.", now=JOINED)
    return bob


def test_an_unbroken_chain_is_found_so(session: Session, chain: Member) -> None:
    assert list(staff_log.verify(session)) == []


SECOND = StaffEntry.thing == "report1"


@pytest.mark.parametrize(
    ("tamper", "shows_at", "what"),
    [
        (sa.update(StaffEntry).where(SECOND).values(reason="No reason."), 1, "was changed"),
        (sa.update(StaffEntry).where(SECOND).values(staff="somebody"), 1, "was changed"),
        (sa.delete(StaffEntry).where(SECOND), 2, "does not follow the entry before it"),
    ],
)
def test_what_was_changed_shows(
    session: Session, chain: Member, tamper: sa.UpdateBase, shows_at: int, what: str
) -> None:
    numbers = session.scalars(sa.select(StaffEntry.id).order_by(StaffEntry.id)).all()
    session.execute(tamper)
    session.expire_all()
    assert list(staff_log.verify(session)) == [Breach(numbers[shows_at], what)]


def test_a_lost_end_shows_by_a_digest_written_down_elsewhere(session: Session, chain: Member) -> None:
    written_down = staff_log.head(session)
    session.execute(sa.delete(StaffEntry).where(StaffEntry.digest == written_down))
    assert list(staff_log.verify(session)) == []  # the chain alone cannot know
    assert not staff_log.knows(session, written_down)
    assert staff_log.knows(session, staff_log.head(session))


def test_the_chain_outlives_the_member(session: Session, chain: Member) -> None:
    session.execute(sa.delete(Member).where(Member.id == chain.id))
    session.expire_all()
    assert list(staff_log.verify(session)) == []
    assert staff_log.entries_about(session, chain.id) == []


def test_its_beginning_is_forgotten_after_two_years_and_the_chain_still_holds(session: Session, chain: Member) -> None:
    year = timedelta(days=365)
    for name, years in (("later", 1), ("clock set back", 0), ("latest", 2)):
        staff_log.note(session, chain, StaffAct.READ, name, chain.id, "It was reported.", now=JOINED + years * year)

    def kept(now: datetime) -> list[str]:
        staff_log.forget_beginning(session, now=now)
        assert list(staff_log.verify(session)) == []
        return list(session.scalars(sa.select(StaffEntry.thing).order_by(StaffEntry.id)))

    assert len(kept(JOINED + 2 * year)) == 6
    assert kept(JOINED + 2.5 * year) == ["later", "clock set back", "latest"], "nothing is taken out of the middle"
    assert kept(JOINED + 3.5 * year) == ["latest"]
    assert kept(JOINED + 5 * year) == []

"""Attention is spread: who was shown to many comes later, and whoever answers nobody is given a break."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import town
from tests.services.test_pairings import DAY, NOW, Town
from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.pairings import exposure, programmes, proposals, requests, rules
from welcome.pairings.models.exposure import Exposure, Sighting
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.suggestions import read_groups
from welcome.pairings.wording import say_nobody
from welcome.profiles.models import Side


@pytest.fixture
def here(session: Session) -> Town:
    return Town(session)


def enrolment_of(here: Town, member: Member) -> Enrolment:
    here.session.flush()
    here.session.expire_all()
    return here.session.scalars(sa.select(Enrolment).where(Enrolment.member_id == member.id)).one()


def shown(here: Town, member: Member) -> int:
    return here.session.scalar(sa.select(Exposure.shown).where(Exposure.member_id == member.id)) or 0


def look(here: Town, member: Member, *seen: Member) -> None:
    exposure.count(here.session, member.id, {other.id for other in seen}, now=NOW)


def test_a_look_counts_once_a_week_for_each_who_looks(here: Town):
    eve = here.add("Eve", Side.NEWCOMER, town.CAROL)
    look(here, here.carol, here.bob)
    look(here, here.carol, here.bob)
    look(here, eve, here.bob, here.carol)
    assert (shown(here, here.bob), shown(here, here.carol), shown(here, eve)) == (2, 1, 0)
    assert exposure.read(here.session, [here.bob.id], now=NOW + 7 * DAY).tolist() == [0]


def test_who_was_shown_to_many_comes_later_and_at_the_cap_not_at_all(here: Town):
    gil = here.add("Gil", Side.LOCAL, town.BOB)
    assert here.suggested_to(here.carol) == ["Bob", "Gil"]
    for number in range(exposure.LEAST_CAP):
        viewer = here.add(f"Viewer{number}", Side.NEWCOMER, town.CAROL)
        look(here, viewer, here.bob)
        if number == 0:
            assert here.suggested_to(here.carol) == ["Gil", "Bob"]
    assert here.suggested_to(here.carol) == ["Gil"]
    assert here.suggested_to(viewer) == ["Gil", "Bob"], "whoever saw him goes on seeing him"
    requests.dismiss(here.session, here.carol.id, gil.public_id, for_good=True, now=NOW)
    group = read_groups(here.session, here.carol.id, now=NOW)[0]
    assert "Look again on Monday" in say_nobody(group.removed, group.fitting)
    assert here.suggested_to(here.carol, NOW + 7 * DAY) == ["Bob"]


def test_the_cap_grows_with_how_much_people_look():
    assert exposure.cap_of(0, 2) == exposure.LEAST_CAP
    assert exposure.cap_of(60, 2) == 60
    assert exposure.cap_of(0, 0) == exposure.LEAST_CAP


def test_looks_are_forgotten(here: Town):
    look(here, here.carol, here.bob)
    exposure.forget_old(here.session, now=NOW + 8 * DAY)
    assert here.session.scalar(sa.select(sa.func.count(Sighting.id))) == 1
    exposure.forget_old(here.session, now=NOW + 30 * DAY)
    assert here.session.scalar(sa.select(sa.func.count(Sighting.id))) == 0 and shown(here, here.bob) == 1
    exposure.forget_old(here.session, now=NOW + 200 * DAY)
    assert shown(here, here.bob) == 0


def ignore(here: Town, times: int, first: int = 0) -> None:
    """Let newcomers ask Bob, and Bob say nothing."""
    for number in range(first, first + times):
        asker = here.add(f"Asker{number}", Side.NEWCOMER, town.CAROL)
        request = here.ask(asker, here.bob)
        requests.lapse(here.session, request.id, request.lapses_at)


def test_who_answers_nobody_three_times_is_given_a_break_and_comes_back_by_one_button(here: Town):
    ignore(here, 2)
    assert enrolment_of(here, here.bob).paused_at is None
    ignore(here, 1, first=2)
    assert enrolment_of(here, here.bob).paused_at and here.notices(here.bob)[-1] == "paused"
    assert here.notices(here.bob).count("paused") == 1 and here.suggested_to(here.carol) == []
    (place,) = programmes.read_places(here.session, here.bob.id)
    assert place.is_rested
    programmes.pause_programme(here.session, "exchange", here.bob.id, is_paused=False, now=NOW + 30 * DAY)
    assert enrolment_of(here, here.bob).ignored == 0 and "Bob" in here.suggested_to(here.carol, NOW + 30 * DAY)


@pytest.mark.parametrize("sign", ["no", "asks", "the asker blocked him", "the asker left"])
def test_a_sign_of_life_begins_the_count_anew_and_some_silence_is_not_theirs(sign: str, here: Town):
    ignore(here, 2)
    request = here.ask(here.carol, here.bob)
    match sign:
        case "no":
            requests.decline(here.session, request.public_id, here.bob.id, now=NOW)
        case "asks":
            eve = here.add("Eve", Side.NEWCOMER, town.CAROL)
            here.ask(here.bob, eve)
        case "the asker blocked him":
            accounts.block(here.session, here.carol.id, here.bob.id, now=NOW)
        case "the asker left":
            here.carol.suspended_at = NOW
    here.session.flush()
    requests.lapse(here.session, request.id, request.lapses_at)
    assert enrolment_of(here, here.bob).paused_at is None


def test_proposals_that_lapse_count_for_whoever_said_nothing(here: Town):
    enrolment_of(here, here.bob).ignored = enrolment_of(here, here.carol).ignored = rules.IGNORED_IN_A_ROW - 1
    drafted = drafts.draft(here.session, "exchange", now=NOW)
    kept = sending.propose(here.session, drafted, outcomes.compute(drafted), now=NOW)
    proposal = here.session.scalars(sa.select(Proposal)).one()
    proposals.answer(here.session, proposal.public_id, here.carol.id, yes=True, now=NOW)
    sending.lapse(here.session, kept.id, NOW + 5 * DAY)
    assert enrolment_of(here, here.bob).paused_at and not enrolment_of(here, here.carol).paused_at

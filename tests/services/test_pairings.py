"""Carol speaks Portuguese and learns Dutch; Bob speaks Dutch and learns Portuguese. How they come to meet, or not."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests import town
from tests.people import JOINED, make_member
from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.conversations import service as conversations
from welcome.database import public_id
from welcome.pairings import history, matches, pairs, population, programmes, proposals, refusals, requests, service
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.requests import Request
from welcome.pairings.rounds import drafts, outcomes, sending, tallies
from welcome.pairings.service import StepKind
from welcome.pairings.states import Part, ProgrammeKind, RequestState
from welcome.pairings.suggestions import read_groups
from welcome.post.models import Notice
from welcome.profiles.models import Profile, Side

NOW = JOINED + timedelta(days=3)
DAY = timedelta(days=1)


class Town:
    """Carol and Bob have joined the language exchange."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.areas = town.build(session)
        self.exchange = town.open_programme(session)
        self.bob = self.add("Bob", Side.LOCAL, town.BOB)
        self.carol = self.add("Carol", Side.NEWCOMER, town.CAROL)

    def add(self, name: str, side: Side, languages: dict, *, joins: bool = True, **traits: object) -> Member:
        member = make_member(self.session, name, public_id=public_id())
        self.session.flush()
        town.settle(self.session, member, side, languages, self.areas["Centrum"], **traits)
        if joins:
            town.join(self.session, "exchange", member, now=JOINED)
        return member

    def ask(self, asker: Member, asked: Member, note: str | None = None, now: datetime = NOW) -> Request:
        return requests.ask(self.session, asker.id, asked.public_id, "exchange", note, now=now)

    def suggested_to(self, member: Member, now: datetime = NOW) -> list[str]:
        groups = read_groups(self.session, member.id, now=now)
        return [card.face.first_name for group in groups for card in group.cards]

    def notices(self, member: Member) -> list[str]:
        kinds = sa.select(Notice.kind).where(Notice.member_id == member.id, Notice.channel == "mail")
        return list(self.session.scalars(kinds.order_by(Notice.id)))


@pytest.fixture
def here(session: Session) -> Town:
    return Town(session)


def test_they_are_suggested_to_each_other_with_reasons_for_both(here: Town):
    assert here.suggested_to(here.carol) == ["Bob"] and here.suggested_to(here.bob) == ["Carol"]
    card = service.suggestions_for(here.session, here.carol.id, 5, NOW)[0]
    assert card.why.facts.they_teach == ("nl",) and card.why.facts.i_teach == ("pt",)
    assert card.face.area == "Centrum" and card.why.bridges


@pytest.mark.parametrize("how", ["blocks", "is blocked", "paused", "left", "closed", "suspended", "dismissed", "asked"])
def test_who_is_out_is_not_suggested_at_the_next_request(how: str, here: Town):
    bob, carol, session = here.bob, here.carol, here.session
    match how:
        case "blocks":
            accounts.block(session, bob.id, carol.id, now=NOW)
        case "is blocked":
            accounts.block(session, carol.id, bob.id, now=NOW)
        case "paused":
            programmes.pause_programme(session, "exchange", bob.id, is_paused=True, now=NOW)
        case "left":
            programmes.leave_programme(session, "exchange", bob.id, now=NOW)
        case "closed":
            bob.closed_at = NOW
        case "suspended":
            bob.suspended_at = NOW
        case "dismissed":
            requests.dismiss(session, carol.id, bob.public_id, for_good=False, now=NOW)
        case "asked":
            here.ask(carol, bob)
    session.flush()
    assert here.suggested_to(carol) == []
    assert here.suggested_to(bob) == []


def test_not_now_comes_back_and_not_for_me_does_not(here: Town):
    requests.dismiss(here.session, here.carol.id, here.bob.public_id, for_good=False, now=NOW)
    assert here.suggested_to(here.carol, NOW + 31 * DAY) == ["Bob"]
    requests.dismiss(here.session, here.carol.id, here.bob.public_id, for_good=True, now=NOW)
    assert here.suggested_to(here.carol, NOW + 500 * DAY) == []


def test_women_only_works_both_ways_and_only_with_consent(here: Town):
    eve = here.add("Eve", Side.LOCAL, town.BOB, gender="woman", shown_to="women")
    assert "Eve" not in here.suggested_to(here.carol)
    with pytest.raises(refusals.NobodyThere):
        here.ask(here.carol, eve)
    with pytest.raises(refusals.NobodyThere):
        here.ask(eve, here.carol)
    profile = here.session.get_one(Profile, here.carol.id)
    profile.gender = "woman"
    assert "Eve" not in here.suggested_to(here.carol)
    accounts.give_consent(here.session, here.carol.id, "gender", now=NOW)
    assert "Eve" in here.suggested_to(here.carol) and here.suggested_to(eve) == ["Carol"]


@pytest.mark.parametrize(("stay", "is_shared"), [("for-good", True), ("unknown", False)])
def test_like_plans_speak_for_two_as_long_as_both_consent(stay: str, is_shared: bool, here: Town):
    def shared() -> tuple[str, ...]:
        why = population.explain_pair(here.session, here.exchange, here.bob.id, here.carol.id)
        assert why is not None
        return why.facts.situations

    for member in (here.bob, here.carol):
        here.session.get_one(Profile, member.id).planned_stay = stay
        accounts.give_consent(here.session, member.id, "planned_stay", now=NOW)
    assert bool(shared()) is is_shared
    accounts.withdraw_consent(here.session, here.carol.id, "planned_stay", now=NOW)
    assert not shared()


def test_asking_seeing_and_accepting_makes_a_match_with_a_conversation(here: Town):
    request = here.ask(here.carol, here.bob, "Shall we talk at the market?")
    assert here.notices(here.bob) == ["request_received"]
    question = requests.get_question(here.session, request.public_id, here.bob.id, now=NOW)
    assert question.can_answer and question.request.lapses_at == NOW + 7 * DAY
    requests.see(here.session, request.id, now=NOW)
    here.session.expire_all()
    mine = requests.get_question(here.session, request.public_id, here.carol.id, now=NOW)
    assert mine.state is RequestState.SEEN and mine.can_withdraw
    match = requests.accept(here.session, request.public_id, here.bob.id, now=NOW)
    assert conversations.may_talk(here.session, here.bob.id, here.carol.id) and match.thread_id
    assert here.notices(here.carol) == ["request_accepted"]
    with pytest.raises(refusals.TooLate):
        requests.accept(here.session, request.public_id, here.bob.id, now=NOW)


def test_declining_is_silent_until_the_question_lapses(here: Town):
    request = here.ask(here.carol, here.bob)
    requests.decline(here.session, request.public_id, here.bob.id, now=NOW)
    here.session.flush()

    def carol_sees(now: datetime) -> RequestState:
        return requests.get_question(here.session, request.public_id, here.carol.id, now=now).state

    assert carol_sees(NOW + DAY) is RequestState.SEEN and here.notices(here.carol) == []
    requests.lapse(here.session, request.id, NOW + 6 * DAY)
    assert here.notices(here.carol) == []
    requests.lapse(here.session, request.id, NOW + 7 * DAY)
    assert carol_sees(NOW + 7 * DAY) is RequestState.LAPSED and here.notices(here.carol) == ["request_lapsed"]
    with pytest.raises(refusals.AskedAlready):
        here.ask(here.carol, here.bob, now=NOW + 8 * DAY)


def test_an_unanswered_question_lapses_once(here: Town):
    request = here.ask(here.carol, here.bob)
    for _ in range(2):
        requests.lapse(here.session, request.id, NOW + 8 * DAY)
    assert request.state is RequestState.LAPSED and here.notices(here.carol) == ["request_lapsed"]
    with pytest.raises(refusals.TooLate):
        requests.accept(here.session, request.public_id, here.bob.id, now=NOW + 8 * DAY)


def test_crossed_questions_are_a_match(here: Town):
    first = here.ask(here.carol, here.bob)
    second = here.ask(here.bob, here.carol)
    assert second.id == first.id and second.state is RequestState.ACCEPTED
    assert pairs.open_match_of(here.session, here.bob.id, here.carol.id)


def test_who_declined_and_asks_later_makes_the_match(here: Town):
    request = here.ask(here.carol, here.bob)
    requests.decline(here.session, request.public_id, here.bob.id, now=NOW)
    assert here.ask(here.bob, here.carol, now=NOW + DAY).state is RequestState.ACCEPTED


def test_a_taken_back_question_cannot_be_accepted(here: Town):
    request = here.ask(here.carol, here.bob)
    requests.take_back(here.session, request.public_id, here.carol.id, now=NOW)
    with pytest.raises(refusals.TooLate):
        requests.accept(here.session, request.public_id, here.bob.id, now=NOW)


def test_a_new_account_asks_three_people_a_day(here: Town):
    others = [here.add(name, Side.LOCAL, town.BOB) for name in ("Els", "Finn", "Gus")]
    programmes.join_programme(here.session, "exchange", here.carol.id, capacity=4, now=NOW)
    for other in [here.bob, *others[:2]]:
        here.ask(here.carol, other)
    with pytest.raises(refusals.TooManyQuestions):
        here.ask(here.carol, others[2])
    assert here.ask(here.carol, others[2], now=NOW + DAY + timedelta(minutes=1))


def test_the_same_words_to_many_are_held_back(here: Town):
    els, finn = (here.add(name, Side.LOCAL, town.BOB) for name in ("Els", "Finn"))
    for other in (here.bob, els):
        here.ask(here.carol, other, "Hi beautiful")
    with pytest.raises(refusals.SameWords):
        here.ask(here.carol, finn, "Hi  beautiful")
    assert here.ask(here.carol, finn, "Hello Finn, shall we bake?")


def test_pages_do_not_load_the_heavy_part_of_the_matcher():
    loaded = "import sys, welcome.app; sys.exit(bool({'sklearn', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=Path(__file__).parents[2]).returncode == 0


def test_one_place_is_one_match_and_frees_the_rest(here: Town):
    els = here.add("Els", Side.LOCAL, town.BOB)
    to_bob, to_els = here.ask(here.carol, here.bob), here.ask(here.carol, els)
    requests.accept(here.session, to_bob.public_id, here.bob.id, now=NOW)
    here.session.refresh(to_els)
    assert to_els.state is RequestState.WITHDRAWN
    group = read_groups(here.session, here.carol.id, now=NOW)[0]
    assert group.place.is_full and not group.cards
    with pytest.raises(refusals.NoPlaceForThem):
        here.ask(els, here.carol)


def test_mentors_have_places_and_mentees_one(here: Town):
    town.open_programme(here.session, ProgrammeKind.MENTORSHIP)
    mentees = [here.add(name, Side.NEWCOMER, town.CAROL, joins=False) for name in ("Ana", "Bea", "Cai")]
    town.join(here.session, "mentorship", here.bob, now=JOINED, role=Part.MENTOR, capacity=2)
    town.join(here.session, "mentorship", *mentees, now=JOINED, role=Part.MENTEE, capacity=4)
    asked = [requests.ask(here.session, one.id, here.bob.public_id, "mentorship", now=NOW) for one in mentees]
    for request in asked[:2]:
        requests.accept(here.session, request.public_id, here.bob.id, now=NOW)
    with pytest.raises(refusals.NoPlaceForMe):
        requests.accept(here.session, asked[2].public_id, here.bob.id, now=NOW)
    with pytest.raises(refusals.NotTogether):
        requests.ask(here.session, mentees[2].id, mentees[0].public_id, "mentorship", now=NOW)


def test_a_block_ends_everything_between_two(here: Town):
    request = here.ask(here.carol, here.bob)
    match = requests.accept(here.session, request.public_id, here.bob.id, now=NOW)
    accounts.block(here.session, here.carol.id, here.bob.id, now=NOW)
    assert (
        matches.read_pairs(here.session, here.bob.id) == [] and service.next_for(here.session, here.bob.id, NOW) == []
    )
    assert matches.get_pair(here.session, match.public_id, here.bob.id).is_over
    enrolment = here.session.scalars(sa.select(Enrolment).where(Enrolment.member_id == here.bob.id)).one()
    assert pairs.free_places(here.session, enrolment) == 1
    with pytest.raises(refusals.NobodyThere):
        here.ask(here.bob, here.carol)


def test_a_block_that_is_taken_back_brings_nothing_back(here: Town):
    els = here.add("Els", Side.LOCAL, town.BOB)
    programmes.join_programme(here.session, "exchange", here.carol.id, capacity=4, now=NOW)
    match = requests.accept(here.session, here.ask(here.carol, here.bob).public_id, here.bob.id, now=NOW)
    request = here.ask(here.carol, els)
    for other in (here.bob, els):
        accounts.block(here.session, here.carol.id, other.id, now=NOW)
    matches.end_where_blocked(here.session, now=NOW)
    for other in (here.bob, els):
        accounts.unblock(here.session, here.carol.id, other.id)
    here.session.refresh(request)
    assert match.ended_at == NOW and request.state is RequestState.LAPSED
    assert not conversations.may_talk(here.session, here.bob.id, here.carol.id)
    assert here.notices(here.bob) == ["request_received"], "nobody is told"


def test_a_match_ends_without_blame_and_both_wait_again(here: Town):
    match = requests.accept(here.session, here.ask(here.carol, here.bob).public_id, here.bob.id, now=NOW)
    matches.end_match(here.session, match.public_id, here.carol.id, "moved", now=NOW + DAY)
    assert here.notices(here.bob)[-1] == "match_ended" and not here.notices(here.carol)[1:]
    assert not conversations.may_talk(here.session, here.bob.id, here.carol.id)
    waiting = here.session.scalars(sa.select(Enrolment.waiting_since)).all()
    assert set(waiting) == {NOW}, "it did not get going: nobody goes to the end of the queue"
    assert here.suggested_to(here.bob) == [], "history counts"
    assert history.apart_pairs(here.session, {here.bob.id, here.carol.id}, now=NOW) == {(here.bob.id, here.carol.id)}


def run_round(here: Town, now: datetime = NOW) -> tallies.Tally:
    drafted = drafts.draft(here.session, "exchange", now=now)
    kept = sending.propose(here.session, drafted, outcomes.compute(drafted), now=now)
    return tallies.get_tally(here.session, kept.public_id)


def test_a_round_proposes_and_two_yeses_make_the_match(here: Town):
    dan = here.add("Dan", Side.LOCAL, {"de": (7, True, False), "en": (5, False, False)})
    tally = run_round(here)
    assert tally.round.figures["matched"] == 2 and tally.round.digest and tally.reasons == [("exchange", 1)]
    assert here.notices(here.bob) == here.notices(here.carol) == ["proposal"] and here.notices(dan) == []
    offer = proposals.read_offers(here.session, here.bob.id, now=NOW)[0]
    assert proposals.answer(here.session, offer.proposal.public_id, here.bob.id, yes=True, now=NOW) is None
    assert service.next_for(here.session, here.bob.id, NOW)[0].kind is StepKind.WAITING
    match = proposals.answer(here.session, offer.proposal.public_id, here.carol.id, yes=True, now=NOW)
    assert match and here.notices(here.bob) == ["proposal", "matched"]
    with pytest.raises(refusals.TooLate):
        proposals.answer(here.session, offer.proposal.public_id, here.carol.id, yes=True, now=NOW)


def test_a_proposal_holds_both_and_lapsing_frees_both(here: Town):
    tally = run_round(here)
    assert here.suggested_to(here.bob) == [] and run_round(here).round.figures["matched"] == 0
    sending.lapse(here.session, tally.round.id, NOW + 4 * DAY)
    assert here.suggested_to(here.bob) == []
    sending.lapse(here.session, tally.round.id, NOW + 5 * DAY)
    assert here.suggested_to(here.bob) == ["Carol"]
    offer = here.session.scalars(sa.select(proposals.Proposal)).first()
    with pytest.raises(refusals.TooLate):
        proposals.answer(here.session, offer.public_id, here.bob.id, yes=True, now=NOW + 5 * DAY)


def test_whom_a_round_proposes_is_not_suggested_beside_it_nor_again_after_a_no(here: Town):
    for member in (here.bob, here.carol):
        programmes.join_programme(here.session, "exchange", member.id, capacity=3, now=NOW)
    run_round(here)
    assert here.suggested_to(here.bob) == []
    offer = proposals.read_offers(here.session, here.bob.id, now=NOW)[0]
    proposals.answer(here.session, offer.proposal.public_id, here.bob.id, yes=False, now=NOW)
    here.session.flush()
    assert here.suggested_to(here.carol) == [] and run_round(here).round.figures["matched"] == 0


def test_a_block_between_reading_and_proposing_leaves_the_pair_out(here: Town):
    drafted = drafts.draft(here.session, "exchange", now=NOW)
    outcome = outcomes.compute(drafted)
    accounts.block(here.session, here.carol.id, here.bob.id, now=NOW)
    sending.propose(here.session, drafted, outcome, now=NOW)
    assert here.notices(here.bob) == []


def test_the_same_round_can_be_run_again(here: Town):
    for number in range(6):
        here.add(f"Local{number}", Side.LOCAL, town.BOB)
        here.add(f"New{number}", Side.NEWCOMER, town.CAROL)
    first = outcomes.compute(drafts.draft(here.session, "exchange", seed=7, now=NOW))
    second = outcomes.compute(drafts.draft(here.session, "exchange", seed=7, now=NOW))
    assert first == second and len(first.groups) == 7


def test_leaving_withdraws_open_questions(here: Town):
    request = here.ask(here.carol, here.bob)
    programmes.leave_programme(here.session, "exchange", here.carol.id, now=NOW)
    here.session.refresh(request)
    assert request.state is RequestState.WITHDRAWN
    assert here.session.scalar(sa.select(sa.func.count()).select_from(Match)) == 0
    assert [place.enrolment for place in programmes.read_places(here.session, here.carol.id)] == [None]
    assert here.session.scalars(sa.select(Programme)).one().slug == "exchange"


def test_a_door_is_opened_by_somebody_at_home_to_somebody_new(here: Town):
    town.open_programme(here.session, ProgrammeKind.HOSTING)
    mia = here.add("Mia", Side.LOCAL, town.BOB)
    town.join(here.session, "hosting", here.bob, here.carol, mia, now=NOW)
    with pytest.raises(refusals.NotTogether):
        requests.ask(here.session, mia.id, here.bob.public_id, "hosting", now=NOW)
    asked = requests.ask(here.session, here.carol.id, here.bob.public_id, "hosting", now=NOW)
    assert requests.accept(here.session, asked.public_id, here.bob.id, now=NOW).programme.kind is ProgrammeKind.HOSTING


def test_nobody_is_asked_alone_in_a_programme_of_circles(here: Town):
    town.open_programme(here.session, ProgrammeKind.CIRCLES)
    town.join(here.session, "circles", here.bob, here.carol, now=NOW)
    with pytest.raises(refusals.NotTogether):
        requests.ask(here.session, here.carol.id, here.bob.public_id, "circles", now=NOW)

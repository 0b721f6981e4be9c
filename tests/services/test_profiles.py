"""What members say is kept, by consent where consent is needed, and others see the card alone."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.people import make_member
from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.directory import service as directory
from welcome.directory.rules import AreaRow
from welcome.profiles import filling, rules, service
from welcome.profiles.filling import Draft
from welcome.profiles.models import ShownTo, Side
from welcome.profiles.rules import Language


def test_somebody_who_said_nothing_has_an_empty_profile(carol: Member, session: Session) -> None:
    profile = service.get_profile(session, carol.id)
    assert profile.slots == 0 and profile.situations == [] and profile.side is None
    assert service.find_profile(session, carol.id) is None and service.side_of(session, carol.id) is None


def test_the_arrival_is_kept_by_consent_alone(carol: Member, session: Session) -> None:
    filling.save_side(session, carol.id, Side.NEWCOMER, date(2026, 10, 17), consents=False, now=TODAY)
    assert service.get_profile(session, carol.id).arrived_on is None

    filling.save_side(session, carol.id, Side.NEWCOMER, date(2026, 10, 17), consents=True, now=TODAY)
    assert service.get_profile(session, carol.id).arrived_on == date(2026, 10, 1)
    assert service.side_of(session, carol.id) is Side.NEWCOMER
    assert accounts.consented_fields(session, carol.id) == {"arrived_on"}


def test_each_optional_field_has_a_consent_of_its_own(carol: Member, session: Session) -> None:
    values = {"situations": ["spouse"], "children": ["4-7"], "planned_stay": "two-three"}

    filling.save_family(session, carol.id, values, {"situations", "children"}, now=TODAY)
    profile = service.get_profile(session, carol.id)
    assert (profile.situations, profile.children, profile.planned_stay) == (["spouse"], ["4-7"], None)

    filling.save_family(session, carol.id, values, {"planned_stay"}, now=TODAY)
    session.flush()
    assert (profile.situations, profile.children, profile.planned_stay) == ([], [], "two-three")
    assert accounts.consented_fields(session, carol.id) == {"planned_stay"}


def test_words_that_nobody_offers_are_refused(carol: Member, session: Session) -> None:
    with pytest.raises(rules.UnknownWord):
        filling.save_family(session, carol.id, {"children": ["13.5"]}, {"children"}, now=TODAY)
    with pytest.raises(rules.UnknownWord):
        filling.save_interests(session, carol.id, {"food.world": 4}, now=TODAY)
    with pytest.raises(rules.UnknownWord):
        filling.save_offers(session, carol.id, ["spells"], [], now=TODAY)
    with pytest.raises(rules.UnknownWord):
        filling.save_area(session, carol.id, 99, meets_online=True, now=TODAY)


def test_saving_again_replaces(carol: Member, session: Session) -> None:
    for level in (1, 2):
        filling.save_languages(session, carol.id, [Language("nl", level, learns=True)], now=TODAY)
        filling.save_interests(session, carol.id, {"food.world": level}, now=TODAY)

    assert [spoken.level for spoken in service.languages_of(session, [carol.id])[carol.id]] == [2]
    assert service.interests_of(session, [carol.id]) == {carol.id: {"food.world": 2}}
    assert service.get_profile(session, carol.id).steps_done == ["languages", "interests"]


def test_own_gender_works_both_ways(alice: Member, bob: Member, carol: Member, session: Session) -> None:
    filling.save_limits(session, alice.id, ShownTo.WOMEN, "woman", consents=True, now=TODAY)
    filling.save_limits(session, bob.id, ShownTo.EVERYONE, "man", consents=True, now=TODAY)
    filling.save_limits(session, carol.id, ShownTo.OWN_GENDER, "woman", consents=True, now=TODAY)

    assert service.may_meet(session, alice.id, carol.id) and service.may_meet(session, carol.id, alice.id)
    assert not service.may_meet(session, alice.id, bob.id) and not service.may_meet(session, bob.id, alice.id)
    with pytest.raises(rules.GenderNeeded):
        filling.save_limits(session, carol.id, ShownTo.OWN_GENDER, "woman", consents=False, now=TODAY)


def test_a_block_keeps_two_apart(alice: Member, bob: Member, session: Session) -> None:
    assert service.may_meet(session, alice.id, bob.id)
    accounts.block(session, alice.id, bob.id, now=TODAY)
    assert not service.may_meet(session, bob.id, alice.id)


def test_a_whole_profile_is_kept_at_once_and_others_see_the_card(bob: Member, carol: Member, session: Session) -> None:
    directory.keep_areas(session, [AreaRow("Strijp", 0, 0)])
    (strijp,) = directory.areas(session)
    carols = Draft(
        side=Side.NEWCOMER,
        languages=[Language("pt", 7, teaches=True), Language("en", 4), Language("nl", 1, learns=True)],
        interests={"food.world": 3, "sport.yoga": 2},
        area_id=strijp.id,
        children=["4-7"],
        gender="woman",
        about="My secret plan",
        arrived_on=date(2026, 10, 9),
    )
    bobs = Draft(side=Side.LOCAL, languages=[Language("nl", 7)], interests={"food.world": 2, "games.chess": 3})

    filling.save_profiles(session, {carol.id: carols, bob.id: bobs}, now=TODAY)

    card = service.card(session, bob.id, carol)
    assert card == service.Card(carol.public_id, "Carol", Side.NEWCOMER, "Strijp", ("pt",), ("nl",), ("food.world",))
    assert card.line == "Can help with Portuguese and practises Dutch."
    assert accounts.consented_fields(session, carol.id) == {"arrived_on", "children", "gender"}
    assert service.get_profile(session, carol.id).arrived_on == date(2026, 10, 1)
    assert set(service.profiles_of(session, [bob.id, carol.id])) == {bob.id, carol.id}


def test_a_draft_that_cannot_be_is_refused_whole(bob: Member, carol: Member, session: Session) -> None:
    good, bad = Draft(), Draft(shown_to=ShownTo.OWN_GENDER)
    with pytest.raises(rules.GenderNeeded):
        filling.save_profiles(session, {bob.id: good, carol.id: bad}, now=TODAY)
    assert service.profiles_of(session, [bob.id]) == {}


def test_it_counts_who_fits_from_five_on(carol: Member, session: Session) -> None:
    locals_ = [make_member(session, f"Local{number}") for number in range(5)]
    session.flush()
    draft = Draft(languages=[Language("nl", 7, teaches=True)], interests={"sport.yoga": 1}, slots=0b100)
    filling.save_profiles(session, {one.id: draft for one in locals_[1:]}, now=TODAY)
    filling.save_languages(session, carol.id, [Language("nl", 1, learns=True)], now=TODAY)
    filling.save_interests(session, carol.id, {"sport.yoga": 3}, now=TODAY)
    filling.save_availability(session, carol.id, 0b110, now=TODAY)

    steps = ("side", "languages", "interests", "availability", "area")
    assert [service.count_fitting(session, carol.id, step) for step in steps] == [None] * 5
    filling.save_profile(session, locals_[0].id, draft, now=TODAY)
    assert [service.count_fitting(session, carol.id, step) for step in steps] == [None, 5, 5, 5, None]


def test_a_profile_goes_with_its_member(carol: Member, session: Session) -> None:
    filling.save_languages(session, carol.id, [Language("nl", 1)], now=TODAY)
    session.delete(session.get_one(Member, carol.id))
    session.flush()
    session.expire_all()
    assert service.find_profile(session, carol.id) is None and service.languages_of(session, [carol.id]) == {}

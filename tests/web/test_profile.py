"""Carol fills in her profile, step by step, and changes her mind."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.database import db, writing
from welcome.directory import service as directory
from welcome.directory.rules import AreaRow
from welcome.profiles import rules, service
from welcome.profiles.models import ShownTo, Side

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def carols(carol: Member, sign_in: SignIn) -> FlaskClient:
    return sign_in(carol)


def save(browser: FlaskClient, step: str, **answers: object) -> str:
    """Send a step and return where it leads."""
    answer = browser.post(f"/me/profile/{step}", data=answers)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/me/profile").status_code == 303
    assert client.get("/me/profile/side").status_code == 303


@pytest.mark.parametrize("step", rules.STEPS)
def test_every_step_can_be_read_and_skipped(carols: FlaskClient, step: str) -> None:
    page = carols.get(f"/me/profile/{step}")
    assert page.status_code == 200 and "Skip this" in page.text and "Why we ask" in page.text
    assert service.find_profile(db.session(), 1) is None


def test_there_is_no_other_step(carols: FlaskClient) -> None:
    assert carols.get("/me/profile/religion").status_code == 404


def test_one_step_leads_to_the_next_and_says_what_it_is_good_for(carols: FlaskClient, carol: Member) -> None:
    assert save(carols, "side", side="newcomer", month="10", year="2026", arrived_on_consent="y").endswith("/languages")
    assert "places that are kept for you" in carols.get("/me/profile/languages").text
    profile = service.get_profile(db.session(), carol.id)
    assert profile.side is Side.NEWCOMER and profile.arrived_on == date(2026, 10, 1)
    assert "October 2026" in carols.get("/me/profile").text


def test_an_answer_without_its_tick_is_not_kept_and_the_page_says_so(carols: FlaskClient, carol: Member) -> None:
    save(carols, "side", side="newcomer", month="10", year="2026")
    assert "was not kept" in carols.get("/me/profile/languages").text
    assert service.get_profile(db.session(), carol.id).arrived_on is None


def test_a_month_needs_a_year(carols: FlaskClient) -> None:
    page = carols.post("/me/profile/side", data={"side": "newcomer", "month": "10", "year": ""})
    assert page.status_code == 422 and "both the month and the year" in page.text
    assert '<option selected value="10">' in page.text


def test_a_side_must_be_chosen(carols: FlaskClient) -> None:
    page = carols.post("/me/profile/side", data={"month": "", "year": ""})
    assert page.status_code == 422 and "Please choose one." in page.text


PORTUGUESE = {"rows-0-code": "pt", "rows-0-level": "native", "rows-0-teaches": "y"}
DUTCH = {"rows-1-code": "nl", "rows-1-level": "A1", "rows-1-learns": "y"}


def test_carol_names_her_languages(carols: FlaskClient, carol: Member) -> None:
    save(carols, "languages", **PORTUGUESE, **DUTCH, **{"rows-2-code": ""})
    spoken = service.languages_of(db.session(), [carol.id])[carol.id]
    assert [(one.language, one.level, one.teaches, one.learns) for one in spoken] == [
        ("pt", 7, True, False),
        ("nl", 1, False, True),
    ]
    page = carols.get("/me/profile").text
    assert "Portuguese (Mother tongue): you help others with it" in page
    assert "Can help with Portuguese and practises Dutch." in page


def test_a_row_is_added_and_removed_without_losing_what_was_typed(carols: FlaskClient, carol: Member) -> None:
    more = carols.post("/me/profile/languages", data={**PORTUGUESE, "add": "1"})
    assert more.status_code == 200 and "rows-1-code" in more.text and '<option selected value="pt">' in more.text
    fewer = carols.post("/me/profile/languages", data={**PORTUGUESE, **DUTCH, "remove": "0"})
    assert fewer.status_code == 200 and '<option selected value="pt">' not in fewer.text
    assert '<option selected value="nl">' in fewer.text
    assert service.languages_of(db.session(), [carol.id]) == {}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"rows-0-code": "nl"}, "how well you speak it"),
        ({"rows-0-code": "nl", "rows-0-level": "A2", "rows-0-teaches": "y"}, "To help others practise Dutch"),
        ({"rows-0-code": "nl", "rows-0-level": "native", "rows-0-learns": "y"}, "Dutch is your mother tongue"),
        ({**PORTUGUESE, "rows-1-code": "pt", "rows-1-level": "B1"}, "named Portuguese twice"),
        ({"rows-0-code": "klingon", "rows-0-level": "B1"}, "Please choose one of these answers"),
    ],
)
def test_what_cannot_be_is_said_beside_the_language(carols: FlaskClient, rows: dict[str, str], sentence: str) -> None:
    page = carols.post("/me/profile/languages", data=rows)
    assert page.status_code == 422 and sentence in page.text and "Please look at this again" in page.text


def test_love_wins_over_like_and_a_little_stays_a_little(carols: FlaskClient, carol: Member) -> None:
    save(carols, "interests", likes=["food.world", "sport.yoga"], loves=["games.chess", "food.world"])
    expected = {"food.world": 3, "games.chess": 3, "sport.yoga": 2}
    assert service.interests_of(db.session(), [carol.id])[carol.id] == expected
    page = carols.get("/me/profile/interests").text
    assert page.count('value="food.world" checked') == 2 and page.count('value="sport.yoga" checked') == 1


def test_an_interest_that_is_not_offered_is_refused(carols: FlaskClient) -> None:
    assert carols.post("/me/profile/interests", data={"likes": "food.poison"}).status_code == 422


def test_carol_tells_when_and_where(carols: FlaskClient, carol: Member) -> None:
    with writing() as session:
        directory.keep_areas(session, [AreaRow("Strijp", 0, 0)])
    (strijp,) = directory.areas(db.session())
    save(carols, "availability", slots=["0", "20"])
    save(carols, "area", area=str(strijp.id), meets_online="y")
    profile = service.get_profile(db.session(), carol.id)
    assert (profile.slots, profile.area_id, profile.meets_online) == (1 | 1 << 20, strijp.id, True)
    assert "Strijp" in carols.get("/me/profile").text
    assert carols.post("/me/profile/availability", data={"slots": "21"}).status_code == 422
    assert carols.post("/me/profile/area", data={"area": "99"}).status_code == 422


def test_taking_the_tick_away_deletes_the_answer(carols: FlaskClient, carol: Member) -> None:
    answers = {"situations": ["spouse"], "children": ["4-7"], "planned_stay": "unknown"}
    save(carols, "family", **answers, situations_consent="y", children_consent="y", planned_stay_consent="y")
    assert accounts.consented_fields(db.session(), carol.id) == {"situations", "children", "planned_stay"}

    save(carols, "family", **answers, planned_stay_consent="y")
    profile = service.get_profile(db.session(), carol.id)
    assert (profile.situations, profile.children, profile.planned_stay) == ([], [], "unknown")


def test_offers_and_wishes(carols: FlaskClient, carol: Member) -> None:
    save(carols, "offers", offers=["cooking"], wishes=["tax", "health"], about=" <i>Hi</i> ")
    page = carols.get("/me/profile").text
    assert "You would like: Tax return and Doctors and health care" in page and "<i>Hi" not in page
    long = carols.post("/me/profile/offers", data={"about": "x" * 601})
    assert long.status_code == 422 and "x" * 601 in long.text


def test_own_gender_needs_the_gender_and_its_tick(carols: FlaskClient, carol: Member) -> None:
    refused = carols.post("/me/profile/limits", data={"shown_to": "own-gender", "gender": "woman"})
    assert refused.status_code == 422 and "tell us which it is" in refused.text
    save(carols, "limits", shown_to="own-gender", gender="woman", gender_consent="y")
    assert service.get_profile(db.session(), carol.id).shown_to is ShownTo.OWN_GENDER


def test_the_last_step_leads_to_the_overview(carols: FlaskClient) -> None:
    assert save(carols, "limits", shown_to="everyone", gender="").endswith("/")


def test_a_single_part_is_changed_from_the_overview(carols: FlaskClient) -> None:
    assert save(carols, "offers?then=overview", offers=["cooking"]).endswith("/me/profile")


def test_days_are_named_in_the_readers_language(people: Callable[..., Member], sign_in: SignIn) -> None:
    assert "donderdag" in sign_in(people("Daan", locale="nl")).get("/me/profile/availability").text.lower()


def test_the_enter_key_saves_and_does_not_remove(carols: FlaskClient) -> None:
    page = carols.post("/me/profile/languages", data={**PORTUGUESE, "add": "1"}).text
    form = page[page.index('<form class="form') :]
    assert 'name="remove"' not in form[: form.index("</button>")]


def test_all_languages_can_be_taken_away(carols: FlaskClient, carol: Member) -> None:
    save(carols, "languages", **PORTUGUESE)
    save(carols, "languages", **{"rows-0-code": ""})
    assert service.languages_of(db.session(), [carol.id]) == {}


def test_carol_takes_one_consent_back_and_its_answer_is_deleted(carols: FlaskClient, carol: Member) -> None:
    save(carols, "family", children=["4-7"], situations=["spouse"], children_consent="y", situations_consent="y")
    assert "Ages of your children" in carols.get("/me/profile").text

    assert carols.post("/me/profile/consents/children/withdrawn").status_code == 303
    profile = service.get_profile(db.session(), carol.id)
    assert profile.children == [] and profile.situations == ["spouse"]
    assert accounts.consented_fields(db.session(), carol.id) == {"situations"}


def test_own_gender_stays_a_limit_until_it_is_changed(carols: FlaskClient, carol: Member) -> None:
    save(carols, "limits", shown_to="own-gender", gender="woman", gender_consent="y")
    carols.post("/me/profile/consents/gender/withdrawn")
    assert "To be shown to people of your own gender" in carols.get("/me/profile").text
    assert service.get_profile(db.session(), carol.id).gender == "woman"


def test_there_is_no_other_consent(carols: FlaskClient) -> None:
    assert carols.post("/me/profile/consents/slots/withdrawn").status_code == 404
    assert carols.post("/me/profile/consents/gender/withdrawn").status_code == 404


def test_nothing_is_promised_for_an_empty_answer(carols: FlaskClient) -> None:
    save(carols, "family", children=["4-7"])
    page = carols.get("/me/profile/offers").text
    assert "was not kept" in page and "in a similar situation." not in page

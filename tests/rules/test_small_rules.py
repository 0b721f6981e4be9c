"""Rules of a few lines, at their edges: messages, reports, shifts, counts, audiences, return addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from welcome.announcements.announcing import rules as announcing
from welcome.conversations import rules as conversations
from welcome.conversations.rules import Standing
from welcome.events.crew import rules as crew
from welcome.moderation import rules as moderation
from welcome.post import verp
from welcome.post.models import Notice
from welcome.visits import rules as visits

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_BIT = timedelta(microseconds=1)


def test_a_message_has_words_and_an_end() -> None:
    assert conversations.check_message("  one\r\ntwo ") == "one\ntwo"
    assert len(conversations.check_message("a" * 4000)) == 4000
    with pytest.raises(conversations.EmptyMessage):
        conversations.check_message(" \r\n ")
    with pytest.raises(conversations.LongMessage) as long:
        conversations.check_message("a" * 4001)
    assert "4000" in str(long.value)


def test_a_block_looks_like_a_closed_account() -> None:
    def standing(**known: bool) -> Standing:
        usual = {"is_present": True, "blocked_me": False, "blocked_by_me": False, "is_over": False}
        return conversations.standing(**{**usual, **known})

    assert standing() is Standing.OPEN
    assert standing(is_over=True) is Standing.OVER
    assert standing(blocked_me=True) is standing(is_present=False) is standing(blocked_me=True, is_over=True)
    assert standing(is_present=False) is Standing.GONE
    assert standing(blocked_by_me=True, blocked_me=True, is_present=False) is Standing.KEPT_AWAY


def test_an_excerpt_ends_between_words() -> None:
    assert conversations.excerpt(" two \n words ") == "two words"
    assert conversations.excerpt("a" * 90) == "a" * 90
    assert conversations.excerpt("Shall we have coffee together", 15) == "Shall we have…"
    assert conversations.excerpt("coffee together", 7) == "coffee…"
    assert conversations.excerpt("a" * 91) == "a" * 89 + "…"


def test_what_two_people_tell_comes_one_after_the_other() -> None:
    surname, contact = conversations.Step
    assert [conversations.next_step(told, writers=2) for told in ([], [surname], [surname, contact])] == [
        surname, contact, None
    ]  # fmt: skip
    assert conversations.next_step([], writers=1) is None
    assert (conversations.from_step(surname), conversations.from_step(contact)) == ((surname, contact), (contact,))


def test_reports_have_their_clocks_and_measures_their_end() -> None:
    hours = {kind: moderation.due_at(kind, NOW) - NOW for kind in ("danger", "threat", "flirting", "other")}
    assert hours == {"danger": HOUR, "threat": 4 * HOUR, "flirting": 4 * HOUR, "other": 24 * HOUR}
    assert moderation.ends_at("limit", NOW) == NOW + 14 * DAY
    assert moderation.ends_at("pause", NOW) == NOW + 30 * DAY
    assert moderation.ends_at("suspend", NOW) is moderation.ends_at("warn", NOW) is None


def test_nobody_decides_about_themselves_or_twice() -> None:
    moderation.check_may_decide(1, 2, 3, is_decided=False)
    for accused, reporter in ((1, 3), (2, 1)):
        with pytest.raises(moderation.OwnCase):
            moderation.check_may_decide(1, accused, reporter, is_decided=False)
    with pytest.raises(moderation.AlreadyDecided):
        moderation.check_may_decide(1, 2, None, is_decided=True)
    moderation.check_may_look_again(1, 2, 3, is_decided=False)
    for taken_by, member in ((1, 3), (2, 1)):
        with pytest.raises(moderation.OwnDecision):
            moderation.check_may_look_again(1, taken_by, member, is_decided=False)
    with pytest.raises(moderation.AlreadyDecided):
        moderation.check_may_look_again(1, None, 3, is_decided=True)


def test_there_is_one_appeal_and_not_years_later() -> None:
    moderation.check_may_appeal(NOW, NOW + 180 * DAY, has_appealed=False)
    for later, has_appealed in ((180 * DAY + A_BIT, False), (DAY, True)):
        with pytest.raises(moderation.NoAppeal):
            moderation.check_may_appeal(NOW, NOW + later, has_appealed=has_appealed)


def test_a_shift_belongs_to_its_date_and_ends() -> None:
    assert crew.planned(NOW, NOW + 2 * HOUR, NOW + 4 * HOUR) == (120, 120)
    assert crew.planned(NOW, NOW - HOUR, NOW - HOUR - 10 * HOUR) == (-60, 14 * 60), "it ends on the next day"
    assert crew.planned(NOW, NOW, NOW + 16 * HOUR) == (0, 16 * 60)
    assert crew.planned(NOW, NOW + HOUR / 40, NOW + HOUR / 16) == (1, 2), "whole minutes"
    assert crew.planned(NOW, NOW + 7 * DAY, NOW + 7 * DAY + HOUR) == (7 * 24 * 60, 60)
    for end in (NOW, NOW + 16 * HOUR + A_BIT):
        with pytest.raises(crew.ShiftTooLong):
            crew.planned(NOW, NOW, end)
    for start in (NOW + 7 * DAY + A_BIT, NOW - 7 * DAY - A_BIT):
        with pytest.raises(crew.ShiftFarAway):
            crew.planned(NOW, start, start + HOUR)


def test_nobody_is_in_two_places_and_promises_are_kept() -> None:
    taken = [(NOW, NOW + HOUR, "The door")]
    crew.check_free(NOW - HOUR, NOW, taken)
    crew.check_free(NOW + HOUR, NOW + 2 * HOUR, taken)
    with pytest.raises(crew.ShiftOverlaps) as overlap:
        crew.check_free(NOW + HOUR - A_BIT, NOW + 2 * HOUR, taken)
    assert "The door" in str(overlap.value)
    assert (crew.places_left(3, 1), crew.places_left(2, 2)) == (2, 0)
    with pytest.raises(crew.FewerThanHelp) as fewer:
        crew.places_left(1, 2)
    assert "2 people" in str(fewer.value)


def test_a_count_points_at_nobody() -> None:
    said = {(count, whole): visits.at_least(count, whole) for whole in (9, 10, 14) for count in range(whole + 1)}
    assert {pair for pair, words in said.items() if words is None} == {
        *((count, 9) for count in range(5)), *((count, 10) for count in range(5)), *((count, 14) for count in range(5))
    }  # fmt: skip
    assert (said[9, 9], said[10, 10], said[9, 14], said[10, 14], said[14, 14]) == (5, 5, 5, 10, 10)
    assert visits.at_least(8, 8) is None
    assert [visits.may_answer(NOW, NOW + later) for later in (-A_BIT, 0 * DAY, 7 * DAY - A_BIT, 7 * DAY)] == [
        False, True, True, False
    ]  # fmt: skip


def test_an_announcement_reaches_somebody_and_not_too_many() -> None:
    announcing.check_reach(100, 100)
    announcing.check_reach(5000, None)
    for reach, most, refusal in ((0, None, announcing.NobodyThere), (101, 100, announcing.TooMany)):
        with pytest.raises(refusal):
            announcing.check_reach(reach, most)
    assert announcing.needs_second_yes(1, 1000, is_narrow=False)
    asked = [announcing.needs_second_yes(*sizes, is_narrow=True) for sizes in ((49, 50), (50, 149), (50, 150))]
    assert asked == [False, True, False]
    assert [announcing.shown(reach) for reach in (0, 1, 4, 5, 9, 10)] == [0, None, None, 5, 5, 10]


@pytest.fixture
def address() -> str:
    """Give the return address of a letter."""
    app = Flask("post")
    app.config.update(SECRET_KEY="k" * 80, BOUNCE_ADDRESS="bounces@welcome.example", MAIL_FROM="hello@welcome.example")
    with app.app_context():
        return_address = verp.return_path(Notice(id=42))
        app.config["BOUNCE_ADDRESS"] = ""
        assert verp.return_path(Notice(id=42)) == "hello@welcome.example"
    return return_address


def test_a_return_address_tells_its_letter_and_cannot_be_made_up(address: str) -> None:
    name, host = address.split("@")
    assert host == "welcome.example" and name.startswith("bounces+42-") and len(name) == len("bounces+42-") + 16
    app = Flask("post")
    app.config.update(SECRET_KEY="k" * 64)  # what comes after is too long for a key, and does not count
    with app.app_context():
        assert verp.notice_of(address) == verp.notice_of(address.upper()) == 42
        assert verp.notice_of(f"+{address}") == verp.notice_of(address.replace("bounces", "b-o")) == 42
        far = "9" * 18
        assert verp.notice_of(address.replace("42", far)) is None
        assert verp.notice_of(f"b+{far}-{verp._signature(int(far))}@host") == int(far)
        wrong = (
            "",
            "b@host",
            "b+42@host",
            "b+42-@host",
            "b+x-y@host",
            "b+²-y@host",
            f"b+{far}0-y@host",
            f"{name}x@host",
        )
        assert [verp.notice_of(one) for one in wrong] == [None] * len(wrong)
        assert verp.notice_of(f"b+{far}0-{verp._signature(int(far + '0'))}@host") is None
        app.config["SECRET_KEY"] = "another"
        assert verp.notice_of(address) is None

"""Bob and Carol were matched: they may write to each other until one of them does not want to any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from welcome.accounts import service as accounts
from welcome.accounts.export import export_of
from welcome.accounts.models import Member
from welcome.app import LETTERS
from welcome.clock import now
from welcome.conversations import service, telling
from welcome.conversations.models import Told
from welcome.conversations.rules import Step, ThreadIsOver
from welcome.conversations.threads import close_thread, open_thread
from welcome.database import db, writing
from welcome.pairings.jobs import end_where_blocked
from welcome.post.jobs import compose
from welcome.post.letters import Unwanted
from welcome.post.models import Channel, Notice

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def talk(bob: Member, carol: Member) -> str:
    """Open the thread of Bob and Carol."""
    ids = {bob.id, carol.id}
    with writing() as session:
        return open_thread(session, ids, now=now()).public_id


def say(talk: str, author: Member, body: str = "Shall we have coffee on Tuesday?") -> None:
    author_id = author.id
    with writing() as session:
        service.send_message(session, talk, author_id, body, now=now())


def letters_to(member: Member) -> list[Notice]:
    return list(
        db.session.scalars(
            sa.select(Notice).where(Notice.member_id == member.id, Notice.channel == Channel.MAIL).order_by(Notice.id)
        )
    )


def what_is_sent(notice: Notice) -> object:
    return compose(notice, {letter.kind: letter for letter in LETTERS})


def what_is_told() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Told.words)))


def test_a_message_is_read_by_the_other(talk: str, bob: Member, carol: Member, sign_in: SignIn):
    say(talk, bob)
    page = sign_in(carol).get("/conversations")
    assert "Bob" in page.text and "Shall we have coffee" in page.text and "1 new" in page.text
    assert "Shall we have coffee" in sign_in(carol).get(f"/conversations/{talk}").text
    assert "1 new" not in sign_in(carol).get("/conversations").text.replace("1 new notice", "")


def test_one_letter_until_it_is_read(talk: str, bob: Member, carol: Member, sign_in: SignIn):
    say(talk, bob)
    say(talk, bob, "Or on Thursday?")
    assert len(letters_to(carol)) == 1
    assert what_is_sent(letters_to(carol)[0])["excerpt"] == "Shall we have coffee on Tuesday?"
    sign_in(carol).get(f"/conversations/{talk}")
    assert isinstance(what_is_sent(letters_to(carol)[0]), Unwanted)
    say(talk, bob, "Friday is fine too.")
    assert len(letters_to(carol)) == 2


def test_it_refuses_empty_words_and_keeps_long_ones(talk: str, bob: Member, sign_in: SignIn):
    client = sign_in(bob)
    assert client.post(f"/conversations/{talk}", data={"body": "  "}).status_code == 422
    answer = client.post(f"/conversations/{talk}", data={"body": "a" * 4001})
    assert answer.status_code == 422 and "a" * 4001 in answer.text
    assert client.post(f"/conversations/{talk}", data={"body": "Hello"}).status_code == 303


def test_strangers_find_no_page(talk: str, dan: Member, sign_in: SignIn):
    client = sign_in(dan)
    assert client.get(f"/conversations/{talk}").status_code == 404
    assert client.post(f"/conversations/{talk}", data={"body": "Hello"}).status_code == 404
    assert client.get("/conversations/nothing").status_code == 404


@pytest.mark.parametrize("how", ["blocked", "closed", "suspended"])
def test_a_block_reads_like_a_closed_account(how: str, talk: str, bob: Member, carol: Member, sign_in: SignIn):
    say(talk, carol, "My words")
    carol_id, bob_id = carol.id, bob.id
    with writing() as session:
        if how == "blocked":
            accounts.block(session, carol_id, bob_id, now=now())
        elif how == "closed":
            session.get_one(Member, carol_id).closed_at = now()
        else:
            session.get_one(Member, carol_id).suspended_at = now()
    client = sign_in(bob)
    page = client.get(f"/conversations/{talk}").text
    assert "This account is closed" in page and "Carol" not in page and "My words" not in page
    assert client.get(f"/report/message/{talk}").status_code == 200, "a report is possible also after a block"
    assert "Carol" not in client.get("/conversations").text
    assert client.post(f"/conversations/{talk}", data={"body": "Why?"}).status_code == 422
    assert isinstance(what_is_sent(letters_to(bob)[0]), Unwanted)


def test_who_blocked_still_reads_what_was_written(talk: str, bob: Member, carol: Member, sign_in: SignIn):
    say(talk, bob, "Unkind words")
    carol_id, bob_id = carol.id, bob.id
    with writing() as session:
        accounts.block(session, carol_id, bob_id, now=now())
    page = sign_in(carol).get(f"/conversations/{talk}").text
    assert "Unkind words" in page and "You have blocked this person" in page


def test_who_leaves_is_left_alone(talk: str, bob: Member, carol: Member, sign_in: SignIn):
    client = sign_in(carol)
    assert client.post(f"/conversations/{talk}/leave").status_code == 303
    assert client.get(f"/conversations/{talk}").status_code == 404
    assert "This conversation has ended" in sign_in_again(client, bob, sign_in).get(f"/conversations/{talk}").text


def sign_in_again(client: FlaskClient, member: Member, sign_in: SignIn) -> FlaskClient:
    client.post("/logout")
    return sign_in(member)


def test_two_people_have_one_thread(talk: str, bob: Member, carol: Member, dan: Member):
    ids = bob.id, carol.id, dan.id
    with writing() as session:
        again = open_thread(session, ids[:2], now=now())
        other = open_thread(session, ids[1:], now=now())
        assert (again.public_id, other.public_id != talk) == (talk, True)
        assert service.may_talk(session, *ids[:2]) and not service.may_talk(session, ids[0], ids[2])
        close_thread(session, again.id, now=now())
    with writing() as session:
        assert not service.may_talk(session, *ids[:2])


def test_earlier_messages_are_one_page_away(talk: str, bob: Member, sign_in: SignIn):
    bob_id = bob.id
    with writing() as session:
        for number in range(55):
            at = now() + timedelta(seconds=number)
            service.send_message(session, talk, bob_id, f"Number {number}.", now=at)
    page = sign_in(bob).get(f"/conversations/{talk}").text
    assert "Number 54." in page and "Number 3." not in page
    assert "before=" in page


def test_more_is_told_a_step_at_a_time_and_taken_back(talk: str, bob: Member, carol: Member, sign_in: SignIn):
    def tell(step: str, words: str) -> int:
        return sign_in(bob).post(f"/conversations/{talk}/tell", data={"step": step, "words": words}).status_code

    def carols_page() -> str:
        return sign_in(carol).get(f"/conversations/{talk}").text

    say(talk, bob)
    tell("surname", "Bouwmans")
    assert "Bouwmans" not in carols_page(), "both have to have written"
    say(talk, carol, "With pleasure.")
    tell("contact", "06 1234 5678")
    assert "06 1234" not in carols_page(), "the surname comes first"
    assert tell("surname", "") == 422
    assert tell("surname", "Bouwmans") == tell("contact", "06 1234 5678") == 303
    assert "Bouwmans" in carols_page() and "06 1234 5678" in carols_page()
    sign_in(bob).post(f"/conversations/{talk}/take-back", data={"step": "surname"})
    assert "Bouwmans" not in carols_page() and "06 1234" not in carols_page()
    tell("surname", "Bouwmans")
    assert "Bouwmans" in carols_page()
    sign_in(carol).post(f"/conversations/{talk}/leave")
    assert what_is_told() == []


def test_what_was_told_is_ones_own_and_a_block_does_away_with_it(
    talk: str, bob: Member, carol: Member, sign_in: SignIn
):
    ids = {"bob": bob.id, "carol": carol.id}
    for author in (bob, carol):
        say(talk, author, "With pleasure.")
    with writing() as session:
        for member_id in ids.values():
            telling.tell(session, talk, member_id, Step.SURNAME, "Bouwmans", now=now())
    assert [row["words"] for row in export_of(db.session(), ids["bob"])["told"]["rows"]] == ["Bouwmans"]
    with writing() as session:
        accounts.block(session, ids["bob"], ids["carol"], now=now())
    assert "Bouwmans" not in sign_in(carol).get(f"/conversations/{talk}").text
    with writing() as session, pytest.raises(ThreadIsOver):
        telling.tell(session, talk, ids["carol"], Step.CONTACT, "06 1234 5678", now=now())
    end_where_blocked(now())
    assert what_is_told() == []


def test_what_was_told_to_somebody_who_is_erased_goes_too(talk: str, bob: Member, carol: Member):
    ids = bob.id, carol.id
    for author in (bob, carol):
        say(talk, author, "With pleasure.")
    with writing() as session:
        for member_id in ids:
            telling.tell(session, talk, member_id, Step.SURNAME, "Bouwmans", now=now())
    end_where_blocked(now())
    assert what_is_told() == ["Bouwmans", "Bouwmans"], "while both are there it stays"
    with writing() as session:
        session.execute(sa.delete(Member).where(Member.id == ids[0]))
    end_where_blocked(now())
    assert what_is_told() == []

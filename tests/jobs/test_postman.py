"""The postman hands letters to a real mail server, whatever that answers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import TODAY
from tests.mail import MailServer, free_port, serve, with_templates
from welcome.accounts.models import Member
from welcome.database import db, writing
from welcome.post import jobs
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel, Notice, Outcome
from welcome.post.service import post
from welcome.post.smtp import Server, connect

SUBJECT = "Coffee with {{ host }} on {{ format_date(day, 'EEEE') }}"
TEXT = "{{ reader.first_name }}: {{ public_url('/events') }} {{ 'pt'|language_name }}"
HTML = "<html lang='{{ locale }}' dir='{{ direction }}'><a href='{{ public_url('/events') }}'>{{ host }}</a></html>"


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    if args.get("is_off"):
        return Unwanted("the event was cancelled")
    return {"host": args.get("host", "Alice"), "day": TODAY, **args.get("more", {})}


COFFEE = Letter("test_coffee", compose)
LETTERS = {"test_coffee": COFFEE}


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    usual = app.jinja_env.loader
    with_templates(app, "test_coffee", SUBJECT, TEXT, HTML)
    yield app
    app.jinja_env.loader = usual


@pytest.fixture
def mail() -> MailServer:
    return MailServer()


@pytest.fixture
def port(mail: MailServer) -> Iterator[int]:
    with serve(mail) as port:
        yield port


@pytest.fixture
def carry(port: int) -> Callable[..., int]:
    def carry(now: datetime = TODAY, **limits: int) -> int:
        with connect(Server("127.0.0.1", port)) as transport:
            return jobs.send_due(LETTERS, transport, now=now, **limits)

    return carry


def tell(member: Member, key: str = "1", now: datetime = TODAY, **args: Any) -> None:
    with writing() as session:
        post(session, COFFEE, member.id, args, key=key, now=now)


def mailed() -> Notice:
    db.session.rollback()
    return db.session.scalars(sa.select(Notice).where(Notice.channel == Channel.MAIL)).one()


def test_it_sends_a_letter_to_exactly_one_person(carry, mail, carol, bob):
    tell(carol)
    assert carry() == 1
    assert [to for to, _ in mail.taken] == [["carol@welcome.example"]]
    assert mail.letters[0]["To"] == "carol@welcome.example"
    assert (mailed().outcome, mailed().done_at) == (Outcome.SENT, TODAY)


def test_it_sends_nothing_twice(carry, mail, carol):
    tell(carol)
    tell(carol)
    assert (carry(), carry(TODAY + timedelta(days=1))) == (1, 0)
    assert len(mail.taken) == 1


def test_it_writes_in_the_reader_s_language_in_plain_and_in_html(carry, mail, people):
    tell(people("Nadia", locale="nl"))
    carry()
    letter = mail.letters[0]
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert letter["Subject"] == "Coffee with Alice on vrijdag"
    assert plain.get_content().split() == ["Nadia:", "http://localhost:8000/events", "Portugees"]
    assert "<html lang='nl' dir='ltr'>" in html.get_content()
    assert letter["Content-Language"] == "nl"


def test_it_says_who_wrote_when_and_that_no_person_did(carry, mail, carol):
    tell(carol)
    carry()
    letter = mail.letters[0]
    assert parsedate_to_datetime(letter["Date"]) == TODAY
    assert letter["Message-ID"].endswith("@localhost>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == "Welcome <hello@welcome.example>"
    assert letter["List-Unsubscribe"] is None


def test_it_offers_to_unsubscribe_by_one_click_where_the_letter_does(carry, mail, carol):
    tell(carol, more={"unsubscribe_url": "http://localhost:8000/letters/stop/abc"})
    carry()
    assert mail.letters[0]["List-Unsubscribe"] == "<http://localhost:8000/letters/stop/abc>"
    assert mail.letters[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_sends_words_of_any_script_through_any_relay(carry, mail, people):
    tell(people("مريم", email="maryam@welcome.example", locale="ar"), host="Zoë 李")
    carry()
    assert mail.taken[0][1].isascii()
    assert "Zoë 李" in mail.letters[0]["Subject"]
    assert "مريم" in mail.letters[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00", "\r\n\r\n"])
def test_a_name_cannot_write_a_header(carry, mail, carol, break_):
    tell(carol, host=f"Alice{break_}Bcc: everybody@welcome.example")
    carry()
    letter = mail.letters[0]
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Coffee with Alice Bcc: everybody@welcome.example on Friday"
    assert mail.taken[0][0] == ["carol@welcome.example"]


def test_it_repeats_with_the_same_message_id_and_gives_each_person_another(carry, mail, carol, bob):
    tell(carol, "1:carol")
    tell(bob, "1:bob")
    carry()
    with writing() as session:  # a postman dies after the server's 250 and before our commit
        session.execute(sa.update(Notice).values(done_at=None, outcome=None))
    carry(TODAY + timedelta(hours=1))
    ids = [(str(letter["To"]), str(letter["Message-ID"])) for letter in mail.letters]
    assert len(ids) == 4
    assert len(set(ids)) == len({message_id for _, message_id in ids}) == 2


def test_it_does_not_send_what_nobody_wants_any_more(carry, mail, carol):
    tell(carol, is_off=True)
    carry()
    assert mail.taken == []
    assert (mailed().outcome, mailed().reason) == (Outcome.WITHDRAWN, "the event was cancelled")


def test_it_does_not_write_to_closed_accounts(carry, mail, carol):
    tell(carol)
    with writing() as session:
        session.execute(sa.update(Member).values(closed_at=TODAY))
    carry()
    assert mail.taken == []
    assert mailed().outcome is Outcome.WITHDRAWN


def test_it_waits_longer_each_time_that_the_server_says_later(carry, mail, carol, bob):
    mail.answers["carol@welcome.example"] = "451 try again later"
    tell(carol, "1")
    tell(bob, "2")
    waits, now = [], TODAY
    for _ in range(12):
        carry(now)
        db.session.rollback()
        notice = db.session.scalars(
            sa.select(Notice).where(Notice.member_id == carol.id, Notice.channel == "mail")
        ).one()
        assert notice.done_at is None
        assert "451 try again later" in notice.reason
        waits.append((notice.leased_until - now).total_seconds() / 60)
        now = notice.leased_until + timedelta(seconds=1)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]
    assert [to for to, _ in mail.taken] == [["bob@welcome.example"]]  # others go on
    mail.answers.clear()
    carry(now)
    assert len(mail.taken) == 2


def test_it_gives_up_after_days_of_later(carry, mail, carol):
    mail.answers["carol@welcome.example"] = "451 try again later"
    tell(carol)
    carry(TODAY + timedelta(days=5, minutes=1))
    assert mailed().outcome is Outcome.FAILED


def test_a_no_is_final(carry, mail, carol):
    mail.answers["carol@welcome.example"] = "550 no such mailbox"
    tell(carol)
    carry()
    assert (mailed().outcome, mailed().attempts) == (Outcome.FAILED, 1)
    assert "550 no such mailbox" in mailed().reason
    assert carry(TODAY + timedelta(days=1)) == 0


def test_a_server_that_hangs_up_is_called_again_for_the_next_letter(carry, mail, carol, bob):
    mail.answers["carol@welcome.example"] = "421 closing"
    tell(carol, "1")
    tell(bob, "2")
    assert carry() == 2
    assert [to for to, _ in mail.taken] == [["bob@welcome.example"]]


def test_while_the_server_is_down_nothing_is_lost_and_no_letter_is_blamed(mail, people):
    port = free_port()
    for number in range(3):
        tell(people(f"Guest{number}"), str(number))
    now = TODAY
    for _ in range(30):
        with connect(Server("127.0.0.1", port)) as transport:
            assert jobs.send_due(LETTERS, transport, now=now) == 0
        now += timedelta(hours=1)
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Notice.attempts))) == {0}
    with serve(mail, port), connect(Server("127.0.0.1", port)) as transport:
        assert jobs.send_due(LETTERS, transport, now=now) == 3
    assert len(mail.taken) == 3


def test_a_letter_that_cannot_be_composed_is_kept_and_the_others_go_on(carry, mail, carol, bob, caplog):
    tell(carol, "1", more={"day": "no day"})
    tell(bob, "2")
    assert carry() == 2
    assert [to for to, _ in mail.taken] == [["bob@welcome.example"]]
    assert "could not be sent" in caplog.text
    assert carry(TODAY + timedelta(minutes=2)) == 1  # tried again


def test_another_postman_takes_over_when_the_lease_has_run_out(carry, mail, carol):
    tell(carol)
    with writing() as session:
        session.execute(sa.update(Notice).values(leased_until=TODAY + jobs.LEASE, attempts=1))
    assert carry() == 0
    assert carry(TODAY + jobs.LEASE + timedelta(seconds=1)) == 1


def test_it_forgets_what_was_told_long_ago(carry, carol, bob):
    tell(carol, "1", host="Alice")
    carry()
    jobs.forget_old(now=TODAY + timedelta(days=6))
    assert mailed().args == {"host": "Alice"}
    jobs.forget_old(now=TODAY + timedelta(days=8))
    assert mailed().args == {}
    tell(bob, "2")  # not sent yet: stays
    assert jobs.forget_old(now=TODAY + timedelta(days=91)) == 3
    assert mailed().member_id == bob.id


def test_what_a_page_knows_of_its_visitor_has_no_place_in_a_letter(app, carry, mail, carol):
    def fail() -> dict[str, object]:
        raise RuntimeError("there is no visitor")

    app.template_context_processors[None].append(fail)
    try:
        tell(carol)
        carry()
    finally:
        app.template_context_processors[None].remove(fail)
    assert mailed().outcome is Outcome.SENT


def test_a_discreet_reader_is_told_that_there_is_something(app, carry, mail, people):
    tell(people("Carol", is_discreet=True), "1", host="Alice")
    carry()
    words = mail.letters[0].as_string()
    assert mail.letters[0]["Subject"] == "There is something new for you"
    assert "Alice" not in words
    assert "Sign in to read it" in words
    assert "Welcome" not in mail.letters[0].get_body(("plain",)).get_content()

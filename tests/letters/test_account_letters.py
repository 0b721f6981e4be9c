"""Letters about the account: in the reader's language, short, with links that lie in no table."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.letterbox import carry, link_of, text_of
from tests.people import make_member
from welcome.accounts.letters import ACCOUNT_UNUSED, ADDRESS_CHANGED, CONFIRM_ADDRESS, CONFIRM_NEW_ADDRESS, LETTERS
from welcome.clock import now
from welcome.database import Base, db, writing
from welcome.i18n import LOCALES
from welcome.post.letters import Letter
from welcome.post.models import Channel
from welcome.post.service import post

MAILED = [letter for letter in LETTERS if Channel.MAIL in letter.channels]
ARGS = {
    CONFIRM_NEW_ADDRESS.kind: {"address": "new@welcome.example"},
    ACCOUNT_UNUSED.kind: {"asked_on": "2026-11-21", "closes_on": "2026-12-21"},
}


def reader_for(session: Session, letter: Letter, **traits: object) -> int:
    """Add a member to whom this letter can be said."""
    traits |= {"confirmed_at": None} if letter is CONFIRM_ADDRESS else {}
    traits |= {"closed_at": now()} if letter.kind == "account_closed" else {}
    member = make_member(session, "Carol", **traits)
    session.flush()
    return member.id


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("letter", MAILED, ids=lambda letter: letter.kind)
def test_it_is_short_and_leads_home(app: Flask, letter: Letter, locale: str) -> None:
    with writing() as session:
        member_id = reader_for(session, letter, locale=locale)
        post(session, letter, member_id, ARGS.get(letter.kind, {}), key="1", now=now())
    (sent,) = carry(app)
    assert 0 < len(sent["Subject"]) <= 60
    assert sent["Content-Language"] == locale
    assert "Carol" in text_of(sent)
    if letter is not ADDRESS_CHANGED:
        link = link_of(sent, app.config["PUBLIC_URL"])
        rows = "".join(str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(table.select()))
        secret = link.rsplit("/", 1)[-1]
        assert secret in {"login", "reset"} or secret not in rows


def test_discreet_letters_do_not_say_whose_they_are(app: Flask) -> None:
    with writing() as session:
        member_id = reader_for(session, LETTERS[2], is_discreet=True)
        post(session, LETTERS[2], member_id, {}, key="1", now=now())
    (sent,) = carry(app)
    body = sent.get_body(("html",))
    assert body is not None
    assert app.config["INSTANCE_NAME"] not in str(sent["Subject"]) + text_of(sent)


def test_a_letter_that_came_too_late_is_not_sent(app: Flask) -> None:
    with writing() as session:
        carol = make_member(session, "Carol")
        session.flush()
        post(session, CONFIRM_ADDRESS, carol.id, {}, key="1", now=now())
    assert carry(app) == []  # she is confirmed by now

"""Consents: one field at a time, and every yes can be taken back."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.people import JOINED, make_member
from welcome.accounts.service import consented_fields, give_consent, withdraw_consent


def test_it_uses_only_the_fields_that_carol_agreed_to(session: Session) -> None:
    carol = make_member(session, "Carol")
    session.flush()
    give_consent(session, carol.id, "gender", now=JOINED)
    give_consent(session, carol.id, "children", now=JOINED)
    give_consent(session, carol.id, "children", now=JOINED + timedelta(days=1))
    assert consented_fields(session, carol.id) == {"gender", "children"}


def test_it_forgets_a_yes_that_was_taken_back_until_it_is_given_again(session: Session) -> None:
    carol, bob = make_member(session, "Carol"), make_member(session, "Bob")
    session.flush()
    for member in (carol, bob):
        give_consent(session, member.id, "gender", now=JOINED)
    withdraw_consent(session, carol.id, "gender", now=JOINED)
    assert consented_fields(session, carol.id) == set()
    assert consented_fields(session, bob.id) == {"gender"}
    give_consent(session, carol.id, "gender", now=JOINED)
    assert consented_fields(session, carol.id) == {"gender"}

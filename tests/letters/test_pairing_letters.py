"""Every letter between two people, in every language: short subjects, links of ours."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import town
from tests.people import JOINED, make_member
from welcome.accounts.models import Member
from welcome.conversations import service as conversations
from welcome.conversations.letters import LETTERS as TALK
from welcome.conversations.threads import open_thread
from welcome.i18n import LOCALES
from welcome.pairings import rules
from welcome.pairings.circles.letters import LETTERS as CIRCLES
from welcome.pairings.letters import LETTERS
from welcome.pairings.models.circles import Circle
from welcome.pairings.models.matches import Match, Meeting
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Proposal, Round
from welcome.pairings.states import CircleState, MeetingState, RequestState, RoundState, SeatState
from welcome.post.letters import Letter, Unwanted
from welcome.post.message import write
from welcome.post.models import Channel, Notice

NOW = JOINED + timedelta(days=3)
#: What must be true for each letter to be wanted.
TRUE_FOR: dict[str, dict[str, object]] = {
    "request_lapsed": {"request": RequestState.LAPSED},
    "match_ended": {"ended_at": NOW},
    "match_rested": {"ended_at": NOW},
    "circle_proposed": {"circle": CircleState.PROPOSED, "seat": SeatState.OFFERED},
    "circle_lapsed": {"circle": CircleState.LAPSED},
    "meeting_offered": {"meeting": MeetingState.OFFERED},
    "meeting_cancelled": {"meeting": MeetingState.CANCELLED},
    "next_meeting": {"meeting": MeetingState.HELD},
}


OF_NOBODY = {"paused", "round_ready", *(letter.kind for letter in CIRCLES)}
WITH_A_DATE = {"meeting_agreed", "meeting_cancelled", "circle_formed", "circle_changed"}


@pytest.fixture
def bob(session: Session) -> Iterator[Member]:
    bob, carol = make_member(session, "Bob"), make_member(session, "Carol")
    session.flush()
    town.make_pair(session, town.open_programme(session), carol, bob)
    meeting = session.query(Meeting).one()
    town.join(session, "exchange", bob, now=NOW)
    enrolment = session.query(Enrolment).one()
    enrolment.paused_at, enrolment.ignored = NOW, rules.IGNORED_IN_A_ROW
    meeting.slots = ["2026-11-24T10:00", "2026-11-28T10:00"]
    thread = open_thread(session, [bob.id, carol.id], now=NOW)
    conversations.send_message(session, thread.public_id, carol.id, "Carol says hello", now=NOW)
    yield bob


def compose(session: Session, letter: Letter, reader: Member) -> dict | Unwanted:
    told = TRUE_FOR.get(letter.kind, {})
    request, match, meeting = (session.query(table).one() for table in (Request, Match, Meeting))
    request.state = told.get("request", RequestState.REQUESTED)
    match.ended_at = told.get("ended_at")
    meeting.state = told.get("meeting", MeetingState.AGREED)
    circle = session.query(Circle).one()
    circle.state = told.get("circle", CircleState.FORMED)
    for seat in circle.seats:
        seat.state = told.get("seat", SeatState.TAKEN)
    session.flush()
    args = {
        "enrolment": session.query(Enrolment).one().id,
        "request": request.id,
        "match": match.id,
        "meeting": meeting.id,
        "proposal": session.query(Proposal).one().id,
        "round": session.query(Round).filter_by(state=RoundState.READY).one().id,
        "circle": circle.id,
        **({"meeting": circle.meeting.id} if letter.kind == "circle_check" else {}),
        "days": 14,
    }
    if letter.kind == "new_message":
        args = session.query(Notice).filter_by(kind="new_message", channel=Channel.MAIL).one().args
    if letter.kind == "request_lapsed":
        reader = request.asker
    return letter.compose(session, reader, args)


def letter_to(reader: Member, letter: Letter, context: dict, now: datetime = NOW) -> tuple[str, str, str]:
    notice = Notice(kind=letter.kind, key=letter.kind, channel=Channel.MAIL, member_id=reader.id, args={})
    message = write(notice, reader, context, now=now)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain and html
    return str(message["Subject"]), plain.get_content(), html.get_content()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("letter", [*LETTERS, *CIRCLES, *TALK], ids=lambda letter: letter.kind)
def test_a_letter_says_who_and_what_next(app: Flask, session: Session, bob: Member, letter: Letter, locale: str):
    bob.locale = locale
    context = compose(session, letter, bob)
    assert isinstance(context, dict), context
    subject, plain, html = letter_to(bob, letter, context)
    assert 0 < len(subject) < 60
    for text in (plain, html):
        assert f"{app.config['PUBLIC_URL']}{context['link']}" in text
        assert "%(" not in text and "{{" not in text
    assert "Carol" in subject + plain or letter.kind in {"matched", "request_lapsed", *OF_NOBODY}
    assert bool(context.get("attachments")) == (letter.kind in WITH_A_DATE)


@pytest.mark.parametrize("letter", [*LETTERS, *CIRCLES, *TALK], ids=lambda letter: letter.kind)
def test_no_letter_speaks_of_somebody_who_is_gone(app: Flask, session: Session, bob: Member, letter: Letter):
    for member in session.query(Member):
        if letter.kind == "request_lapsed" or member.id != bob.id:
            member.suspended_at = NOW
    assert letter.kind in OF_NOBODY or isinstance(compose(session, letter, bob), Unwanted)

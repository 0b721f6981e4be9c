"""What nobody has seen does not count as seen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.gatherings import make_event
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.conversations import views
from welcome.conversations.inbox import count_unread, has_unread
from welcome.conversations.service import send_message
from welcome.conversations.threads import open_thread
from welcome.database import db, writing

SignIn = Callable[[Member], FlaskClient]


def test_a_message_that_arrives_while_the_page_is_made_is_still_told(
    app: Flask, sign_in: SignIn, carol: Member, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as session:
        thread = open_thread(session, [carol.id, bob.id], now=now())
        send_message(session, thread.public_id, bob.id, "First", now=now() - timedelta(minutes=1))
        public_id = thread.public_id
    asked = has_unread

    def write_meanwhile(reading: Session, room: Any) -> bool:
        answer = asked(reading, room)
        with writing() as session:
            send_message(session, public_id, bob.id, "Second", now=now())
        return answer

    client = sign_in(carol)
    monkeypatch.setattr(views, "has_unread", write_meanwhile)
    assert "Second" not in client.get(f"/conversations/{public_id}").text
    monkeypatch.undo()
    assert count_unread(db.session(), carol.id) == 1


def test_a_draft_tells_its_title_to_nobody_who_reports_it(sign_in: SignIn, carol: Member, today: datetime) -> None:
    with writing() as session:
        public_id = make_event(session, today, title="Still a secret", is_published=False).public_id
    answer = sign_in(carol).get(f"/report/event/{public_id}")
    assert answer.status_code == 404 and "Still a secret" not in answer.text

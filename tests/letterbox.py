"""Carry the post by hand: what would arrive, without a mail server."""

import re
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from flask import Flask

from welcome.clock import now
from welcome.database import db
from welcome.post.jobs import send_due


class Letterbox:
    """Keeps what the postman brings."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        """Take one letter."""
        self.letters.append(message)


def carry(app: Flask, *, at: datetime | None = None) -> list[EmailMessage]:
    """Send everything that is due and return it."""
    box: Any = Letterbox()
    db.session.rollback()
    send_due(app.extensions["letters"], box, now=at or now())
    db.session.rollback()
    letters: list[EmailMessage] = box.letters
    return letters


def text_of(letter: EmailMessage) -> str:
    """Return what a letter says in plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_of(letter: EmailMessage, public_url: str) -> str:
    """Return the path of a letter's first link, which must lead to this site."""
    found = re.search(re.escape(public_url) + r"(/\S+)", text_of(letter))
    assert found, text_of(letter)
    return found[1]


def same(page: str) -> str:
    """Return a page without its form tokens, which differ from visit to visit."""
    return re.sub(r'(name="csrf_token"[^>]* value=")[^"]*', r"\1", page)

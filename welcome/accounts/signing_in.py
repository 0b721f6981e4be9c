"""Sessions: they come from the front door alone, belong to one device, and end when its row does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, g, request
from flask import session as cookie
from flask_login import user_logged_in, user_logged_out
from flask_security.utils import set_request_attr
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from welcome.accounts import devices
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import db, is_writing, writing


def init_app(app: Flask) -> None:
    """Take the place of Flask-Security's loader: closed and suspended members, and ended devices, are signed out."""
    manager: Any = app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(_load)
    manager.request_loader(None)
    # It would write "not fresh" into every visitor's cookie at their second request, and where a picture's answer comes
    # late, take back what the page after it has put there. Renewal goes by time, and devices have rows.
    manager.session_protection = None
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.after_request(_note_day)


def may_come_in(member: Member | None) -> bool:
    """Return whether a session of this member still counts."""
    return member is not None and member.is_active and member.confirmed_at is not None


@dataclass(frozen=True, slots=True)
class Device:
    """The device that sends a request, as plain values: its row may be gone before the request ends."""

    id: int
    public_id: str
    member_id: int
    seen_on: date


def this_device() -> Device | None:
    """Return which of a member's devices sends this request."""
    device: Device | None = g.get("device")
    return device


def _load(carried: str) -> Member | None:
    found = devices.find(db.session(), carried, now=now())
    if found is None or not may_come_in(found.member):
        return None
    member, row = found.member, found.sign_in
    g.reader = found
    g.device = Device(row.id, row.public_id, member.id, row.seen_on)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return member


def _begin(_app: Flask, user: Member, **_more: Any) -> None:
    stays = "_remember" in cookie  # Flask-Login sets the lasting cookie by it when it answers
    with _transaction() as session:
        cookie["_user_id"] = devices.start(session, user, request.user_agent.string, stays=stays, now=now())


def _end(_app: Flask, user: Member, **_more: Any) -> None:
    device = this_device()
    if device is not None:
        with _transaction() as session:
            devices.end(session, device.member_id, device.public_id)


def _note_day(response: Response) -> Response:
    """Keep, once a day, that a device is in use. A page that could be shown does not fail for that."""
    device, today = this_device(), now().date()
    if device is not None and device.seen_on < today and response.status_code < 400:
        try:
            with _transaction() as session:
                devices.see(session, device.id, device.member_id, today)
        except OperationalError:
            db.session.rollback()
    return response


@contextmanager
def _transaction() -> Iterator[Session]:
    """Join the write transaction that Flask-Security's views have open, or open one."""
    if is_writing(db.session()):
        yield db.session()
        return
    with writing() as session:
        yield session

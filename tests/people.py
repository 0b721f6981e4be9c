"""The people that the tests' stories are about."""

from datetime import UTC, datetime
from functools import cache
from secrets import token_hex
from typing import Any

from flask_security import hash_password
from sqlalchemy.orm import Session

from welcome.accounts.models import Member

PASSWORD = "correct horse battery"
JOINED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@cache
def hashed_password() -> str:
    """Hash the common password once: argon2 is slow on purpose."""
    return str(hash_password(PASSWORD))


def make_member(session: Session, first_name: str, **traits: Any) -> Member:
    """Add a confirmed adult member."""
    known = {
        "email": f"{first_name.lower()}@welcome.example",
        "password": hashed_password(),
        "active": True,
        "fs_uniquifier": token_hex(16),
        "locale": "en",
        "timezone": "Europe/Amsterdam",
        "created_at": JOINED,
        "confirmed_at": JOINED,
        "adult_confirmed_at": JOINED,
    }
    member = Member(first_name=first_name, **{**known, **traits})
    session.add(member)
    return member

"""Signed links for what only the owner of a mailbox may do; each is for one purpose and stops working once used."""

from datetime import timedelta
from enum import StrEnum

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer


class Purpose(StrEnum):
    """What a link is for; a token for one purpose is worthless for another."""

    CHANGE_ADDRESS = "change the address of an account"
    REOPEN = "open a closed account again"
    GUEST = "answer for a guest"
    RECEIPT = "see what became of a report"
    APPEAL = "ask for a second look at a decision"


LIFETIME = {
    Purpose.CHANGE_ADDRESS: timedelta(hours=24),
    Purpose.REOPEN: timedelta(days=7),
    Purpose.GUEST: timedelta(days=400),
    Purpose.RECEIPT: timedelta(days=730),
    Purpose.APPEAL: timedelta(days=180),
}


def sign(purpose: Purpose, *words: str) -> str:
    """Return a token that carries the words and cannot be made by anyone else."""
    return str(_signer(purpose).dumps(words))


def read(purpose: Purpose, token: str) -> list[str]:
    """Return the words of a token, or none when it is forged, too old or for another purpose."""
    try:
        words = _signer(purpose).loads(token, max_age=int(LIFETIME[purpose].total_seconds()))
    except BadData:
        return []
    return [str(word) for word in words]


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose)

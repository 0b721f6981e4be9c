"""The envelope's sender, made for each letter: whoever gives a letter back says by it which one it was."""

from base64 import b32encode
from hashlib import blake2b
from hmac import compare_digest

from flask import current_app

from welcome.post.models import Notice

SIGNATURE_BYTES = 10


def return_path(notice: Notice) -> str:
    """Return where a letter that cannot be delivered goes back to: ``bounces+42-abc...@welcome.example``.

    Without a ``BOUNCE_ADDRESS`` it is ``MAIL_FROM``, which nobody may be reading.
    """
    home: str = current_app.config["BOUNCE_ADDRESS"]
    if not home:
        return str(current_app.config["MAIL_FROM"])
    name, _at, host = home.rpartition("@")
    return f"{name}+{notice.id}-{_signature(notice.id)}@{host}"


def notice_of(address: str) -> int | None:
    """Return which letter a return address was made for; None for one that we did not make. Case does not count."""
    _name, _plus, token = address.rpartition("@")[0].rpartition("+")
    number, _dash, signature = token.partition("-")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return None
    expected = _signature(int(number))
    return int(number) if compare_digest(signature.lower().encode(), expected.encode()) else None


def _signature(notice_id: int) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()[:64]
    digest = blake2b(f"return path:{notice_id}".encode(), key=secret, digest_size=SIGNATURE_BYTES).digest()
    return b32encode(digest).decode().lower()

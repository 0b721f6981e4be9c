"""The devices on which members have asked for notices, and the key that their browsers know us by."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from secrets import token_bytes
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app
from sqlalchemy.orm import Session

from welcome.database import insert_once
from welcome.errors import Refusal
from welcome.i18n import lazy_gettext as _l
from welcome.post.models import PushSubscription

MOST_DEVICES = 10
HERE = {"127.0.0.1", "localhost"}


class UnknownBrowser(Refusal):
    """A push service that is not a browser's, or keys that are none."""

    message = _l("This browser cannot show notices from here.")


def make_key() -> str:
    """Return a new private key, as it stands in the settings."""
    while True:
        raw = token_bytes(32)
        if 0 < int.from_bytes(raw) < 2**255:  # surely a number of the curve
            return urlsafe_b64encode(raw).decode().rstrip("=")


def public_half(key: str) -> str:
    """Return the half of a key by which browsers know us."""
    private = ec.derive_private_key(int.from_bytes(_decode(key)), ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


def devices_of(session: Session, member_id: int) -> list[PushSubscription]:
    """Return a member's devices, the newest first."""
    mine = sa.select(PushSubscription).where(PushSubscription.member_id == member_id)
    return list(session.scalars(mine.order_by(PushSubscription.id.desc())))


def add_device(session: Session, member_id: int, endpoint: str, p256dh: str, auth: str, *, now: datetime) -> None:
    """Show a member's notices on a device from now on; whoever was shown theirs there before is not any more."""
    check_endpoint(endpoint)
    if not (_is_of(p256dh, 65) and _is_of(auth, 16)):
        raise UnknownBrowser
    values = {"member_id": member_id, "p256dh": p256dh, "auth": auth, "created_at": now}
    if not insert_once(session, PushSubscription, endpoint=endpoint, **values):
        known = PushSubscription.endpoint == endpoint
        session.execute(sa.update(PushSubscription).where(known).values(values))
    for old in devices_of(session, member_id)[MOST_DEVICES:]:
        session.delete(old)


def check_endpoint(endpoint: str) -> None:
    """Refuse an address that is not a browser's own server: a member names it, and we ask it for them."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError as problem:
        raise UnknownBrowser from problem
    host = parts.hostname or ""
    known = str(current_app.config["PUSH_HOSTS"]).split()
    is_known = any(host == name or host.endswith(f".{name}") for name in known)
    is_usual = parts.scheme == "https" and port in {None, 443}
    if not (is_known and (is_usual or host in HERE) and "@" not in parts.netloc and endpoint.isascii()):
        raise UnknownBrowser


def remove_device(session: Session, member_id: int, device_id: int) -> None:
    """Show nothing on a device any more."""
    mine = (PushSubscription.id == device_id, PushSubscription.member_id == member_id)
    session.execute(sa.delete(PushSubscription).where(*mine))


def _is_of(text: str, size: int) -> bool:
    try:
        return len(_decode(text)) == size
    except ValueError:
        return False


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

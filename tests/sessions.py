"""Coming in without the front door, for tests that come in hundreds of times."""

import time

import sqlalchemy as sa
from flask.testing import FlaskClient

from welcome.accounts import devices
from welcome.accounts.models import Member, SignIn
from welcome.clock import now
from welcome.database import db, writing


def key_of(member_id: int) -> str:
    """Return what the cookies of a member's device carry; the device is theirs until something ends it."""
    session = db.session()
    public_id = session.scalar(sa.select(SignIn.public_id).where(SignIn.member_id == member_id))
    if public_id is not None:
        return f"{session.get_one(Member, member_id).fs_uniquifier}.{public_id}"
    with writing() as transaction:
        midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)  # the same whenever a test looks
        return devices.start(transaction, transaction.get_one(Member, member_id), "", stays=True, now=midnight)


def come_in(client: FlaskClient, key: str | None) -> None:
    """Make a browser that of a member, or with no key that of a visitor."""
    client.delete_cookie("session")
    if key is not None:
        with client.session_transaction() as session:
            session.update(_user_id=key, _fresh=True, fs_paa=time.time())

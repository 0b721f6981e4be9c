"""Each private thing of Nora's by itself, before everybody to whom she is somebody: not one byte differs.

tests/web/test_non_interference.py changes all of them at once; here there are more of both, and each is tried alone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import town
from tests.campaigns.figures import tell
from tests.campaigns.planting import Planter
from tests.campaigns.sizes import size
from tests.people import JOINED, make_member
from tests.web import test_non_interference as before
from tests.web.test_non_interference import CHANGES, Change, Neighbourhood, Observers, _account
from welcome.accounts.models import Consent, Role
from welcome.accounts.service import block, grant
from welcome.conversations.models import Participant
from welcome.database import Base, writing
from welcome.events import joining
from welcome.events.models import Occurrence
from welcome.pairings import matches, requests, rules
from welcome.pairings.models.programmes import Programme
from welcome.profiles.models import Profile, Side

#: Who is what to Nora, beside those of the neighbourhood.
MORE = ("Declined", "Declining", "Blocked", "Blocking", "Former", "Mate", "Waiting", "Coordinator", "Moderator")


class Crowd(Neighbourhood):
    """Nora, and everybody to whom somebody can be something."""

    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__(session, now)
        for name in MORE:
            member = self.others[name] = make_member(session, name)
            session.flush()
            town.settle(session, member, Side.NEWCOMER, town.CAROL, None, **before.WOMAN)
        town.join(session, "exchange", *(self.others[name] for name in MORE), now=now, capacity=4)
        nora, others = self.nora, self.others
        asked = requests.ask(session, others["Declined"].id, nora.public_id, "exchange", now=now)
        requests.decline(session, asked.public_id, nora.id, now=now)
        asking = requests.ask(session, nora.id, others["Declining"].public_id, "exchange", now=now)
        requests.decline(session, asking.public_id, others["Declining"].id, now=now)
        block(session, nora.id, others["Blocked"].id, now=now)
        block(session, others["Blocking"].id, nora.id, now=now)
        former = self._pair(session, others["Former"], now)
        matches.end_match(session, former.public_id, nora.id, now=now)
        programme = session.get_one(Programme, former.programme_id)
        circle = town.make_circle(session, programme, nora, others["Mate"])
        date_id = session.scalars(sa.select(Occurrence.id)).first()
        joining.join(session, date_id or 0, others["Waiting"].id, now=now)
        grant(session, others["Coordinator"].id, Role.COORDINATOR, scope_id=programme.id, now=now)
        grant(session, others["Moderator"].id, Role.MODERATOR, scope_id=None, now=now)
        session.flush()
        self.pages = (
            *self.pages,
            *(f"/requests/{asked.public_id}", f"/requests/{asking.public_id}", f"/matches/{former.public_id}"),
            *(f"/circles/{circle.public_id}", f"/circles/{circle.public_id}.ics", "/events.atom", "/guide.csv"),
            *(f"/desk/programmes/{programme.slug}", "/desk/programmes", "/me/calendar", "/me/record"),
        )


class Everybody(Observers):
    """Everybody but Nora, and a visitor without an account, whose key is none."""

    def __init__(self, app: Flask, client: FlaskClient, all_: Neighbourhood) -> None:
        super().__init__(app, client, all_)
        self.ids["Visitor"], self.cookies["Visitor"] = 0, ""


def _planted(table: str, **fixed: Any) -> Change:
    """Plant a row of Nora's in a table that only she, the staff or the software reads."""

    def change(session: Session, all_: Neighbourhood) -> None:
        Planter(session, all_.nora.id, all_.others["Outsider"].id, "private").plant(
            Base.metadata.tables[table], **fixed
        )

    return change


def _profile_at(session: Session, all_: Neighbourhood) -> None:
    session.get_one(Profile, all_.nora.id).updated_at = JOINED + timedelta(days=3)


def _withdrawn(session: Session, all_: Neighbourhood) -> None:
    session.add(Consent(member_id=all_.nora.id, field_name="planned_stay", given_at=JOINED, withdrawn_at=JOINED))


def _read(session: Session, all_: Neighbourhood) -> None:
    session.execute(sa.update(Participant).where(Participant.member_id == all_.nora.id).values(last_read_at=JOINED))


ALONE: dict[str, Change] = {
    **CHANGES,
    "second factor": _account(tf_primary_method="authenticator"),
    "second factor's secret": _account(tf_totp_secret="private"),
    "second factor's counter": _account(tf_last_counter=7),
    "recovery codes": _account(mf_recovery_codes=["private"]),
    "passkey's handle": _account(fs_webauthn_user_handle="private"),
    "session key": _account(fs_uniquifier="private"),
    "quiet from": _account(quiet_from=60),
    "quiet until": _account(quiet_until=600),
    "gathers on": _account(gathers_on=3),
    "gathers at": _account(gathers_at=7),
    "adult since": _account(adult_confirmed_at=JOINED + timedelta(days=1)),
    "time zone": _account(timezone="Asia/Tokyo"),
    "limited": _account(limited_at=JOINED),
    "seen on": _account(seen_on=(JOINED + timedelta(days=1)).date()),
    "profile changed at": _profile_at,
    "consent withdrawn": _withdrawn,
    "read in a conversation": _read,
    **{table: _planted(table) for table in (
        "passkey", "sign_in", "kept_away", "push_subscription", "bounce", "paused_address", "measure", "appeal",
        "staff_entry", "weekly_plan", "journey_plan", "calendar_feed", "wish_to_meet",
    )},
}  # fmt: skip


@pytest.fixture
def everybody(app: Flask, client: FlaskClient, today: datetime) -> Everybody:
    """Give everybody who sees something of Nora."""
    with writing() as session:
        all_ = Crowd(session, today)
        session.flush()
        session.expire_on_commit = False
    return Everybody(app, client, all_)


def showing(everybody: Everybody, names: list[str], at_once: int) -> Iterator[str]:
    """Try private things, so many at once, and name those that show."""
    for start in range(0, len(names), at_once):
        yield from everybody.showing(*names[start : start + at_once])


def test_each_private_thing_shows_to_nobody(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before, "CHANGES", ALONE)
    names = sorted(ALONE)
    viewers = Random(3).sample(sorted(everybody.ids), size("viewers", small=2, full=len(everybody.ids)))
    everybody.ids = {name: everybody.ids[name] for name in {*viewers, "Asker"}}
    found = list(showing(everybody, names, size("changes_at_once", small=len(names), full=1)))
    assert found == [], "\n".join(found)
    bytes_ = sum(map(len, everybody.before.values()))
    everybody.only("Asker")
    everybody.before = {}
    monkeypatch.setattr(rules, "shown_to_asker", lambda state, **_: state)
    assert everybody.showing("declined in silence")
    said = f"{len(names)} private fields x {len(viewers)} viewers, 0 of {bytes_:,} bytes differ"
    tell("noninterference", said, planted="a decline that shows")

"""After an account is erased nothing of the person is left; one's own data hold nothing of others."""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import TODAY
from tests.web.test_non_interference import CHANGES, Neighbourhood
from welcome.accounts import closing
from welcome.accounts.export import export_of
from welcome.accounts.models import Member
from welcome.conversations.models import Message
from welcome.database import Base, db, writing
from welcome.moderation.models import Report
from welcome.pairings.models.requests import Request
from welcome.profiles.models import Profile

CANARY = "Canary7"


def fill(all_: Neighbourhood) -> None:
    """Let Nora have everything that a member can have, her mark in each of her words."""
    with writing() as session:
        for name in CHANGES:
            CHANGES[name](session, all_)
        mine = all_.nora.id
        named = {"first_name": CANARY, "email": f"{CANARY}@x.example"}
        session.execute(sa.update(Member).where(Member.id == mine).values(named))
        session.execute(sa.update(Profile).where(Profile.member_id == mine).values(about=CANARY))
        session.execute(sa.update(Request).where(Request.member_id == mine).values(note=CANARY))
        session.execute(sa.update(Message).where(Message.member_id == mine).values(body=CANARY))


def left(member_id: int) -> list[str]:
    """Name the columns in which something of a member still stands."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            for name, value in row.items():
                key = next(iter(table.c[name].foreign_keys), None)
                points = key is not None and key.target_fullname == "member.id" and value == member_id
                if points or CANARY.lower() in json.dumps(value, default=str).lower():
                    found.append(f"{table.name}.{name}")
    return found


def test_nothing_of_nora_is_left(app: Flask, today: datetime) -> None:
    with writing() as session:
        all_ = Neighbourhood(session, today)
        session.expire_on_commit = False
    fill(all_)
    nora = all_.nora.id
    before = set(left(nora))
    assert len({place.partition(".")[0] for place in before}) > 15, before
    with writing() as session:
        closing.close_account(session, nora, now=TODAY)
    with writing() as session:
        closing.erase_account(session, nora, TODAY + timedelta(days=8))
    assert left(nora) == []


def test_her_data_hold_nothing_of_others(app: Flask, client: FlaskClient, today: datetime) -> None:
    with writing() as session:
        all_ = Neighbourhood(session, today)
        session.expire_on_commit = False
    with writing() as session:
        for member in all_.others.values():
            named = {"first_name": CANARY, "email": f"{member.id}{CANARY}@x.x"}
            session.execute(sa.update(Member).where(Member.id == member.id).values(named))
            session.execute(sa.update(Profile).where(Profile.member_id == member.id).values(about=CANARY))
            session.execute(sa.update(Message).where(Message.member_id == member.id).values(body=CANARY))
        session.execute(sa.update(Report).values(words=CANARY))
    assert CANARY not in json.dumps(export_of(db.session(), all_.nora.id), default=str)

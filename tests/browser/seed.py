"""Who and what is in the city before the story begins: districts, a library, a programme, Bob and Alice."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm import Session

from config import Settings
from tests import town
from tests.browser.city import City
from tests.people import make_member
from welcome.accounts import service as accounts
from welcome.accounts.models import Role
from welcome.app import create_app
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.models import Organisation
from welcome.profiles.models import Side


@contextmanager
def inside(city: City) -> Iterator[Flask]:
    """Reach into the running city's database."""
    settings = Settings(
        environment="test",
        database_url=city.environ["DATABASE_URL"],
        public_url=city.url,
        secret_key=city.environ["SECRET_KEY"],
        quiet_hours="",
    )
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def settle(city: City) -> None:
    """Put everybody and everything into their places."""
    with inside(city), writing() as session:
        areas = town.build(session)
        town.open_programme(session, slug="exchange", status="open")
        bob = make_member(session, "Bob")
        session.flush()
        town.settle(session, bob, Side.LOCAL, town.BOB, areas["Centrum"])
        town.join(session, "exchange", bob, now=now())
        _let_alice_organise(session)


def _let_alice_organise(session: Session) -> None:
    alice = make_member(session, "Alice")
    table = Organisation(slug="table", name="Table of the World", about="", languages=[], themes=[], created_at=now())
    session.add(table)
    session.flush()
    accounts.grant(session, alice.id, Role.ORGANISER, scope_id=table.id, now=now())

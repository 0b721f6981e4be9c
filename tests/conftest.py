"""What every test may ask for: an application on a real database, emptied after each test.

Everything runs on SQLite files; ``WELCOME_TEST_DATABASE=postgresql`` runs on PostgreSQL whatever asks for a database.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import Context
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from config import Settings
from tests import postgres
from tests.machine import find_chromium
from tests.people import PASSWORD, make_member
from welcome.accounts.models import Member
from welcome.app import create_app
from welcome.database import Base, db, writing
from welcome.i18n import TRANSLATIONS

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
#: A quiet Friday, on which nothing special happens to clocks.
TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


#: Makes an empty database by a name of its own, and drops it at the end.
MakeDatabase = Callable[[str], AbstractContextManager[str]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run once, on SQLite, what asks for no database: it would be the same again on PostgreSQL."""
    if is_on_postgresql():
        alike = [item for item in items if "make_database" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=alike)
        items[:] = [item for item in items if item not in set(alike)]


def is_on_postgresql() -> bool:
    """Say which of the two databases this run is on."""
    return os.environ.get("WELCOME_TEST_DATABASE", "sqlite") == "postgresql"


@pytest.fixture(scope="session")
def make_database(tmp_path_factory: pytest.TempPathFactory) -> MakeDatabase:
    """Give a way to make empty databases of the kind that is being tested, which other processes can open."""

    @contextmanager
    def make(name: str) -> Iterator[str]:
        if is_on_postgresql():
            with postgres.database(f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}") as url:
                yield url
        else:
            yield f"sqlite:///{tmp_path_factory.mktemp(name) / 'welcome.db'}"

    return make


@pytest.fixture(scope="session")
def database_url(make_database: MakeDatabase) -> Iterator[str]:
    """Give the address of an empty database of the kind that is being tested."""
    with make_database("shared") as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """Compile the translations: without them every page would silently be English."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        catalogue = read_po(BytesIO(source.read_bytes()), locale=source.parent.parent.name)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        if not source.with_suffix(".mo").is_file() or source.with_suffix(".mo").read_bytes() != compiled.getvalue():
            source.with_suffix(".mo").write_bytes(compiled.getvalue())


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give the settings that tests run with."""
    return Settings(
        environment="test",
        database_url=database_url,
        mail_from="hello@welcome.example",
        quiet_hours="",
        erased_list=str(tmp_path_factory.mktemp("erased") / "erased"),
    )


@pytest.fixture(scope="session")
def whole_app(settings: Settings, catalogues: None) -> Iterator[Flask]:
    """Build the application and its tables once."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_csrf.py turns it on again
    with app.app_context():
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
            Base.metadata.create_all(connection)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(whole_app: Flask) -> Iterator[Flask]:
    """Give the application with empty tables."""
    with whole_app.app_context():
        yield whole_app
        db.session.remove()
    with whole_app.app_context():
        empty(db.session())


def empty(session: Session) -> None:
    """Delete every row of every table."""
    with writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Open one write transaction for the whole test; it is rolled back at the end."""
    with writing() as session:
        yield session
        session.rollback()


class Visitor(FlaskClient):
    """A client whose requests each get a context of their own, as in life, though the test has one open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send one request; afterwards the test sees what it has changed."""
        try:
            return Context().run(super().open, *args, **kwargs)
        finally:
            if has_app_context():  # a redirect that is followed has none
                db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser without scripts."""
    return Visitor(app, app.response_class, use_cookies=True)


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[Member], FlaskClient]:
    """Sign a member in through the front door, whoever was signed in before."""

    def sign_in(member: Member) -> FlaskClient:
        client.delete_cookie("session")
        answer = client.post("/login", data={"email": member.email, "password": PASSWORD})
        assert answer.status_code in {302, 303}, answer.text
        return client

    return sign_in


@pytest.fixture
def people(app: Flask) -> Callable[..., Member]:
    """Make members and commit them."""

    def people(first_name: str, **traits: Any) -> Member:
        with writing() as session:
            member = make_member(session, first_name, **traits)
            session.flush()
            member_id = member.id
        return db.session.get_one(Member, member_id)

    return people


@pytest.fixture
def alice(people: Callable[..., Member]) -> Member:
    """Give Alice, who organises."""
    return people("Alice")


@pytest.fixture
def bob(people: Callable[..., Member]) -> Member:
    """Give Bob, a local volunteer."""
    return people("Bob")


@pytest.fixture
def carol(people: Callable[..., Member]) -> Member:
    """Give Carol, a spouse who has just arrived."""
    return people("Carol")


@pytest.fixture
def dan(people: Callable[..., Member]) -> Member:
    """Give Dan, whom nobody knows."""
    return people("Dan")


@pytest.fixture
def today() -> Iterator[datetime]:
    """Stop the clock on a quiet Friday morning."""
    with time_machine.travel(TODAY, tick=False):
        yield TODAY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder with real calendars, which lies beside the checkout."""
    return Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once in a test process: Playwright allows no second."""
    found = find_chromium()
    if found is None:
        pytest.skip("There is no Chromium on this machine.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()

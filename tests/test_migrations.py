"""Migrations lead to exactly the tables that the models describe, forwards and back, with rows in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from config import Settings
from tests import postgres
from tests.people import JOINED
from welcome.accounts.models import Member
from welcome.app import create_app
from welcome.database import Base, db, writing

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@pytest.fixture
def bare_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """Give an application on a database without tables, of the kind that is being tested."""
    if settings.database_url.startswith("sqlite"):
        yield from _app(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        with postgres.database("bare") as url:
            yield from _app(url)


def _app(url: str) -> Iterator[Flask]:
    app = create_app(Settings(environment="test", database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def alembic() -> Config:
    """Give Alembic's configuration."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def differences() -> list[object]:
    """Return what separates the database from the models."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def tables() -> set[str]:
    """Return the names of the tables that exist."""
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_models_and_migrations_agree(bare_app: Flask, alembic: Config) -> None:
    command.upgrade(alembic, "head")
    assert differences() == []


def test_a_forgotten_migration_is_caught(bare_app: Flask, alembic: Config) -> None:
    command.upgrade(alembic, "head")
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(sa.text("ALTER TABLE block DROP COLUMN blocked_at"))
    assert differences() != []


def test_they_lead_up_down_and_up_again_with_rows(bare_app: Flask, alembic: Config) -> None:
    steps = [script.revision for script in ScriptDirectory.from_config(alembic).walk_revisions()][::-1]
    command.upgrade(alembic, steps[0])
    with writing() as session:  # with the columns that there were then
        then = {"email": "carol@welcome.example", "fs_uniquifier": "carol", "active": True, "is_discreet": False}
        read = {"first_name": "Carol", "locale": "en", "timezone": "Europe/Amsterdam", "created_at": JOINED}
        session.execute(sa.insert(Member.__table__).values({**then, **read}))
    command.upgrade(alembic, "head")
    assert db.session.scalar(sa.text("SELECT count(*) FROM member")) == 1
    db.session.rollback()
    for step in reversed(steps[:-1]):
        command.downgrade(alembic, step)
    assert db.session.scalar(sa.text("SELECT count(*) FROM member")) == 1
    db.session.rollback()
    command.upgrade(alembic, "head")
    assert differences() == []
    command.downgrade(alembic, "base")
    assert tables() == set()


def test_there_is_one_line_of_migrations(alembic: Config) -> None:
    assert len(ScriptDirectory.from_config(alembic).get_heads()) == 1

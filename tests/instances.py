"""Whole instances on databases of their own, migrated as an operator's are."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask

from config import Settings
from tests import postgres
from welcome.app import create_app
from welcome.database import db

HERE = Path(__file__).parents[1]


def migrate(direction: Callable[[Config, str], None], revision: str) -> None:
    """Bring the tables of the present instance to a revision."""
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    direction(config, revision)


@contextmanager
def instance(url: str, folder: Path, **more: Any) -> Iterator[Flask]:
    """Run an instance on a migrated, empty database."""
    known = {"environment": "test", "database_url": url, "erased_list": str(folder / "erased"), "quiet_hours": ""}
    app = create_app(Settings(**{**known, **more}))
    with app.app_context():
        migrate(command.upgrade, "head")
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make_instance(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Give a way to run instances, on the database that is being tested unless another is asked for."""
    with ExitStack() as stack:

        def make(name: str, is_postgresql: bool = settings.database_url.startswith("postgres")) -> Flask:
            (tmp_path / name).mkdir()
            url = (
                stack.enter_context(postgres.database(f"backup_{name}"))
                if is_postgresql
                else f"sqlite:///{tmp_path / name / 'welcome.db'}"
            )
            return stack.enter_context(instance(url, tmp_path / name))

        yield make

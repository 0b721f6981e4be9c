"""Commands for operators: ``flask --app wsgi <command>``."""

import csv
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext

from welcome import scheduler
from welcome.clock import now
from welcome.database import writing
from welcome.directory import rules as directory_rules
from welcome.directory import service as directory
from welcome.directory.models import Organisation
from welcome.errors import Refusal
from welcome.events import calendar_import
from welcome.events.calendar_reading import read_calendar
from welcome.post.smtp import Server


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(run_scheduler)
    app.cli.add_command(run_postman)
    app.cli.add_command(import_areas)
    app.cli.add_command(import_calendar)


@click.command("scheduler")
@with_appcontext
def run_scheduler() -> None:
    """Do due work and send letters until stopped."""
    app = _app()
    scheduler.run(app, _mail_server(app))


@click.command("postman")
@with_appcontext
def run_postman() -> None:
    """Send letters only, until stopped: for more hands beside the scheduler."""
    app = _app()
    scheduler.run_postman(app, _mail_server(app))


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _mail_server(app: Flask) -> Server:
    names = ("HOST", "PORT", "SECURITY", "USER", "PASSWORD")
    return Server(*(app.config[f"SMTP_{name}"] for name in names))


@click.command("areas")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_areas(file: Path) -> None:
    """Add or move the city's areas.

    FILE is a CSV file with the columns name, x, y (kilometres east and north of any point) or name, other, closeness
    (from 0, out of reach, to 1, next door). With a mistake in any row nothing is changed.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(enumerate(csv.DictReader(lines, restval=""), start=2))
        areas, pairs = directory_rules.read_areas(rows)
        with writing() as session:
            count = directory.keep_areas(session, areas, pairs)
    except (UnicodeDecodeError, csv.Error) as problem:
        raise click.ClickException(f"{file} is no CSV file in UTF-8: {problem}") from problem
    except directory_rules.BadAreas as refusal:
        raise click.ClickException("\n".join([str(refusal), *refusal.problems])) from refusal
    click.echo(f"{count} areas.")


@click.command("import-calendar")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "slug", required=True, help="The organisation's short name, as in its address.")
@with_appcontext
def import_calendar(file: Path, slug: str) -> None:
    """Take over the events of a calendar FILE (.ics); doing it again follows its changes.

    Entries that cannot be used are named and left out. A broken or hostile file changes nothing.
    """
    try:
        reading = read_calendar(file.read_bytes(), _app().config["DEFAULT_TIMEZONE"])
        with writing() as session:
            organisation = session.scalar(sa.select(Organisation).where(Organisation.slug == slug))
            if organisation is None:
                raise click.ClickException(f"There is no organisation {slug}.")
            result = calendar_import.import_calendar(session, organisation.id, reading, now=now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for problem in result.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"{result.added} events added, {result.changed} changed, {result.unchanged} as before; "
        f"{result.dates} dates in all; {len(result.problems)} entries left out."
    )

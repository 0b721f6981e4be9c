"""Commands for operators: ``flask --app wsgi <command>``."""

import csv
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_security import hash_password
from flask_security.mail_util import EmailValidateException

from welcome import scheduler
from welcome.accounts import service as accounts
from welcome.accounts import staff_log as log
from welcome.accounts.models import Role
from welcome.backup.commands import backup, restore
from welcome.calendars import importing
from welcome.calendars.reading import read_calendar
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import rules as directory_rules
from welcome.directory import service as directory
from welcome.directory.models import Organisation
from welcome.doctor.commands import check_mail, doctor
from welcome.errors import Refusal
from welcome.post.commands import dkim_key, push_key, read_bounces
from welcome.post.smtp import server_of


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(run_scheduler)
    app.cli.add_command(run_postman)
    app.cli.add_command(import_areas)
    app.cli.add_command(import_calendar)
    app.cli.add_command(member)
    app.cli.add_command(backup)
    app.cli.add_command(restore)
    app.cli.add_command(doctor)
    app.cli.add_command(check_mail)
    for command in (dkim_key, push_key, read_bounces):
        app.cli.add_command(command)
    app.cli.add_command(staff_log)


@click.command("scheduler")
@with_appcontext
def run_scheduler() -> None:
    """Do due work and send letters until stopped."""
    app = _app()
    scheduler.run(app, server_of(app.config))


@click.command("postman")
@with_appcontext
def run_postman() -> None:
    """Send letters only, until stopped: for more hands beside the scheduler."""
    app = _app()
    scheduler.run_postman(app, server_of(app.config))


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


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
            result = importing.import_calendar(session, organisation.id, reading, now=now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for problem in result.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"{result.added} events added, {result.changed} changed, {result.unchanged} as before; "
        f"{result.dates} dates in all; {len(result.problems)} entries left out."
    )


@click.group()
def member() -> None:
    """Make a first account, and give roles that belong to the whole site."""


STAFF = click.Choice([Role.MODERATOR.value, Role.ADMIN.value])


@member.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The first name.")
@click.option("--role", type=STAFF, help="A role for the whole site, if any.")
@click.option("--password", help="Without one, the member asks for it on the sign-in page.")
@with_appcontext
def create_member(email: str, name: str, role: str | None, password: str | None) -> None:
    """Open a confirmed account for EMAIL."""
    config = _app().config
    secret = hash_password(password) if password else None
    try:
        with writing() as session:
            created = accounts.create_member(
                session, _address(email), name, secret, config["DEFAULT_LOCALE"], config["DEFAULT_TIMEZONE"], now=now()
            )
            if role:
                accounts.grant(session, created.id, Role(role), now=now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{name} can sign in at {config['PUBLIC_URL']}/login.")
    if not password:
        click.echo(f"The way to a password: {config['PUBLIC_URL']}/reset")


@member.command("grant")
@click.argument("email")
@click.argument("role", type=STAFF)
@with_appcontext
def grant_role(email: str, role: str) -> None:
    """Give the member with EMAIL a ROLE for the whole site."""
    with writing() as session:
        found = accounts.find_by_address(session, _address(email))
        if found is None:
            raise click.ClickException(f"There is no account for {email}.")
        accounts.grant(session, found.id, Role(role), now=now())
    click.echo(f"{found.first_name} is {role} now.")


def _address(email: str) -> str:
    try:
        address: str = _app().extensions["security"].mail_util.validate(email)
    except EmailValidateException as problem:
        raise click.ClickException(f"{email} is no e-mail address.") from problem
    return address


@click.command("staff-log")
@click.option("--head", help="A digest that this command printed before: it must still be in the log.")
@with_appcontext
def staff_log(head: str | None) -> None:
    """Check that nobody changed the log of what staff looked at; print its newest digest, to write down elsewhere."""
    session = db.session()
    breaches = [f"Entry {breach.entry_id} {breach.what}." for breach in log.verify(session)]
    if head and not log.knows(session, head):
        breaches.append("The digest is not in the log: its end was cut off, or another log was put in its place.")
    if breaches:
        raise click.ClickException("\n".join(breaches))
    click.echo(f"The staff log is unbroken. Its newest digest: {log.head(session)}")

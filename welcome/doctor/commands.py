"""``flask doctor`` and ``flask check-mail``."""

import os
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from welcome.clock import now
from welcome.database import db
from welcome.doctor import files, rows, settings
from welcome.doctor.finding import Check, Instance, examine
from welcome.post import smtp
from welcome.post.assembling import SAFE


@click.command("doctor")
@click.option("--production", is_flag=True, help="Judge this instance as one that real people use.")
@with_appcontext
def doctor(production: bool) -> None:
    """Look at everything that can be set wrongly, and say what to do.

    One line for each thing examined; the exit code is 1 when something is WRONG. A note is worth knowing. Run it as the
    user that runs Welcome, with the same settings.
    """
    instance = instance_of(current_app, os.environ, is_strict=production)
    wrong = 0
    for gate in rows.GATES.items():
        if wrong := _tell(dict([gate]), instance):
            click.echo("note      rows: they were not examined.")
            break
    wrong += _tell({**settings.CHECKS, **files.CHECKS, **({} if wrong else rows.CHECKS)}, instance)
    click.echo(f"{wrong} wrong." if wrong else "Nothing is wrong.")
    if wrong:
        raise SystemExit(1)


def instance_of(app: Flask, environ: Mapping[str, str], *, is_strict: bool) -> Instance:
    """Return the instance to look at; one that says it is in production is always judged as such."""
    return Instance(
        config=app.config,
        environ=environ,
        static=Path(app.static_folder or ""),
        migrations=Path(app.extensions["migrate"].directory),
        engine=db.engine,
        is_strict=is_strict or app.config["ENVIRONMENT"] == "production",
        now=now(),
    )


def _tell(checks: Mapping[str, Check], instance: Instance) -> int:
    """Say what each check found; return how many things are wrong."""
    wrong = 0
    for name, findings in examine(checks, instance):
        if not findings:
            click.echo(f"ok        {name}")
        for finding in findings:
            click.echo(f"{'WRONG' if finding.is_wrong else 'note':9} {name}: {finding.says}")
            wrong += finding.is_wrong
    return wrong


@click.command("check-mail")
@click.argument("address")
@with_appcontext
def check_mail(address: str) -> None:
    """Send one letter to ADDRESS at once, the way the postman would, and say what the mail server answered."""
    config = current_app.config
    server = smtp.server_of(config)
    try:
        message = _test_letter(config, address)
        with smtp.connect(server) as transport:
            transport.send(message)
    except (smtp.Refused, smtp.Deferred, smtp.Unreachable, ValueError) as problem:
        raise click.ClickException(f"{server.host}:{server.port} did not take it: {problem}") from problem
    click.echo(f"{server.host}:{server.port} took a letter for {address}. Is it there, and not among the junk?")


def _test_letter(config: Mapping[str, object], address: str) -> EmailMessage:
    message = EmailMessage(SAFE)
    message["Subject"] = f"{config['INSTANCE_NAME']} can send letters"
    message["From"] = Address(str(config["INSTANCE_NAME"]), addr_spec=str(config["MAIL_FROM"]))
    message["To"] = Address(addr_spec=address)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=str(config["PUBLIC_HOST"]))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        f"The operator of {config['PUBLIC_URL']} asked for this letter, to see whether letters arrive.\n"
    )
    return message

"""Commands for operators: ``flask --app wsgi <command>``."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from welcome import scheduler
from welcome.post.smtp import Server


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(run_scheduler)


@click.command("scheduler")
@with_appcontext
def run_scheduler() -> None:
    """Do due work and send letters until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = app.config
    server = Server(
        settings["SMTP_HOST"],
        settings["SMTP_PORT"],
        settings["SMTP_SECURITY"],
        settings["SMTP_USER"],
        settings["SMTP_PASSWORD"],
    )
    scheduler.run(app, server)

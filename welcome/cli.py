"""Commands for operators: ``flask --app wsgi <command>``."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from welcome import scheduler
from welcome.post.smtp import Server


def init_app(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(run_scheduler)
    app.cli.add_command(run_postman)


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

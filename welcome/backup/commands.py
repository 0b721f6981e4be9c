"""``flask backup`` and ``flask restore``."""

from datetime import datetime
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext

from welcome.accounts.closing import TIME_TO_RETURN
from welcome.accounts.erased import find_erased
from welcome.backup import archive, service
from welcome.backup.archive import BadBackup
from welcome.clock import now
from welcome.database import db, writing

A_FILE = click.Path(dir_okay=False, path_type=Path)
A_LIST = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=A_FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Save every row of one moment in FILE, while people go on using Welcome.

    The file can be restored into SQLite and PostgreSQL alike. It holds everything that members said: keep it as safe as
    the database, and no longer than your privacy statement says.
    """
    try:
        header, rows = service.save(db.engine, file, public_url=current_app.config["PUBLIC_URL"], now=now())
    except (BadBackup, OSError) as problem:
        raise click.ClickException(f"No backup was made: {problem}") from problem
    click.echo(f"{header.rows} rows of revision {header.revision} in {file}, read back and found whole. Digest {rows}")


@click.command("restore")
@click.argument("file", type=A_LIST)
@click.option("--forget", type=A_LIST, help="Who was erased since: the newest ERASED_LIST, or public ids, one a line.")
@click.option("--nobody-was-erased", is_flag=True, help="Say so if no list is left and none is needed.")
@click.option("--withhold-letters", is_flag=True, help="Send none of the letters that waited when the backup was made.")
@with_appcontext
def restore(file: Path, forget: Path | None, nobody_was_erased: bool, withhold_letters: bool) -> None:
    """Fill the empty, migrated database with the rows of FILE, or change nothing.

    Members who were erased after the backup was made stay erased: the file of the setting ERASED_LIST, or the one of
    --forget, says who. Stop the web processes and the scheduler first.
    """
    try:
        header, _ = archive.check(file)
        gone = set() if nobody_was_erased else _gone(file, header, forget)
        with writing() as session:
            left_out = service.load(session.connection(), file, revisions=_revisions(), gone=gone)
            withheld = service.withhold_letters(session.connection(), now=now()) if withhold_letters else 0
    except BadBackup as problem:
        raise click.ClickException(f"Nothing was restored: {problem}") from problem
    click.echo(f"{header.rows} rows of {header.made_at} restored; {left_out} members stay erased.")
    if withheld:
        click.echo(f"{withheld} letters that waited were called off.")


def _gone(file: Path, header: archive.Header, forget: Path | None) -> set[str]:
    """Find who must not come back; a backup as old as the time to return needs a list.

    A younger one needs none: whoever was erased meanwhile had left before it was made, and is erased again at once.
    """
    kept = Path(current_app.config["ERASED_FILE"])
    listed = forget or (kept if kept.is_file() else None)
    if listed is not None:
        return find_erased(service.public_ids(file), listed)
    if now() - datetime.fromisoformat(header.made_at) < TIME_TO_RETURN:
        return set()
    raise BadBackup(
        f"the backup is {TIME_TO_RETURN.days} days old or older, and there is no list of who was erased since "
        f"({kept}). Give the newest copy with --forget, or say --nobody-was-erased."
    )


def _revisions() -> set[str]:
    folder = ScriptDirectory(current_app.extensions["migrate"].directory)
    return {script.revision for script in folder.walk_revisions()}

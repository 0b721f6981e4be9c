"""Commands about the post: keys for letters and devices, and letters that came back."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from welcome.clock import now
from welcome.post import devices, signing
from welcome.post.returning import read_returned


@click.command("dkim-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def dkim_key(file: Path) -> None:
    """Make the key that letters are signed with, once, and say what to put into the DNS.

    FILE is where it is kept: name it in DKIM_KEY_FILE. A key that is there already is not replaced.
    """
    if not file.exists():
        _keep(file, signing.make_key())
    domain = str(current_app.config["MAIL_FROM"]).rpartition("@")[2]
    click.echo(f"{current_app.config['DKIM_SELECTOR']}._domainkey.{domain}. IN TXT")
    record = signing.public_half(file.read_text(encoding="ascii"))
    for start in range(0, len(record), 255):  # the longest piece that a TXT record takes
        click.echo(f'    "{record[start : start + 255]}"')


@click.command("push-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def push_key(file: Path) -> None:
    """Make the key by which notices reach devices, once; a new one would silence every device.

    FILE is where it is kept: name it in PUSH_KEY_FILE.
    """
    if file.exists():
        raise click.ClickException(f"{file} is there already: with another key no device would show anything.")
    _keep(file, devices.make_key())
    click.echo(f"Kept in {file}.")


def _keep(file: Path, key: str) -> None:
    """Write a secret that nobody else reads, from its first byte on."""
    file.touch(0o600, exist_ok=False)
    file.write_text(key, encoding="ascii")


@click.command("read-bounces")
@click.argument("maildir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def read_bounces(maildir: Path | None) -> None:
    """Read letters that came back, and stop writing to addresses that do not exist.

    MAILDIR holds them, and those that were read are moved to its "cur"; without it one letter is read from the
    standard input, as a mail server pipes it.
    """
    if maildir is None:
        said = read_returned(sys.stdin.buffer.read(), now=now())
        click.echo(said)
        return
    counts: dict[str, int] = {}
    for file in sorted((maildir / "new").iterdir()):
        said = read_returned(file.read_bytes(), now=now())
        counts[said] = counts.get(said, 0) + 1
        file.rename(maildir / "cur" / f"{file.name}:2,S")
    for said, number in sorted(counts.items()):
        click.echo(f"{number} {said}")

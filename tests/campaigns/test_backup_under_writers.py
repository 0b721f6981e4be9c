"""Backups while twenty write: each is one moment, the same on both databases again, and the erased stay away."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.authz import Reader, build
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.campaigns.works import ROOT
from tests.instances import make_instance as make_instance
from tests.jobs.fleet import wait_until
from tests.machine import has_postgresql
from tests.services.test_backup import count, fill, run, save
from tests.web.test_bad_input import begin_everything
from welcome.accounts.erased import find_erased
from welcome.accounts.models import Member
from welcome.backup import archive, service
from welcome.backup.archive import BadBackup
from welcome.database import db, writing

WRITERS, PROCESSES = size("writers", small=4, full=20), 4
BACKUPS = size("backups", small=2, full=8)
KINDS = ("sqlite", "postgresql")
BETWEEN = size("rows_between", small=20, full=600)


@contextmanager
def writers(url: str, erased: str) -> Iterator[None]:
    """Let all of them write until the block ends."""
    environ = {**os.environ, "ENVIRONMENT": "test", "DATABASE_URL": url, "ERASED_LIST": erased, "QUIET_HOURS": ""}
    crowd = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.writers", *map(str, range(first, WRITERS, PROCESSES))],
            cwd=ROOT, env=environ, stdin=subprocess.PIPE,
        )
        for first in range(PROCESSES)
    ]  # fmt: skip
    try:
        yield
    finally:
        for one in crowd:
            one.communicate()
        assert [one.returncode for one in crowd] == [0] * PROCESSES


def torn(file: Path, others: set[int]) -> list[str]:
    """Name what only half of a transaction can have left in a backup."""
    names = Counter(name for name in values_of(file, "member", "first_name") if " Turn " in name)
    members, consents = values_of(file, "member", "id"), values_of(file, "consent", "member_id")
    alone = (set(members) - others) ^ (set(consents) - others)
    return [*map(str, alone), *(name for name, people in names.items() if people != 2)]


def values_of(file: Path, table: str, name: str) -> list[Any]:
    """Return what one column of a backup holds, row by row."""
    found = [(known, values) for known, values in archive.read_rows(file) if known.name == table]
    return [values[list(known.columns).index(name)] for known, values in found]


def torn_backup(app: Flask, file: Path, others: set[int], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Make a backup that looks at each table at another moment, and say whether that is noticed."""
    copy = service._copy

    def look_again(connection: sa.Connection, table: sa.Table, writer: archive.Writer) -> None:
        connection.rollback()
        copy(connection, table, writer)

    with monkeypatch.context() as patch:
        patch.setattr(service, "_copy", look_again)
        try:
            save(app, file)
        except BadBackup:
            return True
    return bool(torn(file, others))


@pytest.mark.postgres
def test_backups_under_writers_are_whole_and_go_to_both_databases(make_instance, tmp_path, monkeypatch):
    if not has_postgresql():
        pytest.skip("There is no PostgreSQL to go to.")
    app = make_instance("busy")
    fill()
    with writing() as session:
        world = build(session)
        begin_everything(session, session.get_one(Member, world.readers[Reader.PARTICIPANT]))
    others = set(db.session.scalars(sa.select(Member.id)))
    files = [tmp_path / f"{number}.gz" for number in range(BACKUPS)]
    digests = []
    with writers(app.config["DATABASE_URL"], app.config["ERASED_FILE"]):
        for file in files:
            enough = count(app, Member) + BETWEEN
            wait_until(lambda: count(app, Member) > enough, "the writers", 300)  # noqa: B023
            code, said = run(app, "backup", file)
            assert code == 0, said
            digests.append(said.split()[-1])
        is_caught = torn_backup(app, tmp_path / "torn.gz", others, monkeypatch)
    sizes = [len(values_of(file, "member", "id")) for file in files]
    assert [found for file in files for found in torn(file, others)] == []
    assert sizes == sorted(set(sizes))  # they did write meanwhile
    assert is_caught
    for number, (file, digest) in enumerate(zip(files, digests, strict=True)):
        for kind in KINDS:
            target = make_instance(f"{kind}{number}", kind == "postgresql")
            code, said = run(target, "restore", file, "--nobody-was-erased")
            assert code == 0, said
            assert save(target, tmp_path / f"{number}{kind}.gz") == digest
    listed = Path(app.config["ERASED_FILE"])
    gone = find_erased(service.public_ids(files[0]), listed)
    assert gone
    for kind in KINDS:
        target = make_instance(f"later_{kind}", kind == "postgresql")
        code, said = run(target, "restore", files[0], "--forget", listed)
        assert (code, f"{len(gone)} members stay erased" in said) == (0, True), said
        assert not gone & set(db.session.scalars(sa.select(Member.public_id)))
    tell(
        "backup",
        f"{BACKUPS} backups of {min(sizes):,} to {max(sizes):,} members under {WRITERS} writers: each whole, its "
        f"digest the same from SQLite and from PostgreSQL after a restore; {len(gone)} erased since stay away",
        planted="a backup that looks at each table at another moment",
    )

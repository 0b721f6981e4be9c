"""A backup is one moment, whatever others write meanwhile; what is restored is the same, and only if it is whole."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from tests.instances import make_instance as make_instance
from tests.instances import migrate
from tests.machine import has_postgresql
from tests.people import make_member
from welcome.accounts import closing
from welcome.accounts.erased import digest
from welcome.accounts.models import Consent, Member
from welcome.backup import archive, service
from welcome.database import Base, db, public_id, writing
from welcome.post.models import Channel, Notice

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HERE = Path(__file__).parents[2]


def fill() -> None:
    """Plant rows with every kind of value that is easily bent on the way."""
    with writing() as session:
        carol = make_member(session, "Carol", is_discreet=True, suspended_at=NOW + timedelta(microseconds=1))
        noor = make_member(session, "نور", email="noor@welcome.example")
        session.flush()
        session.add(Consent(member_id=carol.id, field_name="gender", given_at=NOW))
        args = {"b": [1, 2.5, None, True], "a": 'a "quote"\n\u2028 ☕ \\u0041'}
        waiting = {"kind": "k", "member_id": noor.id, "created_at": NOW, "due_at": NOW}
        session.add(Notice(key="one", channel=Channel.MAIL, args=args, **waiting))
        session.add(Notice(key="two", channel=Channel.MAIL, args=None, **waiting))


def save(app: Flask, file: Path) -> str:
    """Make a backup; return the digest of its rows."""
    with app.app_context():
        return service.save(db.engine, file, public_url="https://welcome.example", now=NOW)[1]


def run(app: Flask, *words: str | Path) -> tuple[int, str]:
    """Run a command of ``flask``; return its exit code and what it said."""
    result = app.test_cli_runner().invoke(args=[str(word) for word in words])
    return result.exit_code, result.output


def count(app: Flask, table: type[Base]) -> int:
    """Count rows."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.postgres
def test_rows_go_from_one_database_to_the_other_and_back(make_instance, tmp_path):
    if not has_postgresql():
        pytest.skip("There is no PostgreSQL to go to.")
    first = make_instance("first", is_postgresql=False)
    fill()
    digests = [save(first, tmp_path / "0.gz")]
    for number, is_postgresql in enumerate((True, True, False)):
        app = make_instance(f"next{number}", is_postgresql)
        code, said = run(app, "restore", tmp_path / f"{number}.gz")
        assert code == 0, said
        digests.append(save(app, tmp_path / f"{number + 1}.gz"))
    assert len(set(digests)) == 1


def test_new_rows_are_numbered_after_the_restored_ones(make_instance, tmp_path):
    source = make_instance("source")
    fill()
    save(source, tmp_path / "b.gz")
    target = make_instance("target")
    assert run(target, "restore", tmp_path / "b.gz")[0] == 0
    with target.app_context(), writing() as session:
        known = set(session.scalars(sa.select(Member.id)))
        dan = make_member(session, "Dan")
        session.flush()
        assert dan.id not in known
    with target.app_context():
        noor = db.session.scalars(sa.select(Member).where(Member.first_name == "نور")).one()
        args = list(db.session.scalars(sa.select(Notice.args).where(Notice.member_id == noor.id).order_by(Notice.key)))
        assert args == [{"b": [1, 2.5, None, True], "a": 'a "quote"\n\u2028 ☕ \\u0041'}, None]


def test_it_is_one_moment_while_writers_are_at_work(make_instance, tmp_path):
    app = make_instance("busy")
    is_over = Event()
    written = [0, 0, 0]

    def write(number: int) -> None:
        with app.app_context():
            while not is_over.is_set():
                name = f"w{number}n{written[number]}"
                with writing() as session:  # always both or neither
                    member = make_member(session, name, password=None)
                    session.flush()
                    session.add(Consent(member_id=member.id, field_name="gender", given_at=NOW))
                written[number] += 1

    writers = [Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    try:
        for number in range(4):
            before = sum(written)
            while sum(written) < before + 5:
                is_over.wait(0.01)
            save(app, tmp_path / f"{number}.gz")
    finally:
        is_over.set()
        for writer in writers:
            writer.join()
    sizes = []
    for number in range(4):
        members = column(tmp_path / f"{number}.gz", "member", "id")
        assert members == column(tmp_path / f"{number}.gz", "consent", "member_id")
        sizes.append(len(members))
    assert sizes == sorted(set(sizes))  # they did write meanwhile


def column(file: Path, table: str, name: str) -> set[object]:
    """Return what one column of a backup holds."""
    found = [(known, values) for known, values in archive.read_rows(file) if known.name == table]
    return {values[list(known.columns).index(name)] for known, values in found}


def test_one_look_does_not_see_what_is_written_after_it_began(make_instance):
    app = make_instance("torn")
    with service.snapshot(db.engine) as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(Member))
        with writing() as session:
            make_member(session, "Carol")
        assert connection.scalar(sa.select(sa.func.count()).select_from(Member)) == before
    assert count(app, Member) == before + 1


@pytest.fixture
def damaged(make_instance, tmp_path) -> Iterator[tuple[Path, list[str]]]:
    """Give a backup and its lines, to be bent."""
    source = make_instance("source")
    fill()
    file = tmp_path / "b.gz"
    save(source, file)
    yield file, gzip.decompress(file.read_bytes()).decode().split("\n")[:-1]


def bend(file: Path, lines: list[str]) -> None:
    file.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))


def test_it_refuses_a_file_that_is_not_whole_and_changes_nothing(make_instance, damaged, tmp_path):
    file, lines = damaged
    whole = file.read_bytes()
    target = make_instance("target")
    header = json.loads(lines[0])
    row = next(number for number, line in enumerate(lines) if line.startswith('["member"'))

    def refused(sentence: str) -> None:
        code, said = run(target, "restore", file)
        assert code == 1, said
        assert sentence in said
        assert "Nothing was restored" in said
        assert count(target, Member) == 0

    for cut in (0, 5, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        refused("")
    for place in range(12, len(whole), 61):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 8]) + whole[place + 1 :])
        refused("")
    bend(file, lines[:-1])
    refused("checksum")
    bend(file, [*lines, lines[row]])
    refused("checksum")
    bend(file, [*lines[:row], *lines[row + 1 :]])
    refused("of member is not there")
    bend(file, [*lines[:row], lines[row].replace("Carol", "Karol").replace("نور", "نورا"), *lines[row + 1 :]])
    refused("checksum")
    bend(file, [json.dumps({**header, "welcome-backup": 2}), *lines[1:]])
    refused("another version")
    bend(file, [json.dumps({"welcome-backup": 1}), *lines[1:]])
    refused("first line")
    bend(file, ["{}"])
    refused("no backup of Welcome")
    file.write_text("an SQL dump")
    refused("no backup of Welcome")
    file.write_bytes(whole)
    assert run(target, "restore", file)[0] == 0


def seal(lines: list[str]) -> list[str]:
    """Make the checksum right again, so that only the fault itself can be noticed."""
    content = "".join(f"{line}\n" for line in lines[:-1]).encode()
    return [*lines[:-1], json.dumps({"sha256": archive.sha256(content).hexdigest()})]


def test_it_refuses_another_revision_and_rows_that_do_not_fit(make_instance, damaged):
    file, lines = damaged
    target = make_instance("target")
    header = json.loads(lines[0])
    bend(file, seal([json.dumps({**header, "revision": "zzzz"}), *lines[1:]]))
    code, said = run(target, "restore", file)
    assert (code, "newer Welcome" in said) == (1, True)
    older = "0001"
    bend(file, seal([json.dumps({**header, "revision": older}), *lines[1:]]))
    code, said = run(target, "restore", file)
    assert (code, f"db downgrade {older}" in said) == (1, True)
    row = next(number for number, line in enumerate(lines) if line.startswith('["consent"'))
    consent = json.loads(lines[row])
    consent[1 + list(archive_columns(header, "consent")).index("member_id")] = 999_999
    bend(file, seal([*lines[:row], json.dumps(consent), *lines[row + 1 :]]))
    code, said = run(target, "restore", file)
    assert (code, "does not take these rows" in said) == (1, True)
    assert count(target, Member) == 0


def archive_columns(header: dict[str, list[dict[str, dict[str, str]]]], name: str) -> dict[str, str]:
    return next(table["columns"] for table in header["tables"] if table["name"] == name)


def test_a_backup_from_before_an_update_is_restored_at_its_revision(make_instance, tmp_path):
    source = make_instance("source")
    fill()
    migrate(command.downgrade, "-1")
    save(source, tmp_path / "b.gz")
    revision = archive.check(tmp_path / "b.gz")[0].revision
    target = make_instance("target")
    code, said = run(target, "restore", tmp_path / "b.gz")
    assert (code, f"db downgrade {revision}" in said) == (1, True)
    migrate(command.downgrade, revision)
    assert run(target, "restore", tmp_path / "b.gz")[0] == 0
    migrate(command.upgrade, "head")
    assert count(target, Member) == 2
    assert source is not target


def test_it_refuses_a_database_with_rows_in_it(make_instance, tmp_path):
    app = make_instance("full")
    fill()
    save(app, tmp_path / "b.gz")
    code, said = run(app, "restore", tmp_path / "b.gz")
    assert (code, "not empty" in said) == (1, True)
    assert count(app, Member) == 2


def test_a_backup_replaces_no_other_and_is_for_its_owner_alone(make_instance, tmp_path):
    app = make_instance("source")
    file = tmp_path / "b.gz"
    assert run(app, "backup", file)[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    code, said = run(app, "backup", file)
    assert (code, "exists already" in said) == (1, True)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_the_erased_do_not_come_back(make_instance, tmp_path):
    source = make_instance("source")
    fill()
    file = tmp_path / "b.gz"
    save(source, file)
    with source.app_context(), writing() as session:
        carol = session.scalars(sa.select(Member).where(Member.first_name == "Carol")).one()
        closing.close_account(session, carol.id, now=NOW - timedelta(days=8))
        closing.erase_account(session, carol.id, NOW)
        listed = Path(source.config["ERASED_FILE"])
        assert listed.read_text("ascii") == f"{digest(carol.public_id)}\n"
        assert carol.public_id not in listed.read_text("ascii")
    target = make_instance("target")
    code, said = run(target, "restore", file, "--forget", listed)
    assert (code, "1 members stay erased" in said) == (0, True)
    assert (count(target, Member), count(target, Consent)) == (1, 0)


def test_public_ids_by_hand_do_as_well(make_instance, tmp_path):
    source = make_instance("source")
    fill()
    save(source, tmp_path / "b.gz")
    (tmp_path / "ids").write_text(f"{db.session.scalar(sa.select(Member.public_id))}\n{public_id()}\n")
    target = make_instance("target")
    assert "1 members stay erased" in run(target, "restore", tmp_path / "b.gz", "--forget", tmp_path / "ids")[1]


def test_an_old_backup_asks_who_was_erased(make_instance, tmp_path):
    source = make_instance("source")
    fill()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    service.save(db.engine, tmp_path / "b.gz", public_url="", now=long_ago)
    target = make_instance("target")
    code, said = run(target, "restore", tmp_path / "b.gz")
    assert (code, "--nobody-was-erased" in said) == (1, True)
    assert count(target, Member) == 0
    code, said = run(target, "restore", tmp_path / "b.gz", "--nobody-was-erased", "--withhold-letters")
    assert (code, "2 letters that waited were called off" in said) == (0, True)
    assert source is not target

"""Every mis-setting is planted, and named; an instance that is well is called well."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from flask_security import hash_password

from config import Settings
from demo.stars import PASSWORD as DEMO_PASSWORD
from tests import postgres
from tests.instances import instance
from tests.mail import MailServer, free_port, serve
from tests.people import make_member
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.staff_log import StaffAct, StaffEntry
from welcome.agenda.models import Due
from welcome.database import Base, db, writing
from welcome.doctor import files, rows, settings
from welcome.doctor.commands import instance_of
from welcome.doctor.finding import Instance, examine
from welcome.leadership import leader
from welcome.post import signing
from welcome.post.models import Channel, Notice

CHECKS = {**rows.GATES, **rows.CHECKS, **settings.CHECKS, **files.CHECKS}
Plant = Callable[[Instance], AbstractContextManager[Instance]]


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """Give a mail server."""
    yield MailServer()


@pytest.fixture(scope="module")
def well(
    settings: Settings, catalogues: None, mail: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """Give an instance in production that has nothing wrong with it."""
    folder = tmp_path_factory.mktemp("well")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'welcome.db'}"
        if settings.database_url.startswith("postgres"):
            url = stack.enter_context(postgres.database("well"))
        known = {"environment": "production", "public_url": "https://welcome.oosterdonk.nl", "trusted_proxies": 1}
        known |= {"secret_key": "a1b2c3d4e5f6g7h8" * 3, "mail_from": "hello@oosterdonk.nl", "smtp_host": "127.0.0.1"}
        known |= {"controller": "Oosterdonk, Town Hall", "privacy_contact": "privacy@oosterdonk.nl"}
        app = stack.enter_context(instance(url, folder, **known, smtp_port=stack.enter_context(serve(mail))))
        for file in folder.glob("welcome.db*"):
            file.chmod(0o600)
        static = folder / "static"
        shutil.copytree(str(app.static_folder), static, ignore=shutil.ignore_patterns("*.gz"))
        for file in list(static.iterdir()):
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        stack.enter_context(leader(db.engine, Event()))
        with writing() as session:
            admin = make_member(session, "Ada", email="ada@oosterdonk.nl", tf_primary_method="authenticator")
            session.flush()
            session.add(Grant(member_id=admin.id, role=Role.ADMIN, granted_at=admin.created_at))
        yield replace(instance_of(app, {}, is_strict=False), static=static)


def ails(instance: Instance, *names: str) -> dict[str, str]:
    """Return what is wrong, by the name of the check."""
    db.session.rollback()
    checks = {name: CHECKS[name] for name in names or CHECKS}
    told = {name: " ".join(f.says for f in found if f.is_wrong) for name, found in examine(checks, instance)}
    return {name: says for name, says in told.items() if says}


def setting(**changes: object) -> Plant:
    """Plant a setting."""
    return lambda well: _given(replace(well, config={**well.config, **changes}))


def environ(**changes: str) -> Plant:
    """Plant an environment variable."""
    return lambda well: _given(replace(well, environ=changes))


def later(**ahead: float) -> Plant:
    """Plant a clock that is elsewhere."""
    return lambda well: _given(replace(well, now=well.now + timedelta(**ahead)))


@contextmanager
def _given(instance: Instance) -> Iterator[Instance]:
    yield instance


def row(make: Callable[[Any, Member], Base]) -> Plant:
    """Plant a row, and remove it."""

    @contextmanager
    def plant(well: Instance) -> Iterator[Instance]:
        with writing() as session:
            planted = make(session, session.scalars(sa.select(Member)).one())
            session.add(planted)
        yield well
        with writing() as session:
            session.delete(session.merge(planted))

    return plant


def change(**values: object) -> Plant:
    """Plant something about the admin, and undo it."""

    @contextmanager
    def plant(well: Instance) -> Iterator[Instance]:
        def turn(new: dict[str, object]) -> dict[str, object]:
            with writing() as session:
                admin = session.scalars(sa.select(Member)).one()
                old = {name: getattr(admin, name) for name in new}
                for name, value in new.items():
                    setattr(admin, name, value() if callable(value) else value)
            return old

        before = turn(values)
        yield well
        turn(before)

    return plant


@contextmanager
def old_tables(well: Instance) -> Iterator[Instance]:
    """Plant an update without its migrations."""
    with writing() as session:
        head = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    yield well
    with writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": head})


@contextmanager
def newer_tables(well: Instance) -> Iterator[Instance]:
    """Plant a checkout that was taken back without its database."""
    with writing() as session:
        head = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    yield well
    with writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": head})


def stale_pack(well: Instance) -> AbstractContextManager[Instance]:
    """Plant a style sheet that changed after it was packed."""
    return _static(well, lambda folder: (folder / "app.css.gz").write_bytes(gzip.compress(b"old")))


def no_pack(well: Instance) -> AbstractContextManager[Instance]:
    """Plant a style sheet that was never packed."""
    return _static(well, lambda folder: (folder / "app.css.gz").unlink())


@contextmanager
def _static(well: Instance, bend: Callable[[Path], object]) -> Iterator[Instance]:
    folder = well.static.with_name("bent")
    shutil.copytree(well.static, folder)
    bend(folder)
    yield replace(well, static=folder)
    shutil.rmtree(folder)


@contextmanager
def no_database(well: Instance) -> Iterator[Instance]:
    """Plant a database that is not there."""
    yield replace(well, engine=sa.create_engine(f"postgresql+psycopg://x:y@127.0.0.1:{free_port()}/z"))


@contextmanager
def unpublished(well: Instance) -> Iterator[Instance]:
    """Plant a key whose public half nobody published."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "is_published", lambda _signer: False)
        yield replace(well, config={**well.config, "DKIM_KEY": "some key"})


@contextmanager
def forgetful(well: Instance) -> Iterator[Instance]:
    """Plant a database that keeps no journal to speak of, or another clock's time."""
    engine = sa.create_engine("sqlite://")
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        Base.metadata.create_all(connection)
    yield replace(well, engine=engine)
    engine.dispose()


def forged_entry(_session: Any, admin: Member) -> Base:
    """Plant an entry of the staff log whose digest somebody made up."""
    words = {"act": StaffAct.READ, "thing": "x", "reason": "none", "member_id": admin.id}
    return StaffEntry(at=admin.created_at, staff=admin.public_id, **words, previous="0" * 64, digest="f" * 64)


def late_work(session: Any, admin: Member) -> Base:
    """Plant work that nobody did."""
    return Due(key="late", kind="remind", ref=1, due_at=admin.created_at)


def failing_work(session: Any, admin: Member) -> Base:
    """Plant work that fails."""
    return Due(key="bad", kind="remind", ref=1, due_at=admin.created_at, attempts=4, outcome="KeyError: 'x'")


def late_letter(session: Any, admin: Member) -> Base:
    """Plant a letter that nobody sent."""
    when = {"created_at": admin.created_at, "due_at": admin.created_at}
    return Notice(key="k", channel=Channel.MAIL, kind="x", member_id=admin.id, args={}, reason="no route", **when)


PLANTS: list[tuple[str, str, Plant]] = [
    ("environment", "ENVIRONMENT", setting(PRODUCTION_FAULTS=Settings(environment="demo").production_faults)),
    ("environment", "FLASK_DEBUG", environ(FLASK_DEBUG="1")),
    ("secret key", "easy to guess", setting(SECRET_KEY="ab" * 30)),
    ("public address", "localhost", setting(PUBLIC_URL="https://localhost")),
    ("public address", "192.168.1.4", setting(PUBLIC_URL="https://192.168.1.4")),
    ("public address", "intranet", setting(PUBLIC_URL="https://intranet")),
    ("sender", "nowhere", setting(MAIL_FROM="welcome@localhost")),
    ("sender", "nowhere", setting(MAIL_FROM="hello@town.example")),
    ("sender", "DISCREET_MAIL_FROM is at", setting(DISCREET_MAIL_FROM="post@localhost")),
    ("controller", "CONTROLLER is not set", setting(CONTROLLER="")),
    ("controller", "PRIVACY_CONTACT is not set", setting(PRIVACY_CONTACT="")),
    ("mail server", "takes no letters", setting(SMTP_PORT=1)),
    ("mail server", "takes no letters", setting(SMTP_SECURITY="starttls")),
    ("mail server", "in the open", setting(SMTP_HOST="192.0.2.1", SMTP_USER="u", SMTP_PASSWORD="p")),
    ("signature", "has no key at welcome._domainkey.oosterdonk.nl", unpublished),
    ("signature", "could not be examined", setting(DKIM_KEY="no key")),
    ("proxy", "TRUSTED_PROXIES", setting(TRUSTED_PROXIES=0)),
    ("throttles", "4 web processes", environ(WEB_CONCURRENCY="4")),
    ("throttles", "3 web processes", environ(GUNICORN_CMD_ARGS="--threads 2 --workers=3")),
    ("throttles", "2 web processes", environ(GUNICORN_CMD_ARGS="-w 2")),
    ("throttles", "LIMIT_SIGN_IN is empty", setting(LIMIT_SIGN_IN="")),
    ("throttles", "is no limit", setting(LIMIT_SIGN_UP="often")),
    ("readers", "DEFAULT_LOCALE", setting(DEFAULT_LOCALE="xx")),
    ("readers", "COUNTRY", setting(COUNTRY="XX")),
    ("database line", "is open", setting(SQLALCHEMY_DATABASE_URI="postgresql://u@db.town.nl/w")),
    ("second keys", "STAFF_SECOND_KEY is off", setting(STAFF_NEEDS_KEY=False)),
    ("second factors", "password alone", change(tf_primary_method=None)),
    ("staff log", "was changed", row(forged_entry)),
    ("readers", "QUICK_EXIT_URL", setting(QUICK_EXIT_URL="weather")),
    ("list of the erased", "cannot be written", setting(ERASED_FILE=f"{__file__}/erased")),
    ("time zones", "Mars", setting(DEFAULT_TIMEZONE="Mars/Phobos")),
    ("static files", "older", stale_pack),
    ("static files", "not packed", no_pack),
    ("database", "cannot be reached", no_database),
    ("journal", "not as wal", forgetful),
    ("migrations", "db upgrade", old_tables),
    ("migrations", "newer Welcome", newer_tables),
    ("clock", "clock", later(days=-4000)),
    ("scheduler", "No scheduler is running", forgetful),
    ("scheduler", "wait since 2026-11-01", row(late_work)),
    ("scheduler", "KeyError", row(failing_work)),
    ("letters", "no route", row(late_letter)),
    ("staff", "Nobody is admin", change(suspended_at=lambda: db.session.scalar(sa.select(Member.created_at)))),
    ("staff", "anybody would try", change(password=lambda: hash_password(DEMO_PASSWORD))),
    ("invented people", "without the demo", change(email="ada@town.example")),
]
#: Shown below, each with files of its own.
APART = {"catalogues", "database file"}


def test_an_instance_that_is_well_is_called_well(well: Instance) -> None:
    assert ails(well) == {}


@pytest.mark.parametrize(("check", "words", "plant"), PLANTS, ids=lambda part: part if isinstance(part, str) else "")
def test_it_names_a_planted_mistake(well: Instance, check: str, words: str, plant: Plant) -> None:
    with plant(well) as ill:
        found = ails(ill, check)
    assert words in found.get(check, ""), found


def test_every_check_is_proven_by_a_plant() -> None:
    assert {check for check, _, _ in PLANTS} | APART == set(CHECKS)


def test_a_developer_is_only_told(well: Instance) -> None:
    relaxed = replace(well, is_strict=False, config={**well.config, "TRUSTED_PROXIES": 0})
    assert ails(relaxed, "proxy") == {}


def test_it_names_catalogues_that_are_missing_stale_or_incomplete(tmp_path: Path) -> None:
    source, compiled = tmp_path / "messages.po", tmp_path / "messages.mo"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(head + 'msgid "Yes"\nmsgstr "Ja"\n\nmsgid "No"\nmsgstr ""\n', "utf-8")
    missing, untranslated = files.examine_catalogue("nl", compiled)
    assert ("not compiled" in missing.says, missing.is_wrong) == (True, True)
    assert ("1 texts" in untranslated.says, untranslated.is_wrong) == (True, False)
    compiled.write_bytes(b"old")
    assert "older" in next(files.examine_catalogue("nl", compiled)).says


def test_it_names_a_database_file_in_a_bad_place(well: Instance, tmp_path: Path) -> None:
    file = tmp_path / "welcome.db"
    file.touch(0o644)
    file.chmod(0o644)
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"
    assert "network disk (nfs4)" in next(files.far_away(file, mounts)).says
    assert not list(files.far_away(file, "/dev/sda1 / ext4 rw 0 0\n"))
    assert "MB left" in next(files.room_on_disk(file, least=10**18)).says
    assert not list(files.room_on_disk(file, least=0))
    ill = replace(well, engine=sa.create_engine(f"sqlite:///{file}"))
    assert "Every user of this machine" in " ".join(f.says for f in files.sqlite_file(ill))
    nowhere = replace(well, engine=sa.create_engine("sqlite:////proc/welcome.db"))
    assert "cannot be written" in " ".join(f.says for f in files.sqlite_file(nowhere))


def run(*words: str) -> tuple[int, str]:
    """Run a command of ``flask``; return its exit code and what it said."""
    result = current_app.test_cli_runner().invoke(args=words)
    return result.exit_code, result.output


def test_the_command_tells_by_its_exit_code(well: Instance) -> None:
    with old_tables(well):
        code, said = run("doctor")
    assert code == 1
    assert "WRONG     migrations: The tables stand at revision 0001" in said
    assert "rows: they were not examined" in said
    assert "ok        proxy" in said


def test_check_mail_sends_one_letter(well: Instance, mail: MailServer) -> None:
    code, said = run("check-mail", "me@welcome.example")
    assert (code, "took a letter" in said) == (0, True)
    mail.answers["me@welcome.example"] = "550 no such user"
    code, said = run("check-mail", "me@welcome.example")
    assert (code, "550 no such user" in said) == (1, True)
    (letter,) = mail.letters
    assert letter["To"] == "me@welcome.example"
    assert letter["Subject"] == "Welcome can send letters"
    assert run("check-mail", "no address")[0] == 1

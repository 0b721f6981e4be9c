"""What the database says: its tables, its clock, the scheduler's work, and who may do everything."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_security.utils import verify_password
from sqlalchemy.orm import Session

from welcome.accounts import staff_log
from welcome.accounts.access import GUARDED
from welcome.accounts.models import Grant, Member, Passkey, Role
from welcome.agenda.models import Due
from welcome.doctor.finding import Check, Finding, Findings, Instance
from welcome.leadership import is_led
from welcome.post.models import Channel, Notice

WORK_WAITS = timedelta(minutes=15)
LETTERS_WAIT = timedelta(minutes=30)
CLOCK_ERROR = timedelta(minutes=1)
TRIED_OFTEN = 3
MOST_STAFF = 10  #: each guess takes as long as signing in
#: What is tried first, and the password of the demo city.
KNOWN_PASSWORDS = ("welcome to oosterdonk", "password", "changeme", "admin")
INVENTED = ("example", "test", "invalid", "localhost")


def database(instance: Instance) -> Findings:
    """Every other look at rows needs this one."""
    try:
        with instance.engine.connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.DBAPIError as problem:
        place = instance.engine.url.render_as_string(hide_password=True)
        yield Finding(f"{place} cannot be reached ({str(problem.orig).strip()}): look at DATABASE_URL and at it.")


def migrations(instance: Instance) -> Findings:
    """The tables are those that this code expects."""
    with instance.engine.connect() as connection:
        stands = set(MigrationContext.configure(connection).get_current_heads())
    folder = ScriptDirectory(str(instance.migrations))
    heads = set(folder.get_heads())
    known = {script.revision for script in folder.walk_revisions()}
    if stands - known:
        yield Finding(f"The database is of a newer Welcome (revision {', '.join(stands)}): update this one.")
    elif stands != heads:
        yield Finding(
            f"The tables stand at revision {', '.join(stands) or 'none'}, not {', '.join(heads)}: "
            "flask --app wsgi db upgrade."
        )


def journal(instance: Instance) -> Findings:
    """Readers and the writer must not wait for each other."""
    if instance.engine.dialect.name == "sqlite":
        with instance.engine.connect() as connection:
            mode = connection.scalar(sa.text("PRAGMA journal_mode"))
        if mode != "wal":
            yield Finding(f"SQLite keeps its journal as {mode!r}, not as wal: put the file on an ordinary local disk.")


def clock(instance: Instance) -> Findings:
    """Due work and links that lapse are only as right as the clock."""
    with instance.engine.connect() as connection:
        if instance.engine.dialect.name == "postgresql":
            theirs = connection.scalar(sa.select(sa.func.now()))
            if isinstance(theirs, datetime) and abs(theirs.astimezone(UTC) - instance.now) > CLOCK_ERROR:
                yield Finding(f"This machine's clock and the database's differ ({theirs:%H:%M:%S}): run timesyncd.")
        newest = connection.scalar(sa.select(sa.func.max(Member.created_at)))
    if newest is not None and newest > instance.now + CLOCK_ERROR:
        yield Finding(f"A member joined at {newest:%Y-%m-%d %H:%M} UTC, which is to come: mend this machine's clock.")


def scheduler(instance: Instance) -> Findings:
    """Somebody does what is due."""
    if not is_led(instance.engine):
        yield Finding(
            "No scheduler is running, so no letter is sent and nothing due is done: flask --app wsgi scheduler."
        )
    is_open = Due.done_at.is_(None)
    is_free = sa.or_(Due.leased_until.is_(None), Due.leased_until < instance.now)
    with instance.engine.connect() as connection:
        late = sa.and_(is_open, is_free, Due.due_at < instance.now - WORK_WAITS, Due.attempts < TRIED_OFTEN)
        count, since = connection.execute(sa.select(sa.func.count(), sa.func.min(Due.due_at)).where(late)).one()
        if count:
            yield Finding(f"{count} pieces of work wait since {since:%Y-%m-%d %H:%M} UTC: restart the scheduler.")
        failing = sa.select(Due.kind, Due.outcome, sa.func.count().over()).where(is_open, Due.attempts >= TRIED_OFTEN)
        for kind, outcome, number in connection.execute(failing.limit(1)):
            yield Finding(f"{number} pieces of work fail again and again, such as {kind}: {outcome}. See its log.")


def letters(instance: Instance) -> Findings:
    """Letters leave soon after they are written."""
    waiting = sa.and_(
        Notice.channel == Channel.MAIL, Notice.done_at.is_(None), Notice.due_at < instance.now - LETTERS_WAIT
    )
    with instance.engine.connect() as connection:
        found = sa.select(sa.func.count(), sa.func.min(Notice.due_at), sa.func.max(Notice.reason)).where(waiting)
        count, since, reason = connection.execute(found).one()
    if count:
        yield Finding(
            f"{count} letters wait since {since:%Y-%m-%d %H:%M} UTC ({reason or 'nobody tried'}): "
            "look at the scheduler and the mail server."
        )


def staff(instance: Instance) -> Findings:
    """Somebody may do everything, and not by a password that everybody knows."""
    site_wide = Grant.role.in_((Role.ADMIN, Role.MODERATOR))
    wanted = (
        sa.select(Member.email, Member.first_name, Member.password, Grant.role)
        .join(Grant, Grant.member_id == Member.id)
        .where(site_wide, Member.is_present)
        .order_by(Grant.role, Member.id)
    )
    with instance.engine.connect() as connection:
        people = connection.execute(wanted).all()
    if not any(role is Role.ADMIN for *_, role in people):
        yield instance.found("Nobody is admin: flask --app wsgi member create you@your.org --name You --role admin.")
    for email, first_name, password, role in people[:MOST_STAFF]:
        guesses = {*KNOWN_PASSWORDS, instance.config["INSTANCE_NAME"].lower(), email, first_name.lower()}
        if password and any(verify_password(guess, password) for guess in sorted(guesses)):
            yield instance.found(f"The {role} {email} has a password that anybody would try: set another at once.")


def second_factors(instance: Instance) -> Findings:
    """A password of staff opens more than one account."""
    with_passkey = sa.select(Passkey.member_id).where(Passkey.usage == "secondary")
    bare = (Member.is_present, Member.tf_primary_method.is_(None), Member.id.not_in(with_passkey))
    staff = sa.select(Grant.member_id).where(Grant.role.in_(GUARDED))
    with instance.engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).where(Member.id.in_(staff), *bare).select_from(Member))
    if count:
        yield instance.found(f"{count} of the staff sign in with a password alone: ask them for a second key.")


def staff_entries(instance: Instance) -> Findings:
    """The log of staff is whole."""
    with Session(instance.engine) as session:
        breach = next(staff_log.verify(session), None)
    if breach is not None:
        yield Finding(f"Entry {breach.entry_id} of the staff log {breach.what}: see flask staff-log, and your backups.")


def invented_people(instance: Instance) -> Findings:
    """The demo's inhabitants have a password that everybody knows."""
    ends = [Member.email.like(f"%{mark}{name}") for name in INVENTED for mark in (".", "@")]
    with instance.engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).where(sa.or_(*ends)).select_from(Member))
    if count:
        yield instance.found(f"{count} members have invented addresses: real people need a database without the demo.")


#: Where one of these fails, the rows cannot be looked at.
GATES: dict[str, Check] = {"database": database, "migrations": migrations}
CHECKS: dict[str, Check] = {
    "journal": journal,
    "clock": clock,
    "scheduler": scheduler,
    "letters": letters,
    "staff": staff,
    "second factors": second_factors,
    "staff log": staff_entries,
    "invented people": invented_people,
}

"""What members do with their accounts: keep others away, leave, take their data along."""

from collections.abc import Collection
from datetime import datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import devices
from welcome.accounts.keeping_away import keep_apart
from welcome.accounts.letters import ADDRESS_CHANGED, RESET_ASKED, RESET_PASSWORD
from welcome.accounts.models import Block, Consent, Grant, Member, Role
from welcome.database import insert_once
from welcome.errors import NotFound, Refusal
from welcome.i18n import lazy_gettext
from welcome.post.letters import Letter
from welcome.post.models import Notice
from welcome.post.service import post, withdraw

#: Nobody can fill another person's mailbox through our forms.
MOST_LETTERS_A_DAY = 5
#: The mailbox is not the key to the account of somebody whose letters are discreet.
TIME_TO_STOP = timedelta(days=1)


class LinkExpired(Refusal):
    """The link of a letter was used, is too old, or the account changed meanwhile."""

    message = lazy_gettext("This link does not work any more.")


class AddressTaken(Refusal):
    """There is an account for this address already."""

    message = lazy_gettext("There is an account for this e-mail address already.")


def find_member(session: Session, public_id: str) -> Member | None:
    """Return the present member of that public id."""
    return session.scalar(sa.select(Member).where(Member.public_id == public_id, Member.is_present))


def id_of(session: Session, public_id: str) -> int:
    """Return a member's id, whatever has become of their account; raise NotFound where there is none."""
    member_id = session.scalar(sa.select(Member.id).where(Member.public_id == public_id))
    if member_id is None:
        raise NotFound
    return member_id


def find_by_address(session: Session, email: str) -> Member | None:
    """Return the member of that address, whatever the state of the account."""
    return session.scalar(sa.select(Member).where(Member.email == email))


def create_member(
    session: Session, email: str, first_name: str, password: str | None, locale: str, timezone: str, *, now: datetime
) -> Member:
    """Open a confirmed account, as operators do for their first people; ``password`` is hashed."""
    if find_by_address(session, email) is not None:
        raise AddressTaken
    member = Member(
        email=email,
        first_name=first_name,
        password=password,
        fs_uniquifier=token_hex(16),
        locale=locale,
        timezone=timezone,
        created_at=now,
        confirmed_at=now,
        adult_confirmed_at=now,
    )
    session.add(member)
    session.flush()
    keep_apart(session, member, now=now)
    return member


def get_other(session: Session, public_id: str, viewer_id: int) -> Member:
    """Return another member for a viewer; one who blocked, closed or never was looks the same: not found."""
    other = find_member(session, public_id)
    if other is None or other.id == viewer_id or is_blocked(session, viewer_id, other.id):
        raise NotFound
    return other


def block(session: Session, member_id: int, blocked_id: int, *, now: datetime) -> None:
    """Keep two members apart from this transaction on.

    First wait for whoever ``hold``s the two: so nothing between them is committed after the block. One of the two is
    enough, and who waits for one alone stands in nobody's way.
    """
    one = sa.select(Member.id).where(Member.id == min(member_id, blocked_id))
    session.execute(one.with_for_update(key_share=True))
    insert_once(session, Block, member_id=member_id, blocked_id=blocked_id, blocked_at=now)


def hold(session: Session, member_ids: Collection[int] | sa.Select[int]) -> None:
    """Let nobody of these block another until this transaction ends; who is blocked already is asked after this.

    SQLite needs none of it: there one writes at a time.
    """
    them = sa.select(Member.id).where(Member.id.in_(member_ids)).order_by(Member.id)
    session.execute(them.with_for_update(read=True))


def unblock(session: Session, member_id: int, blocked_id: int) -> None:
    """Take a block back."""
    session.execute(sa.delete(Block).where(Block.member_id == member_id, Block.blocked_id == blocked_id))


def unblock_by_public_id(session: Session, member_id: int, public_id: str) -> None:
    """Take a block back, whether or not the other's account is still open."""
    other_id = session.scalar(sa.select(Member.id).where(Member.public_id == public_id))
    if other_id is not None:
        unblock(session, member_id, other_id)


def blocked_members(session: Session, member_id: int) -> list[Member]:
    """Return whom a member has blocked, the latest first; not who was kept away by an address."""
    chosen = (Block.member_id == member_id, ~Block.is_by_address)
    mine = sa.select(Member).join(Block, Block.blocked_id == Member.id).where(*chosen)
    return list(session.scalars(mine.order_by(Block.id.desc())))


def blocked_ids(session: Session, member_id: int) -> set[int]:
    """Return everyone who is kept apart from a member, whoever asked for it."""
    return set(session.scalars(kept_apart(member_id)))


def kept_apart(member_id: int) -> sa.CompoundSelect[int]:
    """Select the same people, for use within another statement."""
    by_me = sa.select(Block.blocked_id).where(Block.member_id == member_id)
    by_them = sa.select(Block.member_id).where(Block.blocked_id == member_id)
    return by_me.union(by_them)


def is_blocked(session: Session, one_id: int, other_id: int) -> bool:
    """Return whether either has blocked the other."""
    pair = sa.or_(
        sa.and_(Block.member_id == one_id, Block.blocked_id == other_id),
        sa.and_(Block.member_id == other_id, Block.blocked_id == one_id),
    )
    return session.scalar(sa.select(sa.exists().where(pair))) or False


def grant(session: Session, member_id: int, role: Role, *, scope_id: int | None = None, now: datetime) -> None:
    """Give a member a role."""
    held = sa.select(Grant.id).where(Grant.member_id == member_id, Grant.role == role, Grant.scope_id == scope_id)
    if session.scalar(held) is None:
        session.add(Grant(member_id=member_id, role=role, scope_id=scope_id, granted_at=now))


def give_consent(session: Session, member_id: int, field_name: str, *, now: datetime) -> None:
    """Keep a member's yes to the use of one optional field."""
    if not insert_once(session, Consent, member_id=member_id, field_name=field_name, given_at=now):
        again = _consent(member_id, field_name, Consent.withdrawn_at.is_not(None))
        session.execute(sa.update(Consent).where(again).values(given_at=now, withdrawn_at=None))


def withdraw_consent(session: Session, member_id: int, field_name: str, *, now: datetime) -> None:
    """Keep that a member no longer wants one optional field to be used; whoever keeps the field empties it."""
    given = _consent(member_id, field_name, Consent.withdrawn_at.is_(None))
    session.execute(sa.update(Consent).where(given).values(withdrawn_at=now))


def consented_fields(session: Session, member_id: int) -> set[str]:
    """Return the names of the optional fields that a member lets us use now."""
    given = sa.and_(Consent.member_id == member_id, Consent.withdrawn_at.is_(None))
    return set(session.scalars(sa.select(Consent.field_name).where(given)))


def _consent(member_id: int, field_name: str, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.and_(Consent.member_id == member_id, Consent.field_name == field_name, condition)


def post_about_account(
    session: Session,
    letter: Letter,
    member_id: int,
    *,
    address: str | None = None,
    due_at: datetime | None = None,
    now: datetime,
) -> bool:
    """Put a letter about the account into the outbox, unless many of its kind went there today."""
    today = (Notice.member_id == member_id, Notice.kind == letter.kind, Notice.created_at > now - timedelta(days=1))
    if (session.scalar(sa.select(sa.func.count()).where(*today)) or 0) >= MOST_LETTERS_A_DAY:
        return False
    args = {"address": address} if address else {}
    key = f"{member_id}:{now.timestamp()}"
    return post(session, letter, member_id, args, key=key, now=now, due_at=due_at, address=address)


def ask_for_new_password(session: Session, member: Member, *, now: datetime) -> None:
    """Send the way to a new password; whoever shares a mailbox gets a day in which a signed-in device can stop it."""
    due_at = now + TIME_TO_STOP if member.is_discreet else None
    if post_about_account(session, RESET_PASSWORD, member.id, due_at=due_at, now=now) and due_at:
        post_about_account(session, RESET_ASKED, member.id, now=now)


def stop_new_password(session: Session, member_id: int, *, now: datetime) -> None:
    """Take back the letters with the way to a new password that wait."""
    withdraw(session, RESET_PASSWORD, f"{member_id}:", now=now, reason="the member stopped it")


def save_account(
    session: Session, member_id: int, *, first_name: str, locale: str, timezone: str, is_discreet: bool
) -> None:
    """Keep how a member is called and written to."""
    member = session.get_one(Member, member_id)
    member.first_name, member.locale, member.timezone = first_name, locale, timezone
    member.is_discreet = is_discreet


def sign_out_everywhere(session: Session, member_id: int) -> None:
    """End every session of a member, on every device."""
    devices.end_all(session, session.get_one(Member, member_id))


def change_address(session: Session, uniquifier: str, old: str, new: str, *, now: datetime) -> None:
    """Give an account the address whose mailbox confirmed it, and tell the old one."""
    owner = sa.select(Member).where(Member.fs_uniquifier == uniquifier, Member.email == old).with_for_update(of=Member)
    member = session.scalar(owner)
    if member is None or not member.is_active or find_by_address(session, new) is not None:
        raise LinkExpired
    member.email = new
    keep_apart(session, member, now=now)
    post_about_account(session, ADDRESS_CHANGED, member.id, address=old, now=now)


def choose_quiet_hours(session: Session, member_id: int, quiet_from: int, quiet_until: int) -> None:
    """Keep when letters to a member wait, in minutes after midnight; the same twice: never."""
    member = session.get_one(Member, member_id)
    member.quiet_from, member.quiet_until = quiet_from, quiet_until


def choose_gathering(session: Session, member_id: int, weekday: int, hour: int) -> None:
    """Keep when a member wants what comes together, once a day or once a week."""
    member = session.get_one(Member, member_id)
    member.gathers_on, member.gathers_at = weekday, hour

"""Members, their roles, consents and blocks."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_security import UserMixin, WebAuthnMixin
from flask_security.utils import verify_password
from sqlalchemy import ForeignKey, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, relationship

from welcome.database import Audience, Base, Retention, Tag, field, key, public_id, subject

SIGN_IN = Tag("sign in, and be reached", Audience.OWNER, Retention.ACCOUNT)
SECRET = Tag("keep the account its owner's", Audience.SYSTEM, Retention.ACCOUNT)
NAME = Tag("be greeted and introduced by first name", Audience.MEMBERS, Retention.ACCOUNT)
READING = Tag("write in the member's language and time zone", Audience.OWNER, Retention.ACCOUNT)
QUIET = Tag("let letters wait while the member sleeps", Audience.OWNER, Retention.ACCOUNT)
GATHERING = Tag("send several notices in one letter when the member wants it", Audience.OWNER, Retention.ACCOUNT)
STANDING = Tag("know whether the account is open", Audience.OWNER, Retention.ACCOUNT)
ROLE = Tag("know who may do what", Audience.MEMBERS, Retention.ACCOUNT)
DEVICE = Tag("show where one is signed in, and end it from afar", Audience.OWNER, Retention.ACCOUNT)
CHOICE = Tag("prove and undo what was consented to", Audience.OWNER, Retention.ACCOUNT)
SAFETY = Tag("keep two people apart", Audience.OWNER, Retention.ACCOUNT)


class Member(Base, UserMixin):
    """Anyone with an account. Everything about them beyond it lives in other rooms."""

    __tablename__ = "member"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(NAME, String(16), unique=True, default=public_id)
    email: Mapped[str] = field(SIGN_IN, String(254), unique=True)
    password: Mapped[str | None] = field(SECRET, String(255))
    active: Mapped[bool] = field(STANDING, default=True)
    fs_uniquifier: Mapped[str] = field(SECRET, String(64), unique=True)
    tf_primary_method: Mapped[str | None] = field(SECRET, String(20))  #: "authenticator": codes from an app
    tf_totp_secret: Mapped[str | None] = field(SECRET, String(255))  #: sealed with SECRET_KEY
    tf_last_counter: Mapped[int | None] = field(SECRET)
    #: Digests. Mutable, because Flask-Security takes a used code out of the list.
    mf_recovery_codes: Mapped[list[str] | None] = field(SECRET, MutableList.as_mutable(sa.JSON()))
    fs_webauthn_user_handle: Mapped[str | None] = field(SECRET, String(64), unique=True)  # type: ignore[assignment]
    first_name: Mapped[str] = field(NAME, String(60))
    locale: Mapped[str] = field(READING, String(8))
    timezone: Mapped[str] = field(READING, String(40))
    is_discreet: Mapped[bool] = field(
        Tag("keep letters silent about names and places", Audience.OWNER, Retention.ACCOUNT), default=False
    )
    quiet_from: Mapped[int | None] = field(QUIET)  #: minutes after midnight; None: as this instance does
    quiet_until: Mapped[int | None] = field(QUIET)
    gathers_on: Mapped[int | None] = field(GATHERING)  #: the weekday (0 is Monday) of what comes together once a week
    gathers_at: Mapped[int | None] = field(GATHERING)  #: the hour of what comes together; None: as usual
    created_at: Mapped[datetime] = field(STANDING)
    seen_on: Mapped[date | None] = field(
        Tag("ask whether an account that nobody uses shall be kept", Audience.OWNER, Retention.ACCOUNT)
    )
    confirmed_at: Mapped[datetime | None] = field(STANDING)
    adult_confirmed_at: Mapped[datetime | None] = field(
        Tag(
            "know that the member is an adult (the fact, not the date of birth)",
            Audience.OWNER,
            Retention.ACCOUNT,
        )
    )
    suspended_at: Mapped[datetime | None] = field(STANDING)
    paused_at: Mapped[datetime | None] = field(STANDING)  #: by a moderator: nobody sees the member for a while
    limited_at: Mapped[datetime | None] = field(STANDING)  #: by a moderator: no first contacts for a while
    closed_at: Mapped[datetime | None] = field(STANDING, index=True)
    #: Of a guest without an account, who can never sign in: the only address that reaches them.
    guest_email: Mapped[str | None] = field(
        Tag("write to somebody who comes without an account", Audience.OWNER, Retention.ACCOUNT),
        String(254),
        unique=True,
    )

    webauthn: Mapped[list["Passkey"]] = relationship(cascade="all, delete-orphan", order_by="Passkey.id")  # type: ignore[assignment]

    @hybrid_property
    def is_present(self) -> bool:
        """Whether others may see this member: confirmed, not paused, not suspended, not closed."""
        shut = (self.suspended_at, self.closed_at, self.paused_at)
        return self.confirmed_at is not None and shut == (None, None, None)

    @is_present.inplace.expression
    @classmethod
    def _is_present(cls) -> sa.ColumnElement[bool]:
        shut = (cls.suspended_at, cls.closed_at, cls.paused_at)
        return sa.and_(cls.confirmed_at.is_not(None), *(at.is_(None) for at in shut))

    @property
    def is_active(self) -> bool:
        """Whether this member may sign in and stay signed in."""
        return self.active and self.suspended_at is None and self.closed_at is None

    def verify_and_update_password(self, password: str) -> bool:
        """Return whether this is the member's password; signing in writes nothing, so it holds no lock."""
        return self.password is not None and bool(verify_password(password, self.password))

    @property
    def is_reachable(self) -> bool:
        """Whether letters may go to this member. Guests get letters only about what they have answered."""
        return self.is_guest or (self.confirmed_at is not None and self.suspended_at is None and self.closed_at is None)

    @property
    def is_guest(self) -> bool:
        """Whether this is somebody without an account."""
        return self.guest_email is not None

    @property
    def mail_address(self) -> str:
        """Where letters go."""
        return self.guest_email or self.email

    def __repr__(self) -> str:
        return f"<Member {self.id}>"


class Passkey(Base, WebAuthnMixin):
    """A key on a device that takes the place of the password, or comes after it. The columns are Flask-Security's."""

    __tablename__ = "passkey"

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    name: Mapped[str] = field(DEVICE, String(64))
    usage: Mapped[str] = field(DEVICE, String(16))
    lastuse_datetime: Mapped[datetime] = field(DEVICE)
    credential_id: Mapped[bytes] = field(SECRET, sa.LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = field(SECRET, sa.LargeBinary)
    sign_count: Mapped[int] = field(SECRET)
    transports: Mapped[list[str] | None] = field(SECRET)
    backup_state: Mapped[bool] = field(SECRET)
    device_type: Mapped[str] = field(SECRET, String(64))
    extensions: Mapped[str | None] = field(SECRET, sa.Text)

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how Flask-Security finds whose key this is."""
        return {"id": self.member_id}


class SignIn(Base):
    """A device on which a member is signed in; without its row the device's cookies are worth nothing."""

    __tablename__ = "sign_in"

    id: Mapped[int] = key()
    public_id: Mapped[str] = field(SECRET, String(16), unique=True, default=public_id)
    member_id: Mapped[int] = subject()
    device: Mapped[str] = field(DEVICE, String(80))
    started_at: Mapped[datetime] = field(DEVICE)
    seen_on: Mapped[date] = field(DEVICE)
    stays: Mapped[bool] = field(DEVICE)  #: whether its owner chose to stay signed in; other sign-ins end sooner


class Role(StrEnum):
    """What a grant allows."""

    ORGANISER = "organiser"  # of one organisation
    CO_ORGANISER = "co-organiser"  # of one event
    COORDINATOR = "coordinator"  # of one programme
    MODERATOR = "moderator"
    ADMIN = "admin"


class Grant(Base):
    """A role that a member holds, for one organisation or programme where the role is of one."""

    __tablename__ = "grant_of_role"
    __table_args__ = (sa.UniqueConstraint("member_id", "role", "scope_id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    role: Mapped[Role] = field(ROLE)
    scope_id: Mapped[int | None] = field(ROLE)
    granted_at: Mapped[datetime] = field(ROLE)


class Consent(Base):
    """A member's yes to the use of one optional field, until it is withdrawn."""

    __tablename__ = "consent"
    __table_args__ = (sa.UniqueConstraint("member_id", "field_name"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    field_name: Mapped[str] = field(CHOICE, String(40))
    given_at: Mapped[datetime] = field(CHOICE)
    withdrawn_at: Mapped[datetime | None] = field(CHOICE)


class Block(Base):
    """One member wants nothing to do with another. Total, and never shown to the other."""

    __tablename__ = "block"
    __table_args__ = (sa.UniqueConstraint("member_id", "blocked_id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    blocked_id: Mapped[int] = field(SAFETY, ForeignKey("member.id", ondelete="CASCADE"), index=True)
    blocked_at: Mapped[datetime] = field(SAFETY)
    #: Made by an address alone (see KeptAway): showing it would tell who is a member.
    is_by_address: Mapped[bool] = field(SAFETY, default=False)


class KeptAway(Base):
    """Somebody whom a member never wants to meet here, known by a keyed hash of their address alone."""

    __tablename__ = "kept_away"
    __table_args__ = (sa.UniqueConstraint("member_id", "address_hash"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = subject()
    address_hash: Mapped[str] = field(
        Tag("keep somebody away who may join later", Audience.SYSTEM, Retention.ACCOUNT), String(64), index=True
    )
    added_at: Mapped[datetime] = field(SAFETY)

"""Flask-Security, fitted to this house: our tables, our letters, our one write transaction."""

from typing import Any

from flask import Flask, request
from flask_security import MailUtil, RoleMixin, Security, SQLAlchemyUserDatastore

from welcome.accounts.letters import (
    ALREADY_MEMBER,
    CONFIRM_ADDRESS,
    CONFIRM_NEW_ADDRESS,
    PASSWORD_CHANGED,
    RESET_PASSWORD,
)
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.database import begin_writing, db
from welcome.post.service import post

#: Flask-Security's letters, and ours that go out instead.
LETTER_OF_TEMPLATE = {
    "confirmation_instructions": CONFIRM_ADDRESS,
    "welcome": CONFIRM_ADDRESS,
    "welcome_existing": ALREADY_MEMBER,
    "reset_instructions": RESET_PASSWORD,
    "reset_notice": PASSWORD_CHANGED,
    "change_notice": PASSWORD_CHANGED,
    "change_email_instructions": CONFIRM_NEW_ADDRESS,
}


class NoRole(RoleMixin):
    """Flask-Security wants a role class; our roles are grants (see ``access``)."""


class Outbox(MailUtil):
    """Flask-Security's mail goes through our outbox, in the same transaction as its cause."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: Any,
        html: Any,
        **context: Any,
    ) -> None:
        """Put our letter into the outbox; what it says is composed when it is sent."""
        letter, member = LETTER_OF_TEMPLATE[template], context["user"]
        address = recipient if recipient != member.email else None
        post(
            db.session(),
            letter,
            member.id,
            {},
            key=f"{member.id}:{now():%Y%m%dT%H%M%S%f}",
            now=now(),
            address=address,
        )


def init_app(app: Flask) -> None:
    """Set Flask-Security up."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 (the name of the method)
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_REGISTERABLE=True,
        SECURITY_CONFIRMABLE=True,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_CHANGE_EMAIL=True,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_DATETIME_FACTORY=now,
    )
    Security(app, SQLAlchemyUserDatastore(db, Member, NoRole), mail_util_cls=Outbox)
    app.before_request(_open_write_transaction)


def _open_write_transaction() -> None:
    """Give Flask-Security's own views, which commit by themselves, a transaction that may write."""
    if request.blueprint == "security" and request.method == "POST":
        begin_writing()

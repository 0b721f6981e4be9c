"""Flask-Security, fitted to this house: our tables, forms, sentences and letters, and our one write transaction."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import Flask, abort, flash, make_response, redirect, render_template, request
from flask_login import current_user
from flask_security import MailUtil, RoleMixin, Security, SQLAlchemyUserDatastore, hash_password
from flask_security.utils import get_message
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from welcome.accounts import codes, devices, forms, letters, same_time, second_factor, sentences, signing_in
from welcome.accounts.keeping_away import keep_apart
from welcome.accounts.models import Member, Passkey
from welcome.accounts.passwords import Passwords
from welcome.accounts.service import ask_for_new_password, post_about_account
from welcome.clock import now
from welcome.database import begin_writing, db
from welcome.web import safe_path

#: Flask-Security's letters, and ours that go out instead.
LETTER_OF_TEMPLATE = {
    "confirmation_instructions": letters.CONFIRM_ADDRESS,
    "welcome": letters.CONFIRM_ADDRESS,
    "welcome_existing": letters.ALREADY_MEMBER,
    "reset_instructions": letters.RESET_PASSWORD,
    "reset_notice": letters.PASSWORD_CHANGED,
    "change_notice": letters.PASSWORD_CHANGED,
    "change_email_instructions": letters.CONFIRM_NEW_ADDRESS,
}
FORMS: dict[str, Any] = {
    "login_form": forms.SignInForm,
    "register_form": forms.SignUpForm,
    "send_confirmation_form": forms.ResendForm,
    "forgot_password_form": forms.ForgottenForm,
    "reset_password_form": forms.NewPasswordForm,
    "change_password_form": forms.OtherPasswordForm,
    "change_email_form": forms.AddressForm,
    "verify_form": forms.OnceMoreForm,
}


LETTER_SENT = "/join/letter"
#: Hashing is slow on purpose; hundreds of tests need not be.
QUICK = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}


class NoRole(RoleMixin):
    """Flask-Security wants a role class; our roles are grants (see ``access``)."""


class Members(SQLAlchemyUserDatastore):
    """Where Flask-Security finds and makes members."""

    def create_user(self, **columns: Any) -> Any:
        """Add a member, who has no role of Flask-Security's kind."""
        columns = {"active": True, "fs_uniquifier": token_hex(16), **columns}
        member = Member(**columns)
        db.session.add(member)
        db.session.flush()
        keep_apart(db.session(), member, now=now())
        return member

    def set_uniquifier(self, user: Any, uniquifier: str | None = None) -> None:
        """End every session of a member, as a new password does."""
        devices.end_all(db.session(), user)


class Outbox(MailUtil):
    """Flask-Security's mail goes through our outbox, in the same transaction as its cause."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any
    ) -> None:
        """Put our letter into the outbox; what it says is composed when it is sent."""
        letter, member = LETTER_OF_TEMPLATE[template.rsplit("/", 1)[-1]], context["user"]
        if letter is letters.RESET_PASSWORD:
            hash_password("as slow as for an address that nobody has")
        session = db.session()
        session.flush()
        if letter is letters.RESET_PASSWORD:
            ask_for_new_password(session, member, now=now())
            return
        address = recipient if recipient != member.email else None
        post_about_account(session, letter, member.id, address=address, now=now())

    def normalize(self, email: str) -> str:
        """Return an address as we keep it: in small letters, so that it is there once."""
        return super().normalize(email).lower()

    def validate(self, email: str) -> str:
        """Return an address as we keep it, or raise when it is none."""
        return super().validate(email).lower()


def init_app(app: Flask) -> None:
    """Set Flask-Security up."""
    app.config.update(_settings(app), **sentences.settings())
    security = Security(
        app,
        Members(db, Member, NoRole, Passkey),
        mail_util_cls=Outbox,
        password_util_cls=Passwords,
        totp_cls=codes.Codes,
        mf_recovery_codes_util_cls=codes.PaperCodes,
        webauthn_util_cls=second_factor.Passkeys,
        render_template=_page,
        **FORMS,
        **second_factor.FORMS,
    )
    security.want_json(lambda _request: False)
    signing_in.init_app(app)
    app.view_functions["security.register"] = _once(app.view_functions["security.register"])
    same_time.init_app(app)
    app.before_request(_refuse_detours)
    app.before_request(_open_write_transaction)
    app.after_request(_close_write_transaction)
    app.after_request(_forget_this_form)


def _settings(app: Flask) -> dict[str, Any]:
    switched_on = ("REGISTERABLE", "CONFIRMABLE", "RECOVERABLE", "CHANGEABLE", "CHANGE_EMAIL")
    chosen = {
        **second_factor.settings(app),
        **dict.fromkeys((*switched_on, "RETURN_GENERIC_RESPONSES"), True),
        **dict.fromkeys(("JOIN_USER_ROLES", "PASSWORD_CONFIRM_REQUIRED", "EMAIL_PLAINTEXT", "EMAIL_HTML"), False),
        # What is hashed into a link is no secret to guess; a slow hash would hold the write lock for half a second.
        "HASHING_SCHEMES": ["hex_sha256"],
        "DEPRECATED_HASHING_SCHEMES": [],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SINGLE_HASH": ["argon2"],
        "PASSWORD_SCHEMES": ["argon2"],
        "DEPRECATED_PASSWORD_SCHEMES": [],
        "PASSWORD_HASH_PASSLIB_OPTIONS": QUICK if app.config["TESTING"] else {},
        "PASSWORD_SALT": app.config["SECRET_KEY"],
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _as_kept, "case_insensitive": False}}],
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": app.config["TESTING"]},
        "API_ENABLED_METHODS": ["session"],
        "POST_REGISTER_VIEW": LETTER_SENT,
        "POST_CHANGE_VIEW": "/me",
        "DATETIME_FACTORY": now,
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": app.config["BABEL_TRANSLATION_DIRECTORIES"],
    }
    return {f"SECURITY_{name}": value for name, value in chosen.items()}


def _as_kept(address: str) -> str:
    return address.strip().lower()


def _page(template: str, **context: Any) -> Any:
    """Render a page of the front door; a form that was not accepted says so in its status too."""
    has_errors = any(isinstance(value, FlaskForm) and value.errors for value in context.values())
    return make_response(render_template(template, **context), 422 if has_errors else 200)


def _once(register: Callable[[], Any]) -> Callable[[], Any]:
    def sign_up() -> Any:
        """Sign up; whoever loses a race for one address gets the answer that a known address gets."""
        try:
            return register()
        except IntegrityError:
            db.session.rollback()
            flash(*get_message("CONFIRM_REGISTRATION", email=request.form.get("email", "").strip().lower()))
            return redirect(LETTER_SENT)

    return sign_up


def _is_post() -> bool:
    return request.blueprint == "security" and request.method == "POST"


def _refuse_detours() -> Any:
    """Refuse what no page of ours sends to Flask-Security: JSON, and a way on that leaves this site.

    It also signs out whoever is signed in and opens the page of a second step; a page that is only looked at does not.
    """
    if request.blueprint != "security":
        return None
    if request.endpoint in second_factor.STEPS and current_user.is_authenticated:
        return redirect(second_factor.PAGE, 303)
    if request.is_json:
        abort(415)
    if any(target and safe_path(target) != target for target in request.values.getlist("next")):
        abort(400)
    return None


def _open_write_transaction() -> None:
    """Give Flask-Security's own views a transaction that may write; signing in only reads."""
    if _is_post() and request.endpoint != "security.login":
        begin_writing()


def _close_write_transaction(response: BaseResponse) -> BaseResponse:
    """Keep what a view of Flask-Security wrote, unless it answered with a fault."""
    if _is_post():
        # These views are not ours: some of them commit by themselves, others leave it to their caller.
        db.session.commit() if response.status_code < 400 else db.session.rollback()
    return response


def _forget_this_form(response: BaseResponse) -> BaseResponse:
    """Drop the way on that Flask-Security makes up for a second step: the full address of the sign-in page itself."""
    if request.blueprint == "security" and "?next=http" in (response.location or ""):
        response.location = str(response.location).partition("?")[0]
    return response

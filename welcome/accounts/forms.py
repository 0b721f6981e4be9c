"""The forms of the front door and of a member's own account."""

from collections.abc import Iterator
from typing import Any, ClassVar

from flask import current_app
from flask_babel import LazyString
from flask_security.change_email import ChangeEmailForm
from flask_security.forms import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    VerifyForm,
)
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length

from welcome.accounts.names import looks_like_a_name, squeeze
from welcome.accounts.passwords import LONGEST
from welcome.accounts.zones import named_zones
from welcome.clock import now
from welcome.i18n import choose_locale, offered_languages
from welcome.i18n import lazy_gettext as _l


class AboutReader(Form):
    """The first name, and in which language and time zone we write."""

    first_name = StringField(
        _l("First name"),
        filters=[squeeze],
        validators=[
            DataRequired(_l("Please type your first name.")),
            Length(max=60),
            looks_like_a_name,
        ],
    )
    locale = SelectField(
        _l("We write to you in"),
        default=choose_locale,
        choices=lambda: [SelectChoice(code, name) for code, name in offered_languages()],
    )
    timezone = SelectField(
        _l("Your clock shows the time of"),
        default=lambda: current_app.config["DEFAULT_TIMEZONE"],
        choices=lambda: [SelectChoice(zone, city) for zone, city in named_zones(choose_locale())],
    )


class Labelled(Form):
    """Flask-Security's fields under our labels."""

    labels: ClassVar[dict[str, LazyString]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if isinstance(field, PasswordField) and field.data:
                field.data = field.data[: LONGEST + 1]  # longer ones are wrong anyway, and cost time
        for name, label in {"email": _l("E-mail address"), "password": _l("Password"), **self.labels}.items():
            if name in self:
                self[name].label.text = label


class SignUpForm(Labelled, AboutReader, RegisterFormV2):
    """Become a member."""

    labels = {"password": _l("Choose a password")}

    is_adult = BooleanField(
        _l("I am 18 years old or older"),
        validators=[InputRequired(_l("You need to be 18 or older. Please confirm that you are."))],
    )

    def __iter__(self) -> Iterator[Any]:
        """Yield the fields in the order of the page, in which the summary of errors names them."""
        order = ("first_name", "email", "password", "locale", "timezone", "is_adult")
        return iter(sorted(super().__iter__(), key=lambda field: (*order, field.name).index(field.name)))

    def to_dict(self, only_user: bool) -> dict[str, Any]:
        """Return the new member's columns: those of the form, and when it was sent."""
        columns: dict[str, Any] = super().to_dict(only_user)
        return {**columns, "created_at": now(), "adult_confirmed_at": now()} if only_user else columns


class SignInForm(Labelled, LoginForm):
    """Come in."""

    labels = {"remember": _l("Keep me signed in on this device")}

    def validate(self, **kwargs: Any) -> bool:
        """Tell whoever knows the password what else is in the way; to others every "no" is the same."""
        is_right: bool = super().validate(**kwargs)
        if self.user_authenticated:
            self.form_errors += self.email.errors
            self.email.errors = []
        return is_right


class ResendForm(Labelled, SendConfirmationForm):
    """Ask for the letter with the confirmation link once more."""


class ForgottenForm(Labelled, ForgotPasswordForm):
    """Ask for a letter with a link to a new password."""


class NewPasswordForm(Labelled, ResetPasswordForm):
    """Set a new password by the link of a letter."""

    labels = {"password": _l("New password")}
    password_confirm = None


class OtherPasswordForm(Labelled, ChangePasswordForm):
    """Change the password while signed in."""

    labels = {"password": _l("Your password until now"), "new_password": _l("New password")}
    new_password_confirm = None


class AddressForm(Labelled, ChangeEmailForm):
    """Ask for another address."""

    labels = {"email": _l("New e-mail address")}


class OnceMoreForm(Labelled, VerifyForm):
    """Prove with the password that it is still you."""


class AccountForm(AboutReader, FlaskForm):
    """How we call a member and write to them."""

    is_discreet = BooleanField(_l("Keep letters discreet"))


def as_kept(address: str | None) -> str | None:
    """Return an address as we keep it: in small letters."""
    return address.strip().lower() if address else address


class KeepAwayForm(FlaskForm):
    """Name somebody who shall never be met here."""

    email = EmailField(
        _l("Their e-mail address"),
        filters=[as_kept],
        validators=[DataRequired(_l("Please type an e-mail address.")), Email(_l("This is no e-mail address."))],
    )


class CloseForm(Labelled, FlaskForm):
    """Close the account; the password shows that it is the owner who asks."""

    labels = {"password": _l("Your password")}

    password = PasswordField(validators=[InputRequired(_l("Please type your password."))])

"""More than a password: codes from an app, codes on paper, passkeys. Flask-Security does them; this fits them to us."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_security import WebauthnUtil
from flask_security.forms import TwoFactorRescueForm, TwoFactorSetupForm, TwoFactorVerifyCodeForm
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.webauthn import WebAuthnRegisterForm, WebAuthnSigninForm
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from wtforms import RadioField, SelectChoice

from welcome.accounts.forms import Labelled
from welcome.accounts.models import Member
from welcome.i18n import lazy_gettext as _l

PAGE = "/me/second-factor"
#: Pages between the password and the account.
STEPS = {"security.two_factor_token_validation", "security.two_factor_rescue", "security.tf_select"}
RECOVERY_CODES = 8


class Passkeys(WebauthnUtil):
    """Passkeys belong to the public address, whatever name a request was sent to."""

    def origin(self) -> str:
        """Return the address that a browser must have shown."""
        return str(current_app.config["PUBLIC_URL"])

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """Take the phone or computer itself as well as a key that is plugged in; alone it must know its owner."""
        is_alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if is_alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED
            if is_alone
            else UserVerificationRequirement.DISCOURAGED,
        )


class CodeForm(Labelled, TwoFactorVerifyCodeForm):
    """Type a code from the app."""

    labels = {"code": _l("The six digits that your app shows now")}


class Methods(RadioField):
    """Choices that Flask-Security fills in as pairs, which WTForms does not want any more."""

    choices: list[Any]

    def iter_choices(self) -> Any:
        """Yield the choices as WTForms wants them."""
        self.choices = [pair if isinstance(pair, SelectChoice) else SelectChoice(*pair) for pair in self.choices]
        return super().iter_choices()


class CodeAppForm(TwoFactorSetupForm):
    """Begin with an app that makes codes, or end it."""

    setup = Methods(choices=[SelectChoice("authenticator"), SelectChoice("disable")])


class MethodForm(TwoFactorSelectForm):
    """Choose among the ways to take the second step."""

    which = Methods(choices=[])


class RescueForm(TwoFactorRescueForm):
    """Flask-Security asks for it; our way out is a code from paper."""

    help_setup = Methods(choices=[])


class PaperForm(Labelled, MfRecoveryForm):
    """Type a code from paper."""

    labels = {"code": _l("One of the codes that you wrote down")}


class PasskeySignInForm(Labelled, WebAuthnSigninForm):
    """Come in by a passkey."""

    labels = {"remember": _l("Keep me signed in on this device")}


class PasskeyForm(Labelled, WebAuthnRegisterForm):
    """Name a new passkey and say what it is for."""

    labels = {"name": _l("A name, such as the device it is on")}

    usage = RadioField(
        _l("What is it for?"),
        default="first",
        choices=[
            SelectChoice("first", _l("To sign in without a password")),
            SelectChoice("secondary", _l("After the password, for more safety")),
        ],
    )


FORMS: dict[str, Any] = {
    "two_factor_verify_code_form": CodeForm,
    "two_factor_setup_form": CodeAppForm,
    "two_factor_select_form": MethodForm,
    "two_factor_rescue_form": RescueForm,
    "mf_recovery_form": PaperForm,
    "wan_register_form": PasskeyForm,
    "wan_signin_form": PasskeySignInForm,
}


def settings(app: Flask) -> dict[str, Any]:
    """Return Flask-Security's settings, without its prefix."""
    name = app.config["INSTANCE_NAME"]
    return {
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,  # a mailbox is not the key to an account
        "TWO_FACTOR_POST_SETUP_VIEW": PAGE,
        "TOTP_SECRETS": {"1": str(app.config["SECRET_KEY"])},
        "TOTP_ISSUER": name,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "WEBAUTHN": True,
        "WAN_RP_NAME": name,
        "WAN_POST_REGISTER_VIEW": PAGE,
        "WAN_ALLOW_USER_HINTS": False,  # so that nobody learns who has a passkey
        "WAN_ALLOW_AS_VERIFY": None,
        "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    }


def has_second_factor(member: Member) -> bool:
    """Return whether a password alone does not open the account."""
    return bool(member.tf_primary_method) or any(passkey.usage == "secondary" for passkey in member.webauthn)

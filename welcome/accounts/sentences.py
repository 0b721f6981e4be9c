"""What Flask-Security says, in our own words, so that our catalogues translate it."""

from datetime import timedelta
from typing import Any

CONFIRM_WITHIN = timedelta(days=3)
RESET_WITHIN = timedelta(hours=4)


def N_(sentence: str) -> str:
    """Mark a sentence for translation; Flask-Security looks it up when it is said."""
    return sentence


SENTENCES = {
    "API_ERROR": (N_("We could not understand this request."), "error"),
    "GENERIC_AUTHN_FAILED": (N_("This e-mail address and this password do not belong together."), "error"),
    "UNAUTHORIZED": (N_("You may not open this page."), "error"),
    "UNAUTHENTICATED": (N_("Please sign in to see this page."), "info"),
    "REAUTHENTICATION_REQUIRED": (N_("Please type your password once more. It keeps your account safe."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on."), "success"),
    "ANONYMOUS_USER_REQUIRED": (N_("You are signed in already."), "info"),
    "CONFIRM_REGISTRATION": (
        N_("Thank you. We have sent a letter to %(email)s. Open it and follow its link to go on."),
        "success",
    ),
    "CONFIRMATION_REQUIRED": (
        N_("Please confirm your e-mail address first. The link is in the letter that we sent you."),
        "error",
    ),
    "CONFIRMATION_REQUEST": (
        N_("If an account for %(email)s waits to be confirmed, a new letter is on its way."),
        "info",
    ),
    "CONFIRMATION_EXPIRED": (N_("This link is too old. Ask for a new letter below."), "error"),
    "INVALID_CONFIRMATION_TOKEN": (N_("This link does not work. Ask for a new letter below."), "error"),
    "ALREADY_CONFIRMED": (N_("Your e-mail address is confirmed already. You can sign in."), "info"),
    "EMAIL_CONFIRMED": (N_("Thank you. Your e-mail address is confirmed."), "success"),
    "EMAIL_NOT_PROVIDED": (N_("Please type your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (N_("This does not look like an e-mail address."), "error"),
    "EMAIL_ALREADY_ASSOCIATED": (N_("Please use another e-mail address."), "error"),
    "USER_DOES_NOT_EXIST": (N_("This e-mail address and this password do not belong together."), "error"),
    "DISABLED_ACCOUNT": (
        N_("This account is closed. If you closed it yourself, the letter we sent you tells how to open it again."),
        "error",
    ),
    "PASSWORD_NOT_PROVIDED": (N_("Please type your password."), "error"),
    "INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("Please choose a password that you have not used here before."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords are not the same."), "error"),
    "FORGOT_PASSWORD": (N_("I forgot my password"), "info"),
    "PASSWORD_RESET_REQUEST": (
        N_("If there is an account for %(email)s, a letter with a link to a new password is on its way."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (N_("This link is too old. Ask for a new letter below."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (N_("This link does not work any more. Ask for a new letter below."), "error"),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your new password is set. You can sign in with it now."), "success"),
    "PASSWORD_RESET": (N_("Your new password is set."), "success"),
    "PASSWORD_CHANGE": (
        N_("Your new password is set. On all other devices you are signed out."),
        "success",
    ),
    "CHANGE_EMAIL_SENT": (
        N_("If %(email)s can be used, a letter is on its way there. Its link makes it your new address."),
        "info",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (N_("This code does not fit, or was used already. Please type the next one."), "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("From now on you need a code from your app to sign in. Now write down codes for the day you lose it."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Please sign in first."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("We could not understand this request."), "error"),
    "TWO_FACTOR_DISABLED": (N_("You do not need a code from your app any more."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (N_("This took too long. Please begin again."), "error"),
    "INVALID_RECOVERY_CODE": (N_("This code does not fit, or was used already."), "error"),
    "NO_RECOVERY_CODES_SETUP": (N_("There are no codes yet."), "info"),
    "WEBAUTHN_EXPIRED": (N_("This took too long. Please begin again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Please give it a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey with this name already."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey with this name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("Please use letters and numbers only."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("This passkey opens your account no longer."), "info"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("Your passkey is ready."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is in use already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("This passkey does not open an account here."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("This passkey does not open an account here."), "error"),
    "WEBAUTHN_NO_VERIFY": (N_("This passkey could not be checked. Please try again."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This passkey is for the other way to sign in."), "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey does not open an account here."), "error"),
    "INVALID_REDIRECT": (N_("We could not understand this request."), "error"),
}


def settings() -> dict[str, Any]:
    """Return Flask-Security's settings for what it says and how long its links live."""
    said = {f"SECURITY_MSG_{name}": sentence for name, sentence in SENTENCES.items()}
    return {**said, "SECURITY_CONFIRM_EMAIL_WITHIN": CONFIRM_WITHIN, "SECURITY_RESET_PASSWORD_WITHIN": RESET_WITHIN}

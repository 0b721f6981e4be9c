"""Pages behind the links of letters: looking at one changes nothing, its button does (mail scanners follow links)."""

from flask import Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_security import login_user
from flask_security.confirmable import confirm_email_token_status, confirm_user
from flask_security.utils import get_message
from werkzeug.wrappers import Response

from welcome.accounts import tokens
from welcome.accounts.tokens import Purpose


def init_app(app: Flask) -> None:
    """Put our pages in the place of Flask-Security's, which change things when they are looked at."""
    app.view_functions["security.confirm_email"] = confirm_address
    app.view_functions["security.change_email_confirm"] = show_new_address
    app.after_request(_remember_sign_up)


def first_step() -> str:
    """Return the page on which a new member begins: the profile's first question, where there is one."""
    if "profiles.step" in current_app.view_functions:
        return url_for("profiles.step", step="side")
    return "/"


def confirm_address(token: str) -> Response | str:
    """Confirm an address by the letter's link; the browser that signed up is signed in at once."""
    is_old, is_wrong, member = confirm_email_token_status(token)
    if member is None or is_wrong or is_old or not member.is_active:
        said = (
            get_message("CONFIRMATION_EXPIRED", within="3 days")
            if is_old
            else get_message("INVALID_CONFIRMATION_TOKEN")
        )
        return _send_on("security.send_confirmation", said)
    if member.confirmed_at is not None:
        return _send_on("security.login", get_message("ALREADY_CONFIRMED"))
    if request.method != "POST":
        return render_template("security/confirm_email.html")
    confirm_user(member)
    flash(*get_message("EMAIL_CONFIRMED"))
    if session.pop("signed_up", None) == member.email:
        login_user(member, authn_via=["confirm"])
        return redirect(first_step(), 303)
    return redirect(url_for("security.login", next=first_step()), 303)


def show_new_address(token: str) -> Response | str:
    """Show the address that an account would get; the button is answered by ``accounts.change_address``."""
    words = tokens.read(Purpose.CHANGE_ADDRESS, token)
    if not words:
        return _send_on("security.change_email", get_message("INVALID_CONFIRMATION_TOKEN"))
    return render_template("security/change_email_confirm.html", address=words[2])


def _send_on(endpoint: str, said: tuple[str, str]) -> Response:
    flash(*said)
    return redirect(url_for(endpoint), 303)


def _remember_sign_up(response: Response) -> Response:
    """Let the browser that signs up, and no other, be signed in when the address is confirmed."""
    is_sign_up = request.endpoint == "security.register" and request.method == "POST"
    if is_sign_up and response.status_code in {302, 303} and not current_user.is_authenticated:
        session["signed_up"] = request.form.get("email", "").strip().lower()
    return response

"""The account: how we call its owner, what opens it, where it is open, what it holds, and its end."""

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask_login import logout_user
from flask_security.utils import verify_password
from werkzeug.wrappers import Response as BaseResponse

from welcome.accounts import closing, devices, service, tokens
from welcome.accounts.access import Policy, access, current_member
from welcome.accounts.export import as_zip, export_of
from welcome.accounts.export_page import sections_of
from welcome.accounts.forms import AccountForm, CloseForm
from welcome.accounts.signing_in import this_device
from welcome.accounts.tokens import Purpose
from welcome.accounts.views.blueprint import Page, bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _


@bp.get("/join/letter")
@access(Policy.PUBLIC)
def letter_sent() -> Page:
    """Tell whoever has just signed up where to go on; it is the same for a known address."""
    return render_template("accounts/letter_sent.html")


@bp.route("/me", methods=["GET", "POST"])
@access(Policy.MEMBER)
def me() -> Page:
    """Show the account, and change how we call the member and write to them."""
    form = AccountForm(obj=current_member())
    if form.validate_on_submit():
        chosen = {name: form[name].data for name in ("first_name", "locale", "timezone", "is_discreet")}
        with writing() as transaction:
            service.save_account(transaction, current_member().id, **chosen)
        session.pop("locale", None)
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.me"), 303)
    blocked = service.blocked_members(db.session(), current_member().id)
    return render_template("accounts/me.html", form=form, blocked=blocked), 422 if form.errors else 200


@bp.get("/me/second-factor")
@access(Policy.MEMBER)
def second_factor() -> Page:
    """Show what opens the account besides the password, and the ways to add or end it."""
    return render_template("accounts/second_factor.html", codes_left=len(current_member().mf_recovery_codes or []))


@bp.get("/me/devices")
@access(Policy.MEMBER)
def list_devices() -> Page:
    """Show where one is signed in."""
    found, here = devices.devices_of(db.session(), current_member().id, now=now()), this_device()
    return render_template("accounts/devices.html", devices=found, here=here.id if here else None)


@bp.post("/me/devices/<public_id>/end")
@access(Policy.MEMBER)
def end_device(public_id: str) -> BaseResponse:
    """Sign one device out from afar."""
    with writing() as transaction:
        devices.end(transaction, current_member().id, public_id)
    flash(_("This device is signed out."), "success")
    return redirect(url_for("accounts.list_devices"), 303)


@bp.route("/me/stop-new-password", methods=["GET", "POST"])
@access(Policy.MEMBER)
def stop_new_password() -> Page:
    """Stop a new password that somebody with a look at the mailbox asked for."""
    if request.method != "POST":
        return render_template("accounts/stop_new_password.html")
    with writing() as transaction:
        service.stop_new_password(transaction, current_member().id, now=now())
    flash(_("Stopped. Your password stays as it is."), "success")
    return redirect(url_for("accounts.me"), 303)


@bp.post("/me/sign-out-everywhere")
@access(Policy.MEMBER)
def sign_out_everywhere() -> BaseResponse:
    """End the sessions on every device, this one too."""
    with writing() as transaction:
        service.sign_out_everywhere(transaction, current_member().id)
    logout_user()
    flash(_("You are signed out on all devices."), "success")
    return redirect(url_for("security.login"), 303)


@bp.get("/me/export")
@access(Policy.MEMBER)
def export() -> Response:
    """Hand over everything that is kept about the member."""
    data = export_of(db.session(), current_member().id)
    page = render_template("accounts/export.html", sections=sections_of(data), day=now().date())
    packed = as_zip(data, page)
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
    return Response(packed, mimetype="application/zip", headers=headers)


@bp.route("/me/close", methods=["GET", "POST"])
@access(Policy.MEMBER)
def close() -> Page:
    """Close the account, after the password was typed once more."""
    form, member = CloseForm(), current_member()
    if form.validate_on_submit():
        if member.password is None or verify_password(form.password.data, member.password):
            return _close(member.id)
        form.password.errors = [_("This is not your password.")]
    return render_template("accounts/close.html", form=form), 422 if form.errors else 200


def _close(member_id: int) -> BaseResponse:
    with writing() as transaction:
        closing.close_account(transaction, member_id, now=now())
    logout_user()
    flash(_("Your account is closed. A letter tells you how to open it again within seven days."), "success")
    return redirect(url_for("security.login"), 303)


@bp.route("/me/reopen/<token>", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def reopen(token: str) -> Page:
    """Open a closed account again by the letter's link: the button does it, looking does not."""
    words = tokens.read(Purpose.REOPEN, token)
    if not words:
        raise service.LinkExpired
    if request.method != "POST":
        return render_template("accounts/reopen.html")
    with writing() as transaction:
        closing.reopen_account(transaction, words[0], now=now())
    flash(_("Your account is open again. Please sign in."), "success")
    return redirect(url_for("security.login"), 303)


@bp.post("/change-email/<token>")
@access(Policy.PUBLIC)
def change_address(token: str) -> BaseResponse:
    """Take the new address into use, by the button behind the letter's link."""
    words = tokens.read(Purpose.CHANGE_ADDRESS, token)
    if not words:
        raise service.LinkExpired
    with writing() as transaction:
        service.change_address(transaction, *words, now=now())
    flash(_("Your new e-mail address is in use."), "success")
    return redirect(url_for("accounts.me"), 303)

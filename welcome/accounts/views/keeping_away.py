"""Whom a member keeps away: a member they met here, or somebody known by an address alone."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from welcome.accounts import keeping_away, service
from welcome.accounts.access import Policy, access, current_member
from welcome.accounts.forms import KeepAwayForm
from welcome.accounts.views.blueprint import Page, bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _


@bp.route("/people/<public_id>/block", methods=["GET", "POST"])
@access(Policy.MEMBER)
def block(public_id: str) -> Page:
    """Keep another member away, after saying what that means."""
    other = service.get_other(db.session(), public_id, current_member().id)
    if request.method != "POST":
        return render_template("accounts/block.html", other=other)
    with writing() as transaction:
        service.block(transaction, current_member().id, other.id, now=now())
    flash(_("Done. You will not meet this person here any more, and they are not told."), "success")
    return redirect(url_for("accounts.me", _anchor="blocked"), 303)


@bp.route("/me/never-show-me-to", methods=["GET", "POST"])
@access(Policy.MEMBER)
def never_show_me_to() -> Page:
    """Keep somebody away who may not be a member yet; the answer tells nothing about who is."""
    form, member_id = KeepAwayForm(), current_member().id
    if form.validate_on_submit():
        with writing() as transaction:
            keeping_away.keep_away(transaction, member_id, form.email.data, now=now())
        flash(_("Done. Whoever has this address and you never meet here, also if they join later."), "success")
        return redirect(url_for("accounts.never_show_me_to"), 303)
    count = keeping_away.count_kept_away(db.session(), member_id)
    return render_template("accounts/never_show_me_to.html", form=form, count=count), 422 if form.errors else 200


@bp.post("/me/never-show-me-to/forget")
@access(Policy.MEMBER)
def forget_kept_away() -> BaseResponse:
    """Take all of these wishes back."""
    with writing() as transaction:
        keeping_away.forget(transaction, current_member().id)
    flash(_("Done. Nobody is kept away by an address any more."), "success")
    return redirect(url_for("accounts.never_show_me_to"), 303)


@bp.post("/people/<public_id>/unblock")
@access(Policy.MEMBER)
def unblock(public_id: str) -> BaseResponse:
    """Take a block back."""
    with writing() as transaction:
        service.unblock_by_public_id(transaction, current_member().id, public_id)
    flash(_("Done. You can see each other again."), "success")
    return redirect(url_for("accounts.me", _anchor="blocked"), 303)

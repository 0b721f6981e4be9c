"""A reader says what is wrong; keepers and moderators answer."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import corrections, service
from welcome.directory.entries import entry_of
from welcome.directory.forms.exchanging import CorrectionForm
from welcome.directory.models import CorrectionState, Kind
from welcome.directory.views.blueprint import bp
from welcome.errors import NotFound
from welcome.i18n import gettext as _

Page = str | tuple[str, int] | Response


@bp.route("/guide/correct/<kind>/<slug>", methods=["GET", "POST"])
@access(Policy.PUBLIC)
def correct(kind: str, slug: str) -> Page:
    """Take what a reader has found, with or without an account."""
    if kind not in set(Kind):
        raise NotFound
    entry = entry_of(corrections.find_subject(db.session(), Kind(kind), slug))
    form = CorrectionForm()
    if not form.validate_on_submit():
        return render_template("directory/correct.html", form=form, entry=entry), 422 if form.errors else 200
    by = current_user.id if current_user.is_authenticated else None
    with writing() as session:
        corrections.suggest(session, Kind(kind), slug, form.part.data, form.words.data, by=by, now=now())
    flash(_("Thank you! Those who keep this page will look at it."), "success")
    return redirect(entry.path, 303)


@bp.post("/desk/organisations/<slug>/corrections/<public_id>")
@access(Policy.ORGANISER)
def answer_own(slug: str, public_id: str) -> Page:
    """Let a keeper accept or decline what is said about their own pages."""
    organisation_id = service.get_organisation(db.session(), slug).id
    require(Role.ORGANISER, organisation_id)
    _answer(public_id, organisation_id)
    return redirect(url_for(".edit_organisation", slug=slug), 303)


@bp.get("/desk/corrections")
@access(Policy.MODERATOR)
def list_corrections() -> Page:
    """Show moderators everything that waits for an answer."""
    waiting = corrections.open_corrections(db.session())
    return render_template("directory/corrections.html", corrections=waiting)


@bp.post("/desk/corrections/<public_id>")
@access(Policy.MODERATOR)
def answer_any(public_id: str) -> Page:
    """Let a moderator accept or decline, where nobody keeps the page or its keepers are silent."""
    _answer(public_id, None)
    return redirect(url_for(".list_corrections"), 303)


def _answer(public_id: str, organisation_id: int | None) -> None:
    with writing() as session:
        answered = corrections.answer(
            session, public_id, yes=request.form.get("answer") == "yes", organisation_id=organisation_id, now=now()
        )
        is_in_place = answered.state is CorrectionState.ACCEPTED and answered.part in corrections.PUT_BY_YES
    flash(_("It stands in the guide now.") if is_in_place else _("It is off the list."), "success")

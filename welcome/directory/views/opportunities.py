"""The desk on which an organisation says what it has for people."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import opportunities, rules, service
from welcome.directory.forms.keeping import OpportunityForm
from welcome.directory.models import Kind
from welcome.directory.views.blueprint import bp
from welcome.directory.views.desk import COMMON, own_organisation
from welcome.i18n import gettext as _
from welcome.i18n import known_languages

Page = str | tuple[str, int] | Response


@bp.route("/desk/organisations/<slug>/opportunities/new", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def add_opportunity(slug: str) -> Page:
    """Add work for volunteers, or an offer to members."""
    return _page(slug, None)


@bp.route("/desk/organisations/<slug>/opportunities/<key>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def edit_opportunity(slug: str, key: str) -> Page:
    """Say something else about it."""
    return _page(slug, key)


@bp.post("/desk/organisations/<slug>/opportunities/<key>/removed")
@access(Policy.ORGANISER)
def remove_opportunity(slug: str, key: str) -> Page:
    """Take it out of the guide."""
    organisation_id = own_organisation(slug).id
    with writing() as session:
        found = opportunities.get_opportunity(session, key, organisation_id)
        opportunities.remove_opportunity(session, found)
    flash(_("It is not in the guide any more."), "success")
    return redirect(url_for(".edit_organisation", slug=slug, _anchor="opportunities"), 303)


def _page(slug: str, key: str | None) -> Page:
    organisation = own_organisation(slug)
    organisation_id = organisation.id
    found = opportunities.get_opportunity(db.session(), key, organisation_id) if key else None
    form = OpportunityForm().offer(service.areas(db.session()), known_languages())
    if request.method == "GET":
        if found:
            form.show(found)
        elif request.args.get("kind") == Kind.OFFER:
            form.kind.data = Kind.OFFER.value
    elif form.validate():
        try:
            _save(slug, key, form, organisation_id)
        except rules.NoWebsite as refusal:
            form.website.errors = [str(refusal)]
        else:
            flash(_("Saved. This is what everybody reads now."), "success")
            return redirect(url_for(".edit_organisation", slug=slug, _anchor="opportunities"), 303)
        organisation = own_organisation(slug)
    status = 422 if form.errors else 200
    words = {"organisation": organisation, "key": key, "common": COMMON}
    return render_template("directory/edit_opportunity.html", form=form, **words), status


def _save(slug: str, key: str | None, form: OpportunityForm, organisation_id: int) -> None:
    with writing() as session:
        if key:
            found = opportunities.get_opportunity(session, key, organisation_id)
            opportunities.edit_opportunity(found, form.chance(), now=now())
        else:
            organisation = service.get_organisation(session, slug)
            opportunities.add_opportunity(session, organisation, form.chance(), now=now())

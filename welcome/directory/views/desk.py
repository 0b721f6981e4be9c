"""The desk on which organisations keep their pages of the guide."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, has_role, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import corrections, freshness, opportunities, rules, service
from welcome.directory.forms.keeping import OrganisationForm, OrganiserForm, VenueForm
from welcome.directory.models import Organisation, Venue
from welcome.directory.views.blueprint import bp
from welcome.errors import Refusal
from welcome.i18n import gettext as _
from welcome.i18n import known_languages

#: Languages that stand in the first row when an organisation names its own.
COMMON = frozenset({"ar", "de", "en", "es", "fr", "hi", "nl", "pl", "pt", "tr", "uk", "zh"})

Page = str | tuple[str, int] | Response


@bp.get("/desk/organisations")
@access(Policy.ORGANISER)
def desk() -> Page:
    """List the organisations that the reader keeps."""
    mine = service.organisations_of(db.session(), current_member().id)
    return render_template("directory/desk.html", organisations=mine, is_admin=has_role(Role.ADMIN))


@bp.route("/desk/organisations/new", methods=["GET", "POST"])
@access(Policy.ADMIN)
def add_organisation() -> Page:
    """Put an organisation into the guide."""
    form = OrganisationForm().offer(service.areas(db.session()), known_languages())
    if form.validate_on_submit():
        try:
            with writing() as session:
                slug = service.add_organisation(session, form.listing(), now=now()).slug
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("The organisation is in the guide. Now name who keeps its pages."), "success")
            return redirect(url_for("directory.edit_organisation", slug=slug), 303)
    return _form_page("directory/add_organisation.html", form)


@bp.route("/desk/organisations/<slug>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def edit_organisation(slug: str) -> Page:
    """Keep an organisation's page, its places and, as an admin, its organisers."""
    organisation = own_organisation(slug)
    form = OrganisationForm().offer(service.areas(db.session()), known_languages())
    if request.method == "GET":
        form.show(organisation)
    elif form.validate():
        try:
            with writing() as session:
                found = service.get_organisation(session, slug)
                service.edit_organisation(session, found, form.listing(), now=now())
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("Saved. This is what everybody reads now."), "success")
            return redirect(url_for(".organisation", slug=slug), 303)
    return _edit_page(slug, form, OrganiserForm(formdata=None))


@bp.post("/desk/organisations/<slug>/checked")
@access(Policy.ORGANISER)
def check(slug: str) -> Page:
    """Note that all that the guide says about an organisation is still right."""
    own_organisation(slug)
    with writing() as session:
        freshness.check(session, service.get_organisation(session, slug), now().date())
    flash(_("Thank you. The guide says that you have looked today."), "success")
    return redirect(url_for(".edit_organisation", slug=slug), 303)


@bp.post("/desk/organisations/<slug>/verified")
@access(Policy.ADMIN)
def verify(slug: str) -> Page:
    """Say that the organisation is who it says it is, or take it back."""
    with writing() as session:
        found = service.get_organisation(session, slug)
        service.verify(session, found, is_verified=request.form.get("verified") == "yes", now=now())
    return redirect(url_for(".edit_organisation", slug=slug), 303)


@bp.post("/desk/organisations/<slug>/organisers")
@access(Policy.ADMIN)
def name_organiser(slug: str) -> Page:
    """Let a member keep the organisation's pages and events."""
    form = OrganiserForm()
    if form.validate():
        try:
            with writing() as session:
                found = service.get_organisation(session, slug)
                name = service.name_organiser(session, found, form.email.data, now=now()).first_name
        except Refusal as refusal:
            form.email.errors = [str(refusal)]
        else:
            flash(_("%(name)s can now keep these pages and publish events.", name=name), "success")
            return redirect(url_for(".edit_organisation", slug=slug), 303)
    shown = OrganisationForm(formdata=None).offer(service.areas(db.session()), known_languages())
    shown.show(service.get_organisation(db.session(), slug))
    return _edit_page(slug, shown, form)


@bp.post("/desk/organisations/<slug>/organisers/<public_id>/dismissed")
@access(Policy.ADMIN)
def dismiss_organiser(slug: str, public_id: str) -> Page:
    """Take the organisation's pages out of a member's hands."""
    with writing() as session:
        service.dismiss_organiser(session, service.get_organisation(session, slug), public_id)
    return redirect(url_for(".edit_organisation", slug=slug), 303)


@bp.route("/desk/organisations/<slug>/venues/new", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def add_venue(slug: str) -> Page:
    """Add a place of the organisation."""
    return _venue_page(own_organisation(slug), None)


@bp.route("/desk/organisations/<slug>/venues/<public_id>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def edit_venue(slug: str, public_id: str) -> Page:
    """Say something else about a place of the organisation."""
    return _venue_page(own_organisation(slug), public_id)


def _venue_page(organisation: Organisation, public_id: str | None) -> Page:
    organisation_id, slug = organisation.id, organisation.slug
    venue = service.get_venue(db.session(), organisation_id, public_id) if public_id else None
    form = VenueForm().offer(service.areas(db.session()))
    if request.method == "GET":
        form.show(venue or Venue(is_public=True, is_step_free=None))
    elif form.validate():
        with writing() as session:
            kept = (
                service.get_venue(session, organisation_id, public_id)
                if public_id
                else Venue(organisation_id=organisation_id)
            )
            service.save_venue(session, kept, form.place(), checked_at=now())
        flash(_("The place is saved."), "success")
        return redirect(url_for(".edit_organisation", slug=slug, _anchor="places"), 303)
    return _form_page("directory/venue.html", form, organisation=organisation, venue=venue)


def own_organisation(slug: str) -> Organisation:
    """Return an organisation that the reader keeps."""
    organisation = service.get_organisation(db.session(), slug)
    require(Role.ORGANISER, organisation.id)
    return organisation


def _blame(form: OrganisationForm, refusal: Refusal) -> None:
    field = form.website if isinstance(refusal, rules.NoWebsite) else form.name
    field.errors = [str(refusal)]


def _edit_page(slug: str, form: OrganisationForm, organiser_form: OrganiserForm) -> Page:
    organisation = service.get_organisation(db.session(), slug)
    return _form_page(
        "directory/edit_organisation.html",
        form,
        is_wrong=bool(form.errors or organiser_form.errors),
        organiser_form=organiser_form,
        organisation=organisation,
        venues=service.venues_of(db.session(), organisation.id),
        opportunities=opportunities.opportunities_of(db.session(), organisation.id),
        corrections=corrections.open_corrections(db.session(), organisation.id),
        is_stale=freshness.is_stale(organisation.checked_on, organisation.created_at, now().date()),
        organisers=service.organisers_of(db.session(), organisation.id),
        is_admin=has_role(Role.ADMIN),
    )


def _form_page(template: str, form: OrganisationForm | VenueForm, is_wrong: bool = False, **words: object) -> Page:
    status = 422 if form.errors or is_wrong else 200
    return render_template(template, form=form, common=COMMON, **words), status

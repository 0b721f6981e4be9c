"""The city guide, and the desk on which it is kept."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, has_role, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import rules, service
from welcome.directory.forms import OrganisationForm, OrganiserForm, VenueForm
from welcome.directory.models import Organisation, Venue
from welcome.directory.vocabulary import THEMES, theme_label
from welcome.errors import Refusal
from welcome.i18n import format_list, known_languages
from welcome.i18n import gettext as _

bp = Blueprint("directory", __name__)

#: Languages that stand in the first row when an organisation names its own.
COMMON = frozenset({"ar", "de", "en", "es", "fr", "hi", "nl", "pl", "pt", "tr", "uk", "zh"})

Page = str | tuple[str, int] | Response


@bp.app_template_filter("theme_name")
def theme_name(code: str) -> str:
    """Say what a theme is called."""
    return theme_label(code)


@bp.app_template_filter("in_words")
def in_words(items: list[str]) -> str:
    """Join words as the reader's language does: a, b and c."""
    return format_list(items)


@bp.get("/guide")
@access(Policy.PUBLIC)
def guide() -> Page:
    """Show what the city has, by theme, or what fits a search."""
    areas = service.areas(db.session())
    area = next((area for area in areas if area.slug == request.args.get("area")), None)
    wish = {name: request.args.get(name, "").strip()[:80] for name in ("q", "theme", "language")}
    found = service.find_organisations(
        db.session(),
        wish["q"],
        theme=wish["theme"],
        language=wish["language"],
        area_id=area.id if area else None,
    )
    everything = found if not (any(wish.values()) or area) else service.find_organisations(db.session())
    return render_template(
        "directory/guide.html",
        found=found,
        by_theme=_by_theme(found),
        areas=areas,
        area=area,
        wish=wish,
        is_search=bool(any(wish.values()) or area),
        themes=[code for code in THEMES if any(code in one.themes for one in everything)],
        languages=[pair for pair in known_languages() if any(pair[0] in one.languages for one in everything)],
        total=len(everything),
    )


def _by_theme(organisations: list[Organisation]) -> list[tuple[str, list[Organisation]]]:
    groups = [(code, [one for one in organisations if code in one.themes]) for code in THEMES]
    others = [one for one in organisations if not set(one.themes) & set(THEMES)]
    return [(code, members) for code, members in [*groups, ("", others)] if members]


@bp.get("/guide/<slug>")
@access(Policy.PUBLIC)
def organisation(slug: str) -> Page:
    """Show an organisation and its places."""
    found = service.get_organisation(db.session(), slug)
    venues = service.venues_of(db.session(), found.id)
    may_edit = has_role(Role.ORGANISER, found.id)
    return render_template("directory/organisation.html", organisation=found, venues=venues, may_edit=may_edit)


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
    organisation = _mine(slug)
    form = OrganisationForm().offer(service.areas(db.session()), known_languages())
    if request.method == "GET":
        form.show(organisation)
    elif form.validate():
        try:
            with writing() as session:
                service.edit_organisation(session, service.get_organisation(session, slug), form.listing())
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            flash(_("Saved. This is what everybody reads now."), "success")
            return redirect(url_for(".organisation", slug=slug), 303)
    return _edit_page(slug, form, OrganiserForm(formdata=None))


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
    return _venue_page(_mine(slug), None)


@bp.route("/desk/organisations/<slug>/venues/<public_id>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def edit_venue(slug: str, public_id: str) -> Page:
    """Say something else about a place of the organisation."""
    return _venue_page(_mine(slug), public_id)


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
            service.save_venue(session, kept, form.place())
        flash(_("The place is saved."), "success")
        return redirect(url_for(".edit_organisation", slug=slug, _anchor="places"), 303)
    return _form_page("directory/venue.html", form, organisation=organisation, venue=venue)


def _mine(slug: str) -> Organisation:
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
        organisers=service.organisers_of(db.session(), organisation.id),
        is_admin=has_role(Role.ADMIN),
    )


def _form_page(template: str, form: OrganisationForm | VenueForm, is_wrong: bool = False, **words: object) -> Page:
    status = 422 if form.errors or is_wrong else 200
    return render_template(template, form=form, common=COMMON, **words), status

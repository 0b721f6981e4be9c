"""The coordinator's desk: the programmes."""

from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from welcome.accounts.access import Policy, access, current_member, has_role, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings import programmes, refusals, wording
from welcome.pairings.forms import CoordinatorForm, ProgrammeForm
from welcome.pairings.models.programmes import Programme
from welcome.pairings.rounds import cadence, tallies
from welcome.pairings.states import OpenTo, ProgrammeKind, ProgrammeStatus
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_programme

Page = Response | str | tuple[str, int]


@bp.get("/desk/programmes")
@access(Policy.COORDINATOR)
def desk() -> str:
    """Show the programmes that the member coordinates."""
    session = db.session()
    mine = programmes.coordinated_by(session, current_member().id)
    counts = {programme.id: tallies.count_enrolled(session, programme.id) for programme in mine}
    return render_template("pairings/desk.html", programmes=mine, counts=counts, is_admin=has_role(Role.ADMIN))


@bp.route("/desk/programmes/new", methods=["GET", "POST"])
@access(Policy.ADMIN)
def add_programme() -> Page:
    """Set up a programme."""
    form = _programme_form(None)
    if form.validate_on_submit():
        try:
            with writing() as session:
                kind = ProgrammeKind(form.kind.data)
                programme = programmes.open_programme(session, _offer(form, kind), now=now())
                cadence.change(session, programme, _offer(form, kind), _zone(), now=now())
                slug = programme.slug
            return redirect(url_for("pairings.show_programme", slug=slug), 303)
        except refusals.NameTaken as refusal:
            form.name.errors = [str(refusal)]
    return render_template("pairings/edit_programme.html", form=form, programme=None), 422 if form.errors else 200


@bp.route("/desk/programmes/<slug>/edit", methods=["GET", "POST"])
@access(Policy.COORDINATOR)
@of_programme
def edit_programme(slug: str) -> Page:
    """Change a programme."""
    programme = programmes.get_programme(db.session(), slug)
    form = _programme_form(programme)
    del form.kind  # it stays what it was
    if not form.validate_on_submit():
        page = render_template("pairings/edit_programme.html", form=form, programme=programme)
        return page, 422 if form.errors else 200
    with writing() as session:
        known = programmes.get_programme(session, slug)
        offer = _offer(form, known.kind)
        cadence.change(session, known, offer, _zone(), now=now())
        programmes.edit_programme(session, known, offer)
    return done(_("Saved."), "show_programme", slug=slug)


@bp.post("/desk/programmes/<slug>/coordinators")
@access(Policy.ADMIN)
def name_coordinator(slug: str) -> Page:
    """Let a member look after a programme."""
    form = CoordinatorForm()
    if not form.validate():
        return _programme_page(slug, form)
    try:
        with writing() as session:
            programme = programmes.get_programme(session, slug)
            name = programmes.name_coordinator(session, programme, form.email.data, now=now()).first_name
    except refusals.NoSuchMember as refusal:
        form.email.errors = [str(refusal)]
        return _programme_page(slug, form)
    return done(_("%(name)s looks after this programme now.", name=name), "show_programme", slug=slug)


def _programme_form(programme: Programme | None) -> ProgrammeForm:
    form = ProgrammeForm(obj=programme)
    form.kind.choices = [SelectChoice(kind.value, wording.say_kind(kind)) for kind in ProgrammeKind]
    if programme is not None and programme.kind is not ProgrammeKind.MENTORSHIP:
        del form.mentor_steps
    days = get_day_names(locale=get_locale())
    form.weekday.choices = [SelectChoice(str(day), days[day]) for day in range(7)]
    if request.method == "GET" and programme is not None:
        form.status.data, form.open_to.data = programme.status.value, programme.open_to.value
        form.every_weeks.data, form.weekday.data = str(programme.every_weeks or 0), str(programme.weekday or 0)
    return form


def _zone() -> str:
    return str(current_app.config["DEFAULT_TIMEZONE"])


def _offer(form: ProgrammeForm, kind: ProgrammeKind) -> programmes.Offer:
    return programmes.Offer(
        name=form.name.data.strip(),
        kind=kind,
        about=(form.about.data or "").strip(),
        status=ProgrammeStatus(form.status.data),
        request_days=form.request_days.data,
        hold_days=form.hold_days.data,
        waves=form.waves.data,
        open_to=OpenTo(form.open_to.data),
        is_reviewed=form.is_reviewed.data,
        every_weeks=int(form.every_weeks.data) or None,
        weekday=int(form.weekday.data),
        mentor_steps=tuple(form.mentor_steps.data or ()) if form.mentor_steps else (),
    )


@bp.get("/desk/programmes/<slug>")
@access(Policy.COORDINATOR)
def show_programme(slug: str) -> Page:
    """Show one programme to its coordinator."""
    return _programme_page(slug, CoordinatorForm(formdata=None))


def _programme_page(slug: str, form: CoordinatorForm) -> tuple[str, int]:
    session = db.session()
    programme = programmes.get_programme(session, slug)
    require(Role.COORDINATOR, programme.id)
    page = render_template(
        "pairings/show_programme.html",
        programme=programme,
        counts=tallies.count_enrolled(session, programme.id),
        rounds=tallies.read_rounds(session, programme.id),
        few=tallies.FEW,
        next_round=cadence.next_day(programme, now().astimezone(ZoneInfo(_zone())).date()),
        circles=tallies.count_circles(session, programme.id),
        coordinator_form=form if has_role(Role.ADMIN) else None,
    )
    return page, 422 if form.errors or form.email.errors else 200

"""The organisers' desk for calendars: take over the one that they keep already."""

from flask import Blueprint, current_app

from welcome.accounts.access import Policy, access
from welcome.calendars import importing
from welcome.calendars.forms import ImportForm
from welcome.calendars.reading import read_calendar
from welcome.clock import now
from welcome.database import writing
from welcome.errors import Refusal
from welcome.events.desk import Page, choose_organisation, form_page

bp = Blueprint("calendars_desk", __name__, url_prefix="/desk")


@bp.route("/events/import", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def import_events() -> Page:
    """Take over a calendar file."""
    choice, form, result = choose_organisation(), ImportForm(), None
    if form.validate_on_submit():
        organisation_id = choice.organisation.id
        try:
            reading = read_calendar(form.file.data.read(), current_app.config["DEFAULT_TIMEZONE"])
            with writing() as session:
                result = importing.import_calendar(session, organisation_id, reading, now=now())
        except Refusal as refusal:
            form.file.errors = [*form.file.errors, str(refusal)]
        choice = choose_organisation()
    return form_page("calendars/import_events.html", form, choice=choice, result=result)

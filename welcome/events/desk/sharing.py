"""What every page of the desk needs: whose event it is, a form that says what is wrong, a change that is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from welcome.accounts.access import require, roles
from welcome.accounts.models import Role
from welcome.database import db, writing
from welcome.directory.models import Organisation
from welcome.errors import NotFound, Refusal
from welcome.events import finding, rules
from welcome.events.crew.access import require_organiser
from welcome.events.desk import lists
from welcome.events.models import Event, Occurrence
from welcome.events.recurrence import BeginsInPause, LongerThanAYear, TooManyDates
from welcome.events.series import DateTaken, FollowsCalendar
from welcome.events.times import TimeComesTwice, TimeDoesNotExist
from welcome.i18n import gettext as _

Page = str | tuple[str, int] | Response

#: Beside which field a refusal is said.
FIELDS: dict[type[Refusal], str] = {
    rules.EndBeforeStart: "ends",
    rules.TooLong: "last_day",
    rules.StartIsPast: "day",
    TimeDoesNotExist: "starts",
    TimeComesTwice: "starts",
    rules.CapacityBelowGoing: "capacity",
    rules.SidesMissing: "newcomer_places",
    DateTaken: "day",
    FollowsCalendar: "reach",
    rules.TooFewToKeep: "first_timer_places",
    BeginsInPause: "pauses",
    LongerThanAYear: "until",
    TooManyDates: "until",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a new event belongs."""

    organisation: Organisation
    others: list[Organisation]


def form_page(template: str, form: Any, **words: Any) -> Page:
    """Show a form, with what is wrong in it."""
    return render_template(template, form=form, **words), 422 if form.errors else 200


def say(form: Any, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about."""
    db.session.rollback()
    name = FIELDS.get(type(refusal), "")
    if name == "capacity" and form.kind.data == "bridging":
        name = "newcomer_places"
    field = form[name] if name in form else form[next(iter(form._fields))]
    field.errors = [*field.errors, str(refusal)]


def keep(form: Any, change: Callable[[Session], object]) -> bool:
    """Make a change, in a transaction of its own; a refusal is said beside its field, and False returned."""
    try:
        with writing() as session:
            change(session)
    except Refusal as refusal:
        say(form, refusal)
        return False
    return True


def change_page(public_id: str, template: str, form: Any, change: Callable[[Session], object]) -> Page:
    """Show a form about an event of the reader's, and make the change that it asks for."""
    if form.validate_on_submit() and keep(form, change):
        flash(_("Your changes are kept."), "success")
        return redirect(url_for("events_desk.show", public_id=public_id), 303)
    return form_page(template, form, event=own_event(public_id))


def own_organisations() -> list[Organisation]:
    held = roles()
    if (Role.ADMIN, None) in held:
        return lists.organisations(db.session(), None)
    return lists.organisations(db.session(), {scope for role, scope in held if role is Role.ORGANISER and scope})


def choose_organisation() -> Choice:
    """Return the organisation that a new event is for: the one in the address, else the first of the reader's."""
    own = own_organisations()
    if not own:
        raise rules.NoOrganisation
    wish = request.values.get("organisation", "")
    chosen = [one for one in own if one.slug == wish] if wish else own
    if not chosen:
        raise NotFound
    require(Role.ORGANISER, chosen[0].id)
    return Choice(chosen[0], own)


def own_event(public_id: str) -> Event:
    """Return an event that the reader organises."""
    event = finding.find_event(db.session(), public_id)
    if event is None:
        raise NotFound
    require_organiser(event)
    return event


def own_date(public_id: str) -> Occurrence:
    """Return a date that the reader organises."""
    occurrence = finding.find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    require_organiser(occurrence.event)
    return occurrence

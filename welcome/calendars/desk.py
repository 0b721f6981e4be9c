"""The organisers' desk for calendars: take over the one that they keep already, once or for good."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, require
from welcome.accounts.models import Role
from welcome.calendars import importing, subscriptions
from welcome.calendars.forms import FollowForm, ImportForm
from welcome.calendars.models import CalendarSubscription
from welcome.calendars.reading import read_calendar
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal, recall
from welcome.events.desk.sharing import Page, choose_organisation
from welcome.i18n import gettext as _

bp = Blueprint("calendars_desk", __name__, url_prefix="/desk")


@bp.get("/events/import")
@access(Policy.ORGANISER)
def import_events() -> Page:
    """Offer to take over a calendar, and show those that are followed."""
    return _page()


@bp.post("/events/import", endpoint="take_over")
@access(Policy.ORGANISER)
def import_file() -> Page:
    """Take over a calendar file."""
    form, organisation_id, result = ImportForm(), choose_organisation().organisation.id, None
    if form.validate():
        try:
            reading = read_calendar(form.file.data.read(), current_app.config["DEFAULT_TIMEZONE"])
            with writing() as session:
                result = importing.import_calendar(session, organisation_id, reading, now=now())
        except Refusal as refusal:
            form.file.errors = [*form.file.errors, str(refusal)]
    return _page(form=form, result=result)


@bp.post("/calendars")
@access(Policy.ORGANISER)
def follow() -> Page:
    """Follow the calendar at an address from now on."""
    form, organisation = FollowForm(), choose_organisation().organisation
    organisation_id, slug, member_id = organisation.id, organisation.slug, current_member().id
    if not form.validate():
        return _page(following=form)
    try:
        with writing() as session:
            subscriptions.subscribe(session, organisation_id, form.address.data, by=member_id, now=now())
    except Refusal as refusal:
        form.address.errors = [*form.address.errors, str(refusal)]
        return _page(following=form)
    flash(_("We follow this calendar from now on. In a minute or two you see here what came of it."), "success")
    return _back(slug)


@bp.post("/calendars/<public_id>/ask")
@access(Policy.ORGANISER)
def ask(public_id: str) -> Page:
    """Ask for a calendar now."""
    subscription = _own(public_id)
    subscription_id, slug = subscription.id, subscription.organisation.slug
    with writing() as session:
        subscriptions.ask_soon(session, subscription_id, now=now())
    flash(_("We ask for it within a minute."), "success")
    return _back(slug)


@bp.post("/calendars/<public_id>/stop")
@access(Policy.ORGANISER)
def stop(public_id: str) -> Page:
    """Follow a calendar no more."""
    subscription = _own(public_id)
    subscription_id, slug = subscription.id, subscription.organisation.slug
    with writing() as session:
        subscriptions.stop(session, subscription_id)
    flash(_("We do not follow this calendar any more. Its events stay as they are."), "success")
    return _back(slug)


def _page(
    *,
    form: ImportForm | None = None,
    following: FollowForm | None = None,
    result: importing.Result | None = None,
) -> Page:
    choice = choose_organisation()
    form, following = form or ImportForm(formdata=None), following or FollowForm(formdata=None)
    followed = subscriptions.of_organisation(db.session(), choice.organisation.id)
    words: dict[str, Any] = {"form": form, "following": following, "choice": choice, "result": result}
    page = render_template("calendars/import_events.html", **words, followed=followed, recall=recall)
    return page, 422 if form.errors or following.errors else 200


def _own(public_id: str) -> CalendarSubscription:
    subscription = subscriptions.find(db.session(), public_id)
    if subscription is None:
        raise NotFound
    require(Role.ORGANISER, subscription.organisation_id)
    return subscription


def _back(slug: str) -> Response:
    return redirect(url_for("calendars_desk.import_events", organisation=slug), 303)

"""The desk of what goes out when, and to how many: drafts that publish themselves, and the audiences of beginners."""

from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.service import get_organisation
from welcome.errors import Refusal
from welcome.events import audiences, publishing, rules
from welcome.events.crew.forms import PublishLaterForm, next_morning
from welcome.events.desk.sharing import own_event
from welcome.events.times import TimeComesTwice, TimeDoesNotExist
from welcome.i18n import gettext as _

bp = Blueprint("events_publishing", __name__, url_prefix="/desk")

Page = str | tuple[str, int] | Response


@bp.route("/events/<public_id>/later", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def later(public_id: str) -> Page:
    """Choose when a draft publishes itself, by the clock on the wall."""
    event, form, zone = own_event(public_id), PublishLaterForm(), str(current_app.config["DEFAULT_TIMEZONE"])
    if request.method == "GET":
        chosen = event.publish_at.astimezone(ZoneInfo(zone)) if event.publish_at else None
        form.start_from(chosen or next_morning(now().astimezone(ZoneInfo(zone))))
    elif form.validate():
        event_id = event.id
        try:
            with writing() as session:
                publishing.publish_later(session, event_id, form.wall_time(), zone, now=now())
        except Refusal as refusal:
            field = form.at if isinstance(refusal, TimeDoesNotExist | TimeComesTwice) else form.day
            field.errors = [_say(refusal)]
            event = own_event(public_id)
        else:
            flash(_("Your event publishes itself at this time. Until then you can change it, or the time."), "success")
            return redirect(url_for("events_desk.show", public_id=public_id), 303)
    return render_template("events_desk/later.html", form=form, event=event), 422 if form.errors else 200


def _say(refusal: Refusal) -> str:
    if isinstance(refusal, rules.StartIsPast):
        return str(_("This time is in the past. Please choose one that is still to come."))
    return str(refusal)


@bp.post("/events/<public_id>/by-hand")
@access(Policy.ORGANISER)
def by_hand(public_id: str) -> Page:
    """Take the time back."""
    event_id = own_event(public_id).id
    with writing() as session:
        publishing.publish_by_hand(session, event_id)
    flash(_("The draft waits until you publish it."), "success")
    return redirect(url_for("events_desk.show", public_id=public_id), 303)


@bp.get("/audiences")
@access(Policy.MODERATOR)
def list_audiences() -> Page:
    """Show moderators which organisations still have a small audience."""
    return render_template("events_desk/audiences.html", reaches=audiences.beginners(db.session(), now=now()))


@bp.post("/audiences/<slug>")
@access(Policy.MODERATOR)
def trust(slug: str) -> Page:
    """Lift the limit of an organisation."""
    with writing() as session:
        audiences.trust(session, get_organisation(session, slug), is_trusted=True, now=now())
    flash(_("This organisation can tell everybody now whom its events are for."), "success")
    return redirect(url_for(".list_audiences"), 303)

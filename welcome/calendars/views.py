"""The addresses that calendars ask again and again, and the page on which a member gets their own."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.calendars import feeds
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.service import get_organisation
from welcome.events import wishes
from welcome.events.calendar import CALENDAR_TYPE, Entry, calendar_file
from welcome.events.guests import guest_behind
from welcome.i18n import gettext as _
from welcome.i18n import in_locale
from welcome.post.message import public_url

bp = Blueprint("calendars", __name__)

ASKED_EVERY = timedelta(hours=1)


@bp.get("/me/calendar")
@access(Policy.MEMBER)
def mine() -> str:
    """Tell what a private calendar address is, and whether the reader has one."""
    feed = feeds.find_feed(db.session(), current_member().id)
    return render_template("calendars/mine.html", feed=feed, address=None)


@bp.post("/me/calendar")
@access(Policy.MEMBER)
def renew() -> str:
    """Give the reader a new address. It is shown on this page only: we do not know it ourselves afterwards."""
    member_id = current_member().id
    with writing() as session:
        token = feeds.renew_feed(session, member_id, now=now())
    address = public_url(url_for("calendars.of_member", token=token))
    return render_template("calendars/mine.html", feed=feeds.find_feed(db.session(), member_id), address=address)


@bp.post("/me/calendar/stop")
@access(Policy.MEMBER)
def stop() -> Response:
    """Let the reader's address lead nowhere."""
    member_id = current_member().id
    with writing() as session:
        feeds.stop_feed(session, member_id)
    flash(_("The address does not work any more. Your calendar will stop following us."), "success")
    return redirect(url_for("calendars.mine"), 303)


@bp.get("/calendars/mine/<token>.ics")
@access(Policy.PUBLIC)
def of_member(token: str) -> Response:
    """Give the dates of the member whose secret address this is."""
    member = feeds.owner_of(db.session(), token)
    with in_locale(member.locale, member.timezone):
        name = current_app.config["INSTANCE_NAME"] if not member.is_discreet else str(_("Appointments"))
        sources = current_app.extensions["calendar_sources"]
        return _file(feeds.entries_of_member(db.session(), member, now=now(), sources=sources), name)


@bp.get("/guests/<token>/calendar.ics")
@access(Policy.PUBLIC)
def of_guest(token: str) -> Response:
    """Give the dates of somebody who comes with only an e-mail, under the secret link of their letters."""
    guest = guest_behind(db.session(), token).member
    with in_locale(guest.locale, guest.timezone):
        return _file(feeds.entries_of_member(db.session(), guest, now=now()), current_app.config["INSTANCE_NAME"])


@bp.get("/calendars/organisations/<slug>.ics")
@access(Policy.PUBLIC)
def of_organisation(slug: str) -> Response:
    """Give what an organisation publishes."""
    organisation = get_organisation(db.session(), slug)
    return _file(feeds.entries_of_organisation(db.session(), organisation, now=now()), organisation.name)


@bp.get("/calendars/search.ics")
@access(Policy.PUBLIC)
def of_search() -> Response:
    """Give what fits a search: the same words in the address as on the page."""
    filters, _chosen = wishes.read(request.args, current_app.config["DEFAULT_TIMEZONE"], now())
    found = feeds.entries_of_search(db.session(), filters, now=now())
    return _file(found, current_app.config["INSTANCE_NAME"])


def _file(entries: Iterable[Entry], name: str) -> Response:
    """Answer with a calendar, or with "you have that" to who asks with the tag of the last answer."""
    file = calendar_file(entries, name=name, refreshed=ASKED_EVERY)
    answer = Response(file, content_type=f"{CALENDAR_TYPE}; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)

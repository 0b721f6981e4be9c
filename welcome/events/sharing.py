"""Events on paper and in links: a poster with a code to scan, the week as a list, the picture beside a shared link."""

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import format_time
from markupsafe import Markup

from welcome.accounts.access import Policy, access
from welcome.database import db
from welcome.errors import NotFound
from welcome.events import browsing, cards, finding, pictures
from welcome.events.calendar import path_of
from welcome.events.models import EventStatus, Occurrence
from welcome.events.places import where_is
from welcome.events.postcards.drawing import TYPE, Postcard, draw
from welcome.i18n import LOCALES, choose_locale, day_in_words, in_locale, text_direction
from welcome.i18n import gettext as _
from welcome.post.message import public_url
from welcome.texts.service import choose, tellings

bp = Blueprint("sharing", __name__)

WEEK = timedelta(days=7)
MOST_ON_PAPER = 60


@bp.get("/events/week")
@access(Policy.PUBLIC)
def week() -> str:
    """Show what is on in the next seven days as a list to print and hang up; it takes the words of a search."""
    search = browsing.read_search()
    until = search.moment + WEEK
    filters = replace(search.filters, since=search.moment, before=until, unwanted_by=None)
    dates = finding.coming_occurrences(db.session(), now=search.moment, limit=MOST_ON_PAPER, filters=filters)
    items = cards.cards_of(db.session(), dates)
    days = [(day, list(these)) for day, these in groupby(items, key=lambda item: item["starts_at"].date())]
    wish: dict[str, Any] = {name: value for name, value in search.chosen.items() if name not in {"when", "day"}}
    address = public_url(url_for("events.list_events", **wish))
    return render_template(
        "events/week.html", days=days, since=search.moment, until=until, address=address, code=qr_code(address)
    )


@bp.get("/events/<public_id>/poster")
@access(Policy.PUBLIC)
def poster(public_id: str) -> str:
    """Show one date as a poster to print; it tells what everybody may know, also when an organiser looks."""
    occurrence = _published_date(public_id, request.args.get("on"))
    event, address = occurrence.event, public_url(path_of(occurrence))
    return render_template(
        "events/poster.html",
        event=event,
        item=cards.cards_of(db.session(), [occurrence])[0],
        telling=choose(tellings(event), choose_locale(), asked=request.args.get("text")),
        where=where_is(occurrence),
        address=address,
        host=current_app.config["PUBLIC_HOST"],
        code=qr_code(address),
    )


@bp.get("/events/<public_id>/card.png")
@access(Policy.PUBLIC)
def card(public_id: str) -> Response:
    """Give the picture that messengers show beside a link to one date; it is the same for everybody."""
    occurrence = _published_date(public_id, request.args.get("on"))
    told = _postcard(occurrence, request.args.get("text"))
    answer = Response(mimetype=TYPE)
    answer.set_etag(told.etag)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    if told.etag not in request.if_none_match:
        answer.set_data(draw(told, pictures.read_picture(db.session(), occurrence.event_id, told.photo)))
    answer.make_conditional(request)
    return answer


def _postcard(occurrence: Occurrence, language: str | None) -> Postcard:
    """Tell a date in the language of the words that were asked for, or in this Welcome's own."""
    event, default = occurrence.event, current_app.config["DEFAULT_LOCALE"]
    telling, where = choose(tellings(event), default, asked=language), where_is(occurrence)
    locale = telling.language if telling.language in LOCALES else default
    starts_at, ends_at = (at.astimezone(ZoneInfo(occurrence.zone)) for at in (occurrence.starts_at, occurrence.ends_at))
    with in_locale(locale, occurrence.zone):
        hours = "–".join(format_time(at, "short", rebase=False) for at in (starts_at, ends_at))
        return Postcard(
            title=telling.title,
            day=day_in_words(starts_at),
            hours=_("All day") if occurrence.is_all_day else hours,
            place=", ".join(part for part in (where.name or where.note, where.area) if part),
            instance=current_app.config["INSTANCE_NAME"],
            is_rtl=text_direction(locale) == "rtl",
            photo=event.picture.digest if event.picture else "",
        )


def _published_date(public_id: str, on: str | None) -> Occurrence:
    """Return the date that was asked for, or the next one; none of a draft and none that is called off."""
    event = finding.find_event(db.session(), public_id)
    if event is None or event.status is not EventStatus.PUBLISHED:
        raise NotFound
    dates = [one for one in event.occurrences if one.status is EventStatus.PUBLISHED]
    asked = [one for one in dates if one.public_id == on]
    if not (asked or dates):
        raise NotFound
    return (asked or dates[-1:])[0]


def qr_code(address: str) -> Markup:
    """Draw an address as a code for cameras; they need it black on white, whatever the theme."""
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(border=2, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    # segno draws squares; no word of the address is in it
    return Markup(drawing)  # noqa: S704 # nosec B704 # nosemgrep: words-into-html

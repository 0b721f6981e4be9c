"""What other sites, feed readers and search engines take from here. Everybody gets the same, whoever is signed in."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db
from welcome.directory import entries
from welcome.directory.wishes import read_wish
from welcome.events import cards, finding, wishes
from welcome.events.calendar import path_of
from welcome.events.filters import Filters
from welcome.events.markup import first_words
from welcome.events.models import Occurrence
from welcome.headers import framed
from welcome.home import site_map
from welcome.i18n import LOCALES, choose_locale, in_locale, moment_in_words, offered_languages, text_direction
from welcome.i18n import gettext as _
from welcome.post.message import public_url
from welcome.syndication import TYPES, WRITERS, Item

bp = Blueprint("outside", __name__)

MOST_IN_FEED = 50
MOST_IN_FRAME = 12
FRAME_HEIGHT = 720


def _event_wish() -> tuple[Filters, dict[str, str]]:
    return wishes.read(request.args, current_app.config["DEFAULT_TIMEZONE"], now())


def _events(most: int) -> tuple[list[Occurrence], dict[str, Any]]:
    """Return the next date of each event that fits the address."""
    filters, chosen = _event_wish()
    once = replace(filters, each_once=True)
    return finding.coming_occurrences(db.session(), now=now(), limit=most, filters=once), dict(chosen)


@bp.get("/events.atom", defaults={"form": "atom"})
@bp.get("/events.rss", defaults={"form": "rss"})
@access(Policy.PUBLIC)
def events_feed(form: str) -> Response:
    """Give the coming events that fit a search."""
    dates, chosen = _events(MOST_IN_FEED)
    query = f"?{urlencode(chosen)}" if chosen else ""
    items = [
        Item(
            url=public_url(path_of(date)),
            title=date.title,
            updated_at=max(date.changed_at, date.event.updated_at),
            author=date.event.organisation.name,
            summary=" · ".join((moment_in_words(date.starts_at), first_words(date.about))),
        )
        for date in dates
    ]
    title = _("Events: %(name)s", name=current_app.config["INSTANCE_NAME"])
    return _feed(form, title, url_for(".events_feed", form=form) + query, url_for("events.list_events") + query, items)


@bp.get("/guide.atom", defaults={"form": "atom"})
@bp.get("/guide.rss", defaults={"form": "rss"})
@access(Policy.PUBLIC)
def guide_feed(form: str) -> Response:
    """Give what came into the guide last."""
    moment = now()
    items = [
        Item(public_url(one.path), one.name, one.added_at or moment, one.keeper or one.name, one.about[:300])
        for one in entries.newest(db.session(), today=moment.date(), most=MOST_IN_FEED)
    ]
    title = _("City guide: %(name)s", name=current_app.config["INSTANCE_NAME"])
    return _feed(form, title, url_for(".guide_feed", form=form), url_for("directory.guide"), items)


def _feed(form: str, title: str, path: str, page: str, items: list[Item]) -> Response:
    written = WRITERS[form](title, public_url(path), public_url(page), items, now=now())
    return Response(written, content_type=f"{TYPES[form]}; charset=utf-8", headers={"X-Robots-Tag": "noindex"})


@bp.get("/embed/events")
@access(Policy.PUBLIC)
@framed
def framed_events() -> str:
    """Show coming events inside another site's page."""
    dates, chosen = _events(MOST_IN_FRAME)

    def page(words: dict[str, Any]) -> str:
        items = cards.cards_of(db.session(), dates)
        return render_template(
            "outside/events.html", items=items, more=url_for("events.list_events", **chosen), **words
        )

    return _in_frame(page)


@bp.get("/embed/guide")
@access(Policy.PUBLIC)
@framed
def framed_guide() -> str:
    """Show a part of the guide inside another site's page."""
    wish, kept = read_wish(request.args)
    chosen: dict[str, Any] = dict(kept)
    found = entries.find(db.session(), wish, today=now().date(), size=MOST_IN_FRAME)

    def page(words: dict[str, Any]) -> str:
        more = url_for("directory.guide", **chosen)
        return render_template("outside/guide.html", entries=found.entries, more=more, **words)

    return _in_frame(page)


def _in_frame(page: Any) -> str:
    """Write a page in the language that the other site asks for: it knows its readers, we do not ask who they are."""
    wish = request.args.get("lang", "")
    locale = wish if wish in LOCALES else choose_locale()
    with in_locale(locale, current_app.config["DEFAULT_TIMEZONE"]):
        return str(page({"frame_locale": locale, "frame_direction": text_direction(locale)}))


@bp.get("/embed")
@access(Policy.PUBLIC)
def embed() -> str:
    """Give other sites the lines that show our events or guide on their pages."""
    what = "guide" if request.args.get("what") == "guide" else "events"
    language = request.args.get("lang", "") if request.args.get("lang") in LOCALES else ""
    wish = read_wish(request.args) if what == "guide" else _event_wish()
    chosen: dict[str, Any] = dict(wish[1])
    endpoint = ".framed_guide" if what == "guide" else ".framed_events"
    address = public_url(url_for(endpoint, **{**chosen, "lang": language or None}))
    words = {"what": what, "language": language, "languages": offered_languages(), "chosen": chosen}
    return render_template("outside/embed.html", address=address, height=FRAME_HEIGHT, **words)


@bp.get("/sitemap.xml")
@access(Policy.PUBLIC)
def sitemap() -> Response:
    """Tell search engines which pages everybody may read."""
    urls = [(public_url(path), changed_on) for path, changed_on in site_map.pages(db.session(), now=now())]
    return Response(site_map.write(urls), content_type="application/xml; charset=utf-8")


@bp.get("/robots.txt")
@access(Policy.PUBLIC)
def robots() -> Response:
    """Tell robots what to leave alone."""
    return Response(site_map.rules_for_robots(public_url(url_for(".sitemap"))), mimetype="text/plain")

"""What stays on somebody's own device: the place on their home screen, and a page for when there is no network.

The page for everybody has the emergency numbers. A member's own, with what is next for them, is kept only where they
chose to stay signed in, never in discreet mode, and goes at sign-out (see ``static/worker.js``).
"""

from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, has_request_context, jsonify, render_template, request, url_for
from flask_login import current_user
from flask_login.config import COOKIE_NAME
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.calendars import feeds
from welcome.clock import now
from welcome.database import db
from welcome.errors import NotFound
from welcome.home.emergency import numbers_of
from welcome.i18n import LOCALES, choose_locale, in_locale, text_direction
from welcome.i18n import gettext as _

bp = Blueprint("keeping", __name__)

PAPER, INK = "#fbf6ee", "#1c2530"
MOST_ENTRIES = 12
AHEAD = timedelta(days=60)
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("mask-512.png", "512x512", "maskable"),
)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """Say for whom this device may keep a page: a digest that changes when all their sessions are ended."""
    if not has_request_context() or not current_user.is_authenticated:
        return {"kept_for": ""}
    stays = current_app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME) in request.cookies
    if not stays or current_user.is_discreet:
        return {"kept_for": ""}
    return {"kept_for": blake2b(current_user.fs_uniquifier.encode(), digest_size=8).hexdigest()}


@bp.get("/worker.js")
@access(Policy.PUBLIC)
def worker() -> Response:
    """Give the worker from the top of the site: it may answer only for what lies below it."""
    script = (Path(current_app.static_folder or "") / "worker.js").read_bytes()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/manifest.webmanifest")
@access(Policy.PUBLIC)
def manifest() -> Response:
    """Tell a phone how this place stands on its home screen."""
    locale, name = choose_locale(), current_app.config["INSTANCE_NAME"]
    icons = [
        {"src": url_for("static", filename=file), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for file, sizes, purpose in ICONS
    ]
    shortcuts = [
        {"name": _("Events"), "url": url_for("events.list_events")},
        {"name": _("Emergency numbers"), "url": url_for("home.emergency")},
    ]
    answer = jsonify(
        id="/",
        name=name,
        short_name=name[:12],
        description=_(
            "Newcomers and locals meet, and meet again: language partners, mentors, and events in your city."
        ),
        lang=locale,
        dir=text_direction(locale),
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=icons,
        shortcuts=shortcuts,
    )
    answer.content_type = "application/manifest+json"
    return answer


@bp.get("/offline/<locale>")
@access(Policy.PUBLIC)
def offline(locale: str) -> str:
    """Show the page for everybody that is kept on devices; it is the same whoever is signed in."""
    if locale not in LOCALES:
        raise NotFound
    with in_locale(locale, current_app.config["DEFAULT_TIMEZONE"]):
        words = {"locale": locale, "text_direction": text_direction(locale), "found": numbers_of(_country())}
        return render_template("keeping/offline.html", entries=None, since=now(), **words)


@bp.get("/offline/mine")
@access(Policy.MEMBER)
def mine() -> str:
    """Show a member's own page for when there is no network: what is next for them, and the emergency numbers."""
    moment, sources = now(), current_app.extensions["calendar_sources"]
    found = feeds.entries_of_member(db.session(), current_member(), now=moment, sources=sources)
    coming = [one for one in found if moment < one.ends_at < moment + AHEAD and not one.is_cancelled]
    coming.sort(key=lambda one: one.starts_at)
    return render_template(
        "keeping/offline.html", entries=coming[:MOST_ENTRIES], since=moment, found=numbers_of(_country())
    )


def _country() -> str:
    return str(current_app.config["COUNTRY"])

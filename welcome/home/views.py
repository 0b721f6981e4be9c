"""The first page, and the pages that explain this place. All of them can be read without an account."""

from typing import Any

from flask import Blueprint, current_app, has_request_context, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, has_role, lacks_key
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.events.cards import cards_of
from welcome.home import service
from welcome.home.emergency import COUNTRIES, EUROPE
from welcome.home.register import uses_by_reader
from welcome.i18n import LOCALES, choose_locale, in_locale, offered_languages, territory_name, text_direction
from welcome.i18n import gettext as _
from welcome.pairings import exposure
from welcome.pairings.wording import say_step, say_why
from welcome.web import alone, render_alone

bp = Blueprint("home", __name__)


@bp.app_context_processor
def _desks() -> dict[str, Any]:
    """Say which desks the reader's roles open, for the menu on every page."""
    if not has_request_context():
        return {}  # a letter has no menu
    desks = [
        (Role.ORGANISER, "events_desk.list_mine", _("Your events"), "calendar"),
        (Role.ORGANISER, "directory.desk", _("Your organisation"), "people"),
        (Role.COORDINATOR, "pairings.desk", _("Programmes"), "road"),
        (Role.COORDINATOR, "announcements.journey", _("Welcome journey"), "mail"),
        (Role.MODERATOR, "moderation.list_reports", _("Reports"), "shield"),
        (Role.MODERATOR, "directory.list_corrections", _("Corrections"), "edit"),
        (Role.MODERATOR, "events_publishing.list_audiences", _("Small audiences"), "people"),
        (Role.MODERATOR, "announcements.list_announcements", _("Announcements"), "mail"),
        (Role.ADMIN, "announcements.outbox", _("Outbox"), "mail"),
    ]
    opened = [desk for role, *desk in desks if has_role(role)]
    if current_user.is_authenticated and lacks_key():
        opened.append(["accounts.second_factor", _("More than a password"), "lock"])
    return {"desk_links": opened}


@bp.get("/")
@access(Policy.PUBLIC)
def index() -> str:
    """Show a member what is next, and a visitor what is on and who is behind it."""
    moment = now()
    if not current_user.is_authenticated:
        coming = service.this_week(db.session(), service.MOST_EVENTS, now=moment)
        return render_template("home/landing.html", events=cards_of(db.session(), coming))
    day = service.read_day(db.session(), current_member(), now=moment)
    dates, answers = [date for date, _answer in day.mine], {date.id: answer for date, answer in day.mine}
    cards = cards_of(db.session(), [*dates, *day.coming], answers)
    words = {"say_step": say_step, "say_why": say_why}
    page = render_template("home/index.html", day=day, mine=cards[: len(dates)], coming=cards[len(dates) :], **words)
    new = {card.face.id for card in day.people if card.is_new}
    if new:
        # That somebody was shown is all that a look at this page changes.
        with writing() as transaction:
            exposure.count(transaction, current_member().id, new, now=moment)
    return page


@bp.get("/join/<any(newcomer, local):side>")
@access(Policy.PUBLIC)
def join(side: str) -> Response:
    """Lead a visitor to sign-up, and remember which door they took until they fill in their profile."""
    session["side"] = side
    return redirect(url_for("security.register"), 303)


@bp.get("/how-it-works")
@access(Policy.PUBLIC)
def how_it_works() -> str:
    """Explain how people are brought together."""
    return render_template("home/how_it_works.html")


@bp.get("/safety")
@access(Policy.PUBLIC)
def safety() -> str:
    """Explain how to meet safely, and what to do when something is wrong."""
    return render_template("home/safety.html")


@bp.get("/emergency")
@bp.get("/emergency/<country>")
@access(Policy.PUBLIC)
@alone
def emergency(country: str | None = None) -> Response | str:
    """Show whom to call, also when the database is gone; so languages are links here."""
    own = str(current_app.config["COUNTRY"])
    code = country.upper() if country else own if own in COUNTRIES else EUROPE
    if code not in COUNTRIES:
        return redirect(url_for(".emergency"), 303)
    wish = request.args.get("lang", "")
    locale = wish if wish in LOCALES else choose_locale()
    with in_locale(locale, current_app.config["DEFAULT_TIMEZONE"]):
        here = code.lower()
        addresses = [(name, one, url_for(".emergency", country=here, lang=one)) for one, name in offered_languages()]
        words = {"country": code, "found": COUNTRIES[code], "languages": addresses, "wish": wish or None}
        countries = sorted((territory_name(one), one) for one in COUNTRIES)
        words |= {"countries": countries, "here": territory_name(code), "locale": locale}
        return render_alone("home/emergency.html", **words, text_direction=text_direction(locale))


@bp.get("/privacy")
@access(Policy.PUBLIC)
def privacy() -> str:
    """Explain what is kept of whom, why and how long."""
    return render_template("home/privacy.html")


@bp.get("/privacy/register")
@access(Policy.PUBLIC)
def register() -> str:
    """Show all purposes for which something is kept, as the tables say them."""
    return render_template("home/register.html", readers=uses_by_reader())


@bp.get("/accessibility")
@access(Policy.PUBLIC)
def accessibility() -> str:
    """Say what was done so that everybody can use this place, and what was not."""
    return render_template("home/accessibility.html")

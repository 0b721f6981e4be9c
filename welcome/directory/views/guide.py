"""The guide as everybody reads it: a search, a map, and a page for each thing."""

from datetime import date
from typing import Any

from flask import render_template, request

from welcome.accounts.access import Policy, access, has_role
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db
from welcome.directory import city_map, entries, opportunities, service
from welcome.directory.translating import Thing
from welcome.directory.views.blueprint import bp
from welcome.directory.vocabulary import KINDS, LEVELS, STEPS, THEMES
from welcome.directory.wishes import read_wish
from welcome.i18n import choose_locale, known_languages
from welcome.texts.service import Telling, choose, tellings
from welcome.web import whole

PAGE = 18
MOST_PAGES = 300


def today() -> date:
    """Return the day on which the page is read."""
    return now().date()


def told(thing: Thing) -> dict[str, Any]:
    """Return what something says to this reader, and every other way in which it is told."""
    there, asked = tellings(thing), request.args.get("text")
    return {"tellings": there, "telling": choose(there, choose_locale(), asked=asked, is_easy="easy" in request.args)}


@bp.app_template_filter("told")
def told_shortly(thing: Thing) -> Telling:
    """Return what something says to this reader."""
    return choose(tellings(thing), choose_locale())


@bp.get("/guide")
@access(Policy.PUBLIC)
def guide() -> str:
    """Show what fits the reader's wishes, and where in the city it is; the address can be shared."""
    wish, chosen = read_wish(request.args)
    asked = min(max(request.args.get("page", 1, type=whole), 1), MOST_PAGES)
    session, day = db.session(), today()
    page = entries.find(session, wish, today=day, number=asked, size=PAGE)
    offered, areas = entries.offered(session, today=day), service.areas(session)
    numbers = entries.counts_by_area(session, wish, today=day)
    return render_template(
        "directory/guide.html",
        page=page,
        pages=max(1, -(-page.total // PAGE)),
        chosen=chosen,
        area=next((one for one in areas if one.slug == wish.area), None),
        areas=areas,
        numbers=numbers,
        map=city_map.draw(areas, numbers),
        kinds=[kind for kind in KINDS if kind in offered.kinds],
        themes=[code for code in THEMES if code in offered.themes],
        steps=[code for code in STEPS if code in offered.steps],
        languages=[pair for pair in known_languages() if pair[0] in offered.languages],
        levels=LEVELS,
    )


@bp.get("/guide/<slug>")
@access(Policy.PUBLIC)
def organisation(slug: str) -> str:
    """Show an organisation, what it has for people, and its places."""
    session = db.session()
    found = service.get_organisation(session, slug)
    return render_template(
        "directory/organisation.html",
        organisation=found,
        **told(found),
        venues=service.venues_of(session, found.id),
        opportunities=opportunities.opportunities_of(session, found.id, since=today()),
        may_edit=has_role(Role.ORGANISER, found.id),
    )


@bp.get("/guide/places/<slug>")
@access(Policy.PUBLIC)
def place(slug: str) -> str:
    """Show a place where people meet."""
    venue = service.find_venue(db.session(), slug)
    return render_template("directory/place.html", venue=venue, **told(venue))


@bp.get("/guide/opportunities/<slug>")
@access(Policy.PUBLIC)
def opportunity(slug: str) -> str:
    """Show work for volunteers, or an offer to members."""
    found = opportunities.get_opportunity(db.session(), slug)
    is_over = found.ends_on is not None and found.ends_on < today()
    may_edit = has_role(Role.ORGANISER, found.organisation_id)
    words = {"is_over": is_over, "may_edit": may_edit, **told(found)}
    return render_template("directory/opportunity.html", opportunity=found, **words)

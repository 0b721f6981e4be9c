"""The desk on which keepers of the guide say the same in other languages."""

from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory import service, translating
from welcome.directory.forms.telling import PlaceTextForm, TextForm
from welcome.directory.translating import Thing
from welcome.directory.views.blueprint import bp
from welcome.directory.views.desk import own_organisation
from welcome.i18n import LANGUAGES
from welcome.i18n import gettext as _
from welcome.texts import desk as texts
from welcome.texts.desk import Page

THING = "/desk/organisations/<slug>/<any(page, place, opportunity):what>/<key>"


@bp.get(f"{THING}/texts")
@access(Policy.ORGANISER)
def list_texts(slug: str, what: str, key: str) -> Page:
    """Show in which languages something in the guide is told, and which of these texts are out of date."""
    return texts.list_page(_own(slug, what, key), _ids(slug, what, key), crumbs=_crumbs(slug))


@bp.post(f"{THING}/texts/original")
@access(Policy.ORGANISER)
def say_language(slug: str, what: str, key: str) -> Response:
    """Say in which language the original is."""
    organisation_id, language = own_organisation(slug).id, request.form.get("original")
    if language in LANGUAGES:
        with writing() as session:
            translating.find_thing(session, organisation_id, what, key).text_language = language
        flash(_("Your changes are kept."), "success")
    return redirect(url_for(".list_texts", **_ids(slug, what, key)), 303)


@bp.get(f"{THING}/text")
@access(Policy.ORGANISER)
def choose_text(slug: str, what: str, key: str) -> Response:
    """Go on to the text in the language that was chosen from a list."""
    own_organisation(slug)
    return texts.go_on(_ids(slug, what, key))


@bp.route(f"{THING}/texts/<language>/<any(full, easy):kind>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def write_text(slug: str, what: str, key: str, language: str, kind: str) -> Page:
    """Write what something in the guide says in one language or in easy words."""
    organisation_id, is_easy = own_organisation(slug).id, kind == "easy"

    def keep(session: Session, said: dict[str, str]) -> None:
        thing = translating.find_thing(session, organisation_id, what, key)
        translating.write_text(thing, language, said, is_easy=is_easy, now=now())

    find, form = partial(_own, slug, what, key), PlaceTextForm if what == "place" else TextForm
    words = {"crumbs": _crumbs(slug), "may_keep_title": True}
    return texts.write_page(find, keep, form, _ids(slug, what, key), language=language, is_easy=is_easy, **words)


def _own(slug: str, what: str, key: str) -> Thing:
    return translating.find_thing(db.session(), own_organisation(slug).id, what, key)


def _ids(slug: str, what: str, key: str) -> dict[str, Any]:
    return {"slug": slug, "what": what, "key": key}


def _crumbs(slug: str) -> list[tuple[str, str]]:
    organisation = service.get_organisation(db.session(), slug)
    edit = url_for(".edit_organisation", slug=slug)
    return [(_("Organisations"), url_for(".desk")), (organisation.name, edit)]

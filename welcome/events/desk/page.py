"""The desk for the page of an event: what it says in other languages and in easy words, and its picture."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.events import pictures, translating
from welcome.events.desk.sharing import Page, form_page, own_event
from welcome.events.forms.pages import AltForm, PictureForm, TextForm
from welcome.events.models import Event
from welcome.i18n import gettext as _
from welcome.texts import desk as texts

bp = Blueprint("events_page", __name__, url_prefix="/desk/events/<public_id>")

UPLOADS = {"events_page.keep_picture"}


@bp.url_value_preprocessor
def allow_photographs(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take larger files here than elsewhere; this comes before anything reads what was sent."""
    if endpoint in UPLOADS:
        request.max_content_length = pictures.LARGEST_BYTES + 100_000


@bp.get("/texts")
@access(Policy.ORGANISER)
def list_texts(public_id: str) -> Page:
    """Show in which languages an event is told, and which of these texts are out of date."""
    event = own_event(public_id)
    change = url_for("events_desk.edit", public_id=public_id)
    return texts.list_page(event, {"public_id": public_id}, crumbs=_crumbs(event), change=change)


@bp.get("/text")
@access(Policy.ORGANISER)
def choose_text(public_id: str) -> Response:
    """Go on to the text in the language that was chosen from a list."""
    own_event(public_id)
    return texts.go_on({"public_id": public_id})


@bp.route("/texts/<language>/<any(full, easy):kind>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def write_text(public_id: str, language: str, kind: str) -> Page:
    """Write what an event says in one language or in easy words."""
    event, is_easy = own_event(public_id), kind == "easy"
    event_id, crumbs = event.id, _crumbs(event)

    def keep(session: Session, said: dict[str, str]) -> None:
        translating.write_text(session, event_id, language, **said, is_easy=is_easy, now=now())

    find, ids = partial(own_event, public_id), {"public_id": public_id}
    return texts.write_page(find, keep, TextForm, ids, language=language, is_easy=is_easy, crumbs=crumbs)


def _crumbs(event: Event) -> list[tuple[str, str]]:
    mine = (_("Your events"), url_for("events_desk.list_mine"))
    return [mine, (event.title, url_for("events_desk.show", public_id=event.public_id))]


@bp.get("/picture")
@access(Policy.ORGANISER)
def picture(public_id: str) -> Page:
    """Show the picture of an event, and what is said about it."""
    event = own_event(public_id)
    return _picture_page(public_id, PictureForm(formdata=None, obj=pictures.find_picture(db.session(), event.id)))


@bp.post("/picture")
@access(Policy.ORGANISER)
def keep_picture(public_id: str) -> Page:
    """Take a picture, drawn anew."""
    event_id, form = own_event(public_id).id, PictureForm()
    if not form.validate():
        return _picture_page(public_id, form)
    try:
        drawn = pictures.redraw(form.file.data.read())
    except Refusal as refusal:
        form.file.errors = [*form.file.errors, str(refusal)]
        return _picture_page(public_id, form)
    with writing() as session:
        pictures.keep_picture(session, event_id, drawn, form.alt.data, now=now())
    flash(_("Your picture is kept. What the camera had written into it is gone."), "success")
    return redirect(url_for("events_page.picture", public_id=public_id), 303)


@bp.post("/picture/words")
@access(Policy.ORGANISER)
def describe_picture(public_id: str) -> Page:
    """Say in other words what is on the picture."""
    event_id, form = own_event(public_id).id, AltForm()
    if form.validate():
        with writing() as session:
            pictures.describe_picture(session, event_id, form.alt.data)
        flash(_("Your changes are kept."), "success")
    else:
        flash(str(form.alt.errors[0]), "error")
    return redirect(url_for("events_page.picture", public_id=public_id), 303)


@bp.post("/picture/remove")
@access(Policy.ORGANISER)
def remove_picture(public_id: str) -> Page:
    """Take the picture away."""
    event_id = own_event(public_id).id
    with writing() as session:
        pictures.remove_picture(session, event_id)
    flash(_("The picture is taken away."), "success")
    return redirect(url_for("events_page.picture", public_id=public_id), 303)


def _picture_page(public_id: str, form: PictureForm) -> Page:
    event = own_event(public_id)
    kept = pictures.find_picture(db.session(), event.id)
    return form_page(
        "events_desk/picture.html", form, event=event, picture=kept, words=AltForm(obj=kept, formdata=None)
    )

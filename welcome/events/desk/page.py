"""The desk for the page of an event: what it says in other languages and in easy words, and its picture."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal
from welcome.events import pictures, texts, translating
from welcome.events.desk.sharing import Page, form_page, own_event
from welcome.events.forms.pages import AltForm, PictureForm, TextForm
from welcome.i18n import LANGUAGES, LOCALES, known_languages
from welcome.i18n import gettext as _

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
    there = {(one.language, one.is_easy) for one in texts.tellings(event)}
    missing = [code for code in LOCALES if (code, False) not in there]
    return render_template(
        "events_desk/texts.html",
        event=event,
        tellings=texts.tellings(event)[1:],
        missing=missing,
        others=[pair for pair in known_languages() if (pair[0], False) not in there and pair[0] not in missing],
        easy=[code for code in dict.fromkeys([event.text_language, *LOCALES]) if code and (code, True) not in there],
    )


@bp.get("/text")
@access(Policy.ORGANISER)
def choose_text(public_id: str) -> Response:
    """Go on to the text in the language that was chosen from a list."""
    own_event(public_id)
    language = request.args.get("language")
    if language not in LANGUAGES:
        return redirect(url_for("events_page.list_texts", public_id=public_id), 303)
    return redirect(url_for("events_page.write_text", public_id=public_id, language=language, kind="full"), 303)


@bp.route("/texts/<language>/<any(full, easy):kind>", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def write_text(public_id: str, language: str, kind: str) -> Page:
    """Write what an event says in one language or in easy words."""
    event, is_easy = own_event(public_id), kind == "easy"
    if language not in LANGUAGES:
        raise NotFound
    known = next((one for one in event.texts if (one.language, one.is_easy) == (language, is_easy)), None)
    form = TextForm(obj=known)
    words = {"event": event, "language": language, "is_easy": is_easy, "is_known": known is not None}
    if form.validate_on_submit():
        event_id, title, about = event.id, form.title.data or "", form.about.data or ""
        try:
            with writing() as session:
                translating.write_text(session, event_id, language, title, about, is_easy=is_easy, now=now())
        except Refusal as refusal:
            form.title.errors = [*form.title.errors, str(refusal)]
            words["event"] = own_event(public_id)
        else:
            flash(_("Your text is kept.") if title or about else _("This text is taken away."), "success")
            return redirect(url_for("events_page.list_texts", public_id=public_id), 303)
    return form_page("events_desk/text.html", form, **words)


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

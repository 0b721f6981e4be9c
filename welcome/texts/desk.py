"""The pages on which keepers write what something says in other languages; each room says what it is about."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from welcome.database import writing
from welcome.errors import NotFound, Refusal
from welcome.i18n import LANGUAGES, LOCALES, known_languages
from welcome.i18n import gettext as _
from welcome.texts import service

Page = str | tuple[str, int] | Response
Keep = Callable[[Session, dict[str, str]], None]


def list_page(told: Any, ids: Mapping[str, Any], **words: Any) -> Page:
    """Show in which languages something is told, and which of these texts are out of date.

    ``ids`` are the parts of the address of these pages, which lie beside each other in one blueprint.
    """
    every = service.tellings(told)
    there = {(one.language, one.is_easy) for one in every}
    known = known_languages()
    missing = [code for code in LOCALES if (code, False) not in there]
    return render_template(
        "texts/list.html",
        told=told,
        ids=ids,
        tellings=every[1:],
        missing=missing,
        known=known,
        others=[pair for pair in known if (pair[0], False) not in there and pair[0] not in missing],
        easy=[code for code in dict.fromkeys([told.text_language, *LOCALES]) if code and (code, True) not in there],
        **words,
    )


def go_on(ids: Mapping[str, Any]) -> Response:
    """Go on to the text in the language that was chosen from a list."""
    language = request.args.get("language")
    if language not in LANGUAGES:
        return redirect(url_for(".list_texts", **ids), 303)
    return redirect(url_for(".write_text", **ids, language=language, kind="full"), 303)


def write_page(
    find: Callable[[], Any],
    keep: Keep,
    make_form: Callable[..., FlaskForm],
    ids: Mapping[str, Any],
    *,
    language: str,
    is_easy: bool,
    **words: Any,
) -> Page:
    """Write what something says in one language or in easy words."""
    told = find()
    if language not in LANGUAGES:
        raise NotFound
    known = service.find_text(told, language, is_easy)
    form, is_known = make_form(obj=known), known is not None
    if form.validate_on_submit():
        said = {part: form[part].data or "" for part in service.PARTS if part in form}
        try:
            with writing() as session:
                keep(session, said)
        except Refusal as refusal:
            form["title"].errors = [*form["title"].errors, str(refusal)]
            told = find()
        else:
            flash(_("Your text is kept.") if any(said.values()) else _("This text is taken away."), "success")
            return redirect(url_for(".list_texts", **ids), 303)
    words = {
        "may_keep_title": is_easy,
        **words,
        "told": told,
        "ids": ids,
        "language": language,
        "is_easy": is_easy,
        "is_known": is_known,
    }
    return render_template("texts/write.html", form=form, **words), 422 if form.errors or form["title"].errors else 200

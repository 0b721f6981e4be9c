"""What belongs to no room: the language and theme switches, what every template knows, ways back."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import format_date, format_datetime, format_time
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from welcome import headers
from welcome.clock import now
from welcome.database import db
from welcome.i18n import (
    LOCALES,
    choose_locale,
    day_in_words,
    day_names,
    format_day,
    format_list,
    language_name,
    moment_in_words,
    offered_languages,
    text_direction,
)
from welcome.style import sample_form

bp = Blueprint("web", __name__)

View = TypeVar("View", bound=Callable[..., Any])

THEMES = ("auto", "light", "dark")


def init_app(app: Flask) -> None:
    """Give the application its headers and template words."""
    app.register_blueprint(bp)
    app.before_request_funcs.setdefault(None, []).insert(0, _answer_alone)  # before anybody is looked up
    app.before_request(_refuse_nul)
    headers.init_app(app)
    app.context_processor(_words)
    app.url_defaults(_static_version(Path(app.static_folder or "")))
    app.add_template_filter(language_name)
    app.add_template_filter(format_list)
    app.jinja_env.globals.update(
        has_endpoint=lambda endpoint: endpoint in app.view_functions,
        format_date=format_date,
        format_time=format_time,
        format_datetime=format_datetime,
        format_day=format_day,
        day_in_words=day_in_words,
        moment_in_words=moment_in_words,
        day_names=day_names,
    )


def _static_version(folder: Path) -> Callable[[str, dict[str, Any]], None]:
    """Put each static file's digest into its address, so that browsers may keep it and never keep an old one."""

    @cache
    def digest(name: str) -> str:
        file = folder / name
        return blake2b(file.read_bytes(), digest_size=4).hexdigest() if file.is_file() else ""

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["v"] = digest(values["filename"])

    return add


def _refuse_nul() -> None:
    """Refuse the one sign that no person types and that databases cannot keep."""
    texts = (request.path, *request.args.keys(), *request.form.keys())
    values = (value for store in (request.args, request.form) for found in store.listvalues() for value in found)
    if any("\0" in text for text in (*texts, *values)):
        abort(400)


def _words() -> dict[str, Any]:
    locale = choose_locale()
    return {
        "locale": locale,
        "text_direction": text_direction(locale),
        "offered_languages": offered_languages(),
        "theme": session.get("theme", "auto") if has_request_context() else "auto",
        "instance_name": current_app.config["INSTANCE_NAME"],
    }


def alone(view: View) -> View:
    """Answer this page without asking who reads it: it is there when the database is not."""
    view.stands_alone = True  # type: ignore[attr-defined]
    return view


def _answer_alone() -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "stands_alone", False):
        return None
    g.asks_no_database = True
    return view(**(request.view_args or {}))  # type: ignore[misc]  # it has the mark, so it is there


def whole(text: str) -> int:
    """Read a number that a column of every database can hold; for ``type=`` of what a request says.

    Raises
    ------
    ValueError
        For anything else. What a request says counts as not said then.
    """
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError("no number of ours")
    return number


def safe_path(target: str | None, otherwise: str = "/") -> str:
    """Return a path of this site that a form may send its reader back to, never another site.

    Browsers read ``//host`` and ``/\\host`` as another site, and drop tabs and newlines inside an address.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if any(sign in target for sign in "\\\t\r\n") or not target.isprintable():
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def back(otherwise: str = "/") -> str:
    """Return the page of ours that the reader came from."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # not an address at all
        return otherwise
    if came_from.netloc != request.host:
        return otherwise
    return safe_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""), otherwise)


def render_alone(template: str, **words: Any) -> str:
    """Write a page without asking the database, nor what the rooms add to every template: it may be gone."""
    g.asks_no_database = True
    return current_app.jinja_env.get_template(template).render(**{**_words(), **words})


@bp.post("/language")
def set_language() -> BaseResponse:
    """Read this site in another language from now on, on this device."""
    if request.form.get("locale") in LOCALES:
        session["locale"] = request.form["locale"]
    return redirect(safe_path(request.form.get("next")), 303)


@bp.post("/theme")
def set_theme() -> BaseResponse:
    """Follow the system's theme, or stay light or dark on this device."""
    if request.form.get("theme") in THEMES:
        session["theme"] = request.form["theme"]
    return redirect(safe_path(request.form.get("next")), 303)


@bp.get("/style")
def style() -> str:
    """Show every stone of the face on one page; to those who build it."""
    if current_app.config["ENVIRONMENT"] not in {"demo", "development"}:
        raise NotFound
    return render_template(
        "style/index.html", form=sample_form(), soon=now().replace(second=0, microsecond=0) + timedelta(days=8)
    )


@bp.get("/healthz")
def health() -> tuple[str, int]:
    """Tell a load balancer that this process answers and reaches its database."""
    db.session.connection()
    return "ok", 200

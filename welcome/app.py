"""The one page on which the house is wired."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from welcome import cli, error_pages, headers, i18n, validation, web
from welcome.accounts import access
from welcome.accounts import confirming as accounts_confirming
from welcome.accounts import limits as accounts_limits
from welcome.accounts import security as accounts_security
from welcome.accounts.letters import LETTERS as ACCOUNT_LETTERS
from welcome.accounts.views import room as accounts_views
from welcome.announcements.letters import LETTERS as ANNOUNCEMENT_LETTERS
from welcome.announcements.views import room as announcements_views
from welcome.calendars import desk as calendars_desk
from welcome.calendars import views as calendars_views
from welcome.conversations import views as conversations_views
from welcome.conversations.letters import LETTERS as CONVERSATION_LETTERS
from welcome.database import db
from welcome.directory.letters import LETTERS as GUIDE_LETTERS
from welcome.directory.views import room as directory_views
from welcome.events import guest_views as events_guests
from welcome.events import sharing as events_sharing
from welcome.events import views as events_views
from welcome.events.answers import views as events_answers
from welcome.events.crew import desk as crew_desk
from welcome.events.crew import views as crew_views
from welcome.events.crew.letters import LETTERS as CREW_LETTERS
from welcome.events.crew.shifts import entries_of_shifts
from welcome.events.desk import answers as events_desk_answers
from welcome.events.desk import page as events_page
from welcome.events.desk import publishing as events_publishing
from welcome.events.desk import series as events_series
from welcome.events.desk import views as events_desk
from welcome.events.desk.letters import LETTERS as EVENT_DESK_LETTERS
from welcome.events.letters import LETTERS as EVENT_LETTERS
from welcome.home import help as home_help
from welcome.home import keeping as home_keeping
from welcome.home import outside as home_outside
from welcome.home import views as home_views
from welcome.moderation import desk as moderation_desk
from welcome.moderation.letters import LETTERS as MODERATION_LETTERS
from welcome.pairings.calendar import entries_of_meetings
from welcome.pairings.circles.letters import LETTERS as CIRCLE_LETTERS
from welcome.pairings.letters import LETTERS as PAIRING_LETTERS
from welcome.pairings.rounds.opening import LETTERS as ROUND_LETTERS
from welcome.pairings.vetting.letters import LETTERS as VETTING_LETTERS
from welcome.pairings.views import room as pairings_views
from welcome.post.digest import LETTERS as POST_LETTERS
from welcome.post.message import public_url
from welcome.profiles import views as profiles_views
from welcome.visits import desk as visits_desk
from welcome.visits import views as visits_views
from welcome.visits.letters import LETTERS as VISIT_LETTERS

if TYPE_CHECKING:
    from config import Settings

HERE = Path(__file__).parent
LARGEST_REQUEST = 2 * 1024 * 1024

ROOMS = (
    announcements_views.bp,
    home_views.bp,
    home_help.bp,
    home_keeping.bp,
    home_outside.bp,
    accounts_views.bp,
    directory_views.bp,
    profiles_views.bp,
    conversations_views.bp,
    events_views.bp,
    events_answers.bp,
    events_desk.bp,
    events_guests.bp,
    events_page.bp,
    events_series.bp,
    events_sharing.bp,
    events_desk_answers.bp,
    visits_views.bp,
    visits_desk.bp,
    events_publishing.bp,
    crew_desk.bp,
    crew_views.bp,
    calendars_views.bp,
    calendars_desk.bp,
    pairings_views.bp,
    moderation_desk.bp,
)
CALENDAR_SOURCES = (entries_of_meetings, entries_of_shifts)
LETTERS = (
    *ANNOUNCEMENT_LETTERS,
    *ACCOUNT_LETTERS,
    *CONVERSATION_LETTERS,
    *GUIDE_LETTERS,
    *EVENT_LETTERS,
    *CREW_LETTERS,
    *EVENT_DESK_LETTERS,
    *VISIT_LETTERS,
    *PAIRING_LETTERS,
    *CIRCLE_LETTERS,
    *VETTING_LETTERS,
    *ROUND_LETTERS,
    *MODERATION_LETTERS,
    *POST_LETTERS,
)


def create_app(settings: Settings) -> Flask:
    """Build the application from its settings."""
    app = Flask(__name__, template_folder=str(HERE.parent / "templates"))
    _configure(app, settings)
    db.init_app(app)
    Migrate(app, db, directory=str(HERE.parent / "migrations"))
    CSRFProtect(app)
    i18n.init_app(app, settings.default_locale, settings.default_timezone)
    validation.init_app()
    accounts_security.init_app(app)
    accounts_confirming.init_app(app)
    app.jinja_env.globals["public_url"] = public_url
    app.extensions["calendar_sources"] = CALENDAR_SOURCES
    app.extensions["letters"] = {letter.kind: letter for letter in LETTERS}
    web.init_app(app)
    error_pages.init_app(app)
    for blueprint in ROOMS:
        app.register_blueprint(blueprint)
    accounts_limits.init_app(app)
    cli.init_app(app)
    access.init_app(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        {name.upper(): getattr(settings, name) for name in settings.__dataclass_fields__},
        PUBLIC_HOST=settings.host,
        ERASED_FILE=settings.erased_file,
        PRODUCTION_FAULTS=settings.production_faults,
        STAFF_NEEDS_KEY=settings.staff_needs_key,
        TRUSTED_HOSTS=[settings.host] if settings.is_production else None,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_NAME="__Host-session" if is_https else "session",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_NAME="__Host-remember" if is_https else "remember_token",
        REMEMBER_COOKIE_SECURE=is_https,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        TESTING=settings.environment == "test",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    environment: Any = app.jinja_env
    chain = environment.make_globals
    # One dictionary: Jinja walks a chain of two, the first of them empty, for each part of a page and of a letter.
    environment.make_globals = lambda own: chain(own) if own else environment.globals
    proxies = settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    static = WhiteNoise(app.wsgi_app, root=str(HERE / "static"), prefix="static/", max_age=headers.A_YEAR)
    app.wsgi_app = static  # type: ignore[method-assign]

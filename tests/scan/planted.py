"""Welcome as the scanners meet it: nothing that they send is kept, and a few faults are planted among its pages.

``gunicorn 'tests.scan.planted:served()'``
"""

from collections import Counter, defaultdict
from typing import Any
from urllib.request import urlopen

import sqlalchemy as sa
from flask import Flask, request, request_started
from pytest import MonkeyPatch

from tests import nonsense
from welcome.accounts.access import Policy, access
from welcome.database import db

PLANTED = "/planted"
GREETING, SEARCH, FETCH, PAGE = (f"{PLANTED}/{name}" for name in ("greeting", "search", "fetch", "page"))
PAGES = (f"{GREETING}?name=Ann", f"{SEARCH}?slug=centrum", f"{FETCH}?url=", f"{PAGE}?number=1")
SENT = f"{PLANTED}/sent"


def plant(app: Flask) -> None:
    """Add pages for which what is asked becomes HTML, becomes SQL, is fetched, and must be a number."""

    @app.get(GREETING)
    @access(Policy.PUBLIC)
    def planted_greeting() -> str:
        form = '<form method="post"><input name="word"></form>'
        return f"<!doctype html><title>Hello</title><p>Hello {request.args.get('name', '')}{form}"

    @app.get(SEARCH)
    @access(Policy.PUBLIC)
    def planted_search() -> str:
        asked = f"SELECT slug FROM area WHERE slug = '{request.args.get('slug', '')}'"  # noqa: S608 (the fault)
        return f"<!doctype html><title>Found</title><p>{len(list(db.session.scalars(sa.text(asked))))} districts"

    @app.get(FETCH)
    @access(Policy.PUBLIC)
    def planted_fetch() -> str:
        address = request.args.get("url", "")
        if address.startswith(request.host_url):  # nothing leaves this machine
            urlopen(address).close()  # noqa: S310 (the fault)
        return "<!doctype html><title>Fetched</title>"

    @app.get(PAGE)
    @access(Policy.PUBLIC)
    def planted_page() -> str:
        return f"<!doctype html><title>Page</title><p>{int(request.args.get('number', '1'))}"


def listen(app: Flask) -> None:
    """Count what is asked for, and note for Wapiti which of the addresses that it sent were fetched."""
    sent = Counter[str]()
    fetched: dict[str, dict[str, dict[str, list[dict[str, str]]]]] = defaultdict(lambda: defaultdict(dict))

    @request_started.connect_via(app)
    def count(_app: Flask, **_more: Any) -> None:
        if request.endpoint and not request.path.startswith(PLANTED):
            sent[f"{request.method} {request.endpoint}"] += 1

    app.extensions["count"] = count  # a signal holds it by a weak reference alone

    @app.get(SENT)
    @access(Policy.PUBLIC)
    def planted_sent() -> dict[str, int]:
        known = dict(sent)
        sent.clear()
        return known

    @app.get(f"{PLANTED}/ssrf/<session>/<path_id>/<field>/")
    @access(Policy.PUBLIC)
    def planted_ssrf(session: str, path_id: str, field: str) -> str:
        fetched[session][path_id][field] = [{"url": request.url, "date": "", "ip": "", "method": request.method}]
        return ""

    @app.get(f"{PLANTED}/get_ssrf.php")
    @access(Policy.PUBLIC)
    def planted_fetched() -> dict[str, Any]:
        return fetched[request.args["session_id"]]


def served() -> Flask:
    """Return the application of this environment with what is planted in it."""
    from wsgi import app  # made from the environment when it is imported

    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a scan may take longer than anybody fills in a form
    nonsense.keep_nothing(MonkeyPatch())
    plant(app)
    listen(app)
    return app

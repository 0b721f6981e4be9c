"""Welcome with a fault: it says that a report has arrived, and writes it down a little later.

``gunicorn tests.campaigns.hasty:app`` serves it; storms and kills have to show that this loses reports.
"""

import time
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Thread
from typing import Any

from wsgi import app

LATER_SECONDS = 0.3
honest = app.wsgi_app


def yes_first(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer before it is written: the fault."""
    if environ["REQUEST_METHOD"] != "POST":
        return honest(environ, start)
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    Thread(target=write_later, args=({**environ, "wsgi.input": BytesIO(body)},), daemon=True).start()
    start("303 See Other", [("Location", "/")])
    return []


def write_later(environ: dict[str, Any]) -> None:
    """Do what was said to be done."""
    time.sleep(LATER_SECONDS)
    list(honest(environ, lambda *_: lambda _said: None))


app.wsgi_app = yes_first  # type: ignore[method-assign]

"""Forms that take an address answer on the tick, so that how long they took does not tell whether somebody has it."""

import time
from collections.abc import Callable
from math import ceil
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])

#: Longer than any of them works on a machine that is not overloaded; on one that is, the next tick is waited for.
TICK_SECONDS = 0.3
#: The forms that Flask-Security brings.
FOREIGN = {"security.login", "security.register", "security.forgot_password", "security.send_confirmation"}


def on_the_tick(view: View) -> View:
    """Let a view answer on the tick."""
    view.is_on_the_tick = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Note when a request begins, and wait before it is answered; call this before what ends the transaction."""
    app.before_request(_note)
    app.after_request(_wait)


def _note() -> None:
    g.began = time.monotonic()


def _wait(response: Response) -> Response:
    if request.method == "POST" and _is_on_the_tick() and not current_app.config["TESTING"]:
        taken = time.monotonic() - g.get("began", time.monotonic())
        time.sleep(ceil(taken / TICK_SECONDS) * TICK_SECONDS - taken)
    return response


def _is_on_the_tick() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint in FOREIGN or getattr(view, "is_on_the_tick", False)

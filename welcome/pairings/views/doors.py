"""What the views of this room have in common: whose desk it is, and how something that was done ends."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import require
from welcome.accounts.models import Role
from welcome.database import db
from welcome.pairings import programmes
from welcome.pairings.rounds import running

View = Callable[..., Any]


def of_programme(view: View) -> View:
    """Let only those in who coordinate the programme that the address names."""

    @wraps(view)
    def guarded(slug: str, **more: Any) -> Any:
        require(Role.COORDINATOR, programmes.get_programme(db.session(), slug).id)
        return view(slug=slug, **more)

    return guarded


def of_round(view: View) -> View:
    """Let only those in who coordinate the programme of the round that the address names."""

    @wraps(view)
    def guarded(public_id: str, **more: Any) -> Any:
        require(Role.COORDINATOR, running.get_round(db.session(), public_id).programme_id)
        return view(public_id=public_id, **more)

    return guarded


def done(words: str, endpoint: str, **values: Any) -> Response:
    """Say what was done, and lead on."""
    flash(words, "success")
    return redirect(url_for(f"pairings.{endpoint}", **values), 303)

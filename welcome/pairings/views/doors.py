"""What the views of this room have in common: whose desk it is, and how something that was done ends."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import current_member, require
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.pairings import looks, programmes
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import running
from welcome.pairings.suggestions import Face

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


def seen_by_staff(page: str, kept: Round, faces: Collection[Face]) -> str:
    """Hand over a page on which a coordinator sees people, and write into the staff log who is seen for the first time.

    That somebody was seen is all that a look at such a page changes.
    """
    kept_id, new = kept.id, looks.find_new(db.session(), current_member(), kept, faces)
    if new:
        with writing() as session:
            looks.note(session, current_member(), kept_id, new, now=now())
    return page


def done(words: str, endpoint: str, **values: Any) -> Response:
    """Say what was done, and lead on."""
    flash(words, "success")
    return redirect(url_for(f"pairings.{endpoint}", **values), 303)

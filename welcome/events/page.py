"""What the page of an event tells: its words for this reader, its picture, its answers, and why it may be for them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from welcome.events import texts
from welcome.events.accessibility import by_answer
from welcome.events.cards import step_free
from welcome.events.crew.board import partner_parts, read_board
from welcome.events.forms.knowing import SETTINGS
from welcome.events.markup import first_words, to_html
from welcome.events.models import Occurrence
from welcome.events.reasons import dismissal_part, liking_of, liking_parts, why
from welcome.i18n import choose_locale
from welcome.texts.service import choose


def read(session: Session, occurrence: Occurrence, member_id: int | None, wishes: Mapping[str, str]) -> dict[str, Any]:
    """Return the words of the template about what an event is."""
    event = occurrence.event
    rows = _around(session, event.id, member_id)
    liking, is_dismissed = liking_of(rows), any(row[0] == "dismissed" for row in rows)
    there = texts.tellings_of(occurrence)
    telling = choose(there, choose_locale(), also=liking.languages, asked=wishes.get("text"), is_easy="easy" in wishes)
    picture = event.picture
    return {
        "board": read_board(session, occurrence, member_id, rows),
        "telling": telling,
        "tellings": there,
        "about": to_html(telling.about),
        "preview": first_words(telling.about),
        "picture": picture,
        "picture_url": picture and url_for("events.picture", public_id=event.public_id, digest=picture.digest),
        "setting": SETTINGS[event.setting] if event.setting else None,
        "access": by_answer(step_free(occurrence), event.access),
        "reasons": why(occurrence, liking),
        "is_dismissed": is_dismissed,
        "can_dismiss": member_id is not None and not is_dismissed,
    }


def _around(session: Session, event_id: int, member_id: int | None) -> Sequence[sa.Row[str, str, str, int]]:
    """Read who takes part in an event, and what its reader said of themselves and of it; by one statement."""
    own = [*liking_parts(member_id), dismissal_part(member_id, event_id)] if member_id else []
    return session.execute(sa.union_all(*partner_parts(event_id), *own)).all()

"""What the page of an event tells: its words for this reader, its picture, its answers, and why it may be for them."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from welcome.events import pictures, texts
from welcome.events.accessibility import by_answer
from welcome.events.cards import step_free
from welcome.events.forms.knowing import SETTINGS
from welcome.events.markup import first_words, to_html
from welcome.events.models import Occurrence
from welcome.events.reasons import read_liking, why
from welcome.i18n import choose_locale


def read(session: Session, occurrence: Occurrence, member_id: int | None, wishes: Mapping[str, str]) -> dict[str, Any]:
    """Return the words of the template about what an event is."""
    event = occurrence.event
    liking, is_dismissed = read_liking(session, member_id, event.id)
    telling = texts.choose(
        event, choose_locale(), also=liking.languages, asked=wishes.get("text"), is_easy="easy" in wishes
    )
    picture = pictures.find_picture(session, event.id)
    return {
        "telling": telling,
        "tellings": texts.tellings(event),
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

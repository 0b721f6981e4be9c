"""The desk of the journey: each step as it reads in each language, for nobody in particular, and its switch."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from welcome.announcements.journey.letter import steps_off, themes_of
from welcome.announcements.journey.steps import STEPS, Step
from welcome.i18n import in_locale, offered_languages, text_direction


@dataclass(frozen=True, slots=True)
class Reading:
    """What a step says in one language."""

    locale: str
    language: str
    direction: str
    subject: str
    paragraphs: list[str]
    themes: list[str]


@dataclass(frozen=True, slots=True)
class StepOnDesk:
    """One step, whether it is sent, and how it reads."""

    step: Step
    is_on: bool
    readings: list[Reading]


def read_steps(session: Session) -> list[StepOnDesk]:
    """Return every step with its text in every offered language."""
    off = steps_off(session)
    return [StepOnDesk(step, step.code not in off, _readings(session, step)) for step in STEPS]


def _readings(session: Session, step: Step) -> list[Reading]:
    themes = themes_of(session, step)
    readings = []
    for locale, language in offered_languages():
        with in_locale(locale, current_app.config["DEFAULT_TIMEZONE"]):
            words = (str(step.subject), [str(text) for text in step.paragraphs], [str(name) for name, _path in themes])
            readings.append(Reading(locale, language, text_direction(locale), *words))
    return readings

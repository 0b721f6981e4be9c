"""The desk of the journey: each step as it reads in each language, and the journey of somebody who does not exist."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy.orm import Session

from welcome.announcements.audience import has_just_arrived
from welcome.announcements.journey.course import LAST_MONTH, find_step, read_course, steps_off
from welcome.announcements.journey.letter import KIND, context_of, themes_of
from welcome.announcements.journey.steps import AFTERWARDS, Step, months_later, next_step
from welcome.announcements.journey.texts import Wording, own_texts, source_locale, wording_of
from welcome.announcements.rhythm import local_day
from welcome.errors import NotFound
from welcome.events.finding import coming_occurrences
from welcome.events.models import EventKind, Occurrence
from welcome.i18n import LOCALES, format_month, in_locale, ngettext, offered_languages, text_direction
from welcome.i18n import gettext as _
from welcome.post.letters import Somebody
from welcome.post.message import Preview, preview
from welcome.profiles.models import Profile, Side

EARLIEST, LATEST = -LAST_MONTH - AFTERWARDS, 12  #: months from now in which somebody tried out may arrive
MOST_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """What a step says in one language."""

    locale: str
    language: str
    direction: str
    wording: Wording
    themes: list[str]


@dataclass(frozen=True, slots=True)
class StepOnDesk:
    """One step, whether it is sent, and how it reads."""

    step: Step
    when: str
    is_on: bool
    readings: list[Reading]


@dataclass(frozen=True, slots=True)
class Station:
    """One letter of a journey that is tried out, and the day on which it would go."""

    day: date
    name: str
    letter: Preview


def read_steps(session: Session) -> list[StepOnDesk]:
    """Return every step with its text in every offered language, the one that the others follow first."""
    off = steps_off(session)
    return [
        StepOnDesk(step, say_month(step.month), step.code not in off, readings_of(session, step))
        for step in read_course(session)
    ]


def readings_of(session: Session, step: Step) -> list[Reading]:
    """Return how a step reads in every offered language."""
    themes, texts = themes_of(session, step), own_texts(session)
    readings = []
    for locale, language in sorted(offered_languages(), key=lambda pair: pair[0] != source_locale()):
        with in_locale(locale, current_app.config["DEFAULT_TIMEZONE"]):
            names = [str(name) for name, _path in themes]
        readings.append(Reading(locale, language, text_direction(locale), wording_of(texts, step, locale), names))
    return readings


def get_step(session: Session, code: str, locale: str | None = None) -> Step:
    """Return a step that is written in an offered language, or raise NotFound."""
    step = find_step(session, code)
    if step is None or locale not in (None, *LOCALES):
        raise NotFound
    return step


def say_month(month: int) -> str:
    """Say when a step comes, counted from each reader's own arrival."""
    if month == 0:
        return str(_("In the month of the arrival"))
    if month < 0:
        return str(ngettext("%(num)d month before the arrival", "%(num)d months before the arrival", -month))
    return str(ngettext("%(num)d month after the arrival", "%(num)d months after the arrival", month))


def months_to_try(today: date) -> list[tuple[str, str]]:
    """Return the months in which somebody could arrive, as they are sent and as they are read."""
    months = [months_later(today, number) for number in range(EARLIEST, LATEST + 1)]
    return [(f"{month:%Y-%m}", format_month(month)) for month in months]


def try_out(session: Session, arrived_on: date, locale: str, zone: str, *, now: datetime) -> list[Station]:
    """Return the letters that somebody would get who joins now and arrives in a month."""
    reader, steps, off = Somebody(locale=locale, timezone=zone), read_course(session), steps_off(session)
    welcome = _next_welcome(session, arrived_on, now)
    stations: list[Station] = []
    day, done = local_day(now, zone), set(off)
    while found := next_step(steps, arrived_on, day, done=done, last_on=stations[-1].day if stations else None):
        step, day = found
        letter = preview(KIND, reader, context_of(session, step, reader, welcome))
        stations.append(Station(day, str(step.name), letter))
        done.add(step.code)
    return stations


def _next_welcome(session: Session, arrived_on: date, now: datetime) -> Occurrence | None:
    somebody = Profile(side=Side.NEWCOMER, arrived_on=arrived_on)
    coming = coming_occurrences(session, now=now, limit=MOST_LOOKED_AT)
    fitting = (one for one in coming if one.event.kind is EventKind.WELCOME)
    return next((one for one in fitting if has_just_arrived(somebody, one.event, one)), None)

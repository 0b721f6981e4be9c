"""The letter of one step: what helps now, which welcome event is next, who could be met."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy.orm import Session

from welcome.announcements.fitting import fitting_dates
from welcome.announcements.journey.course import read_course, steps_off
from welcome.announcements.journey.steps import Step, step_of_day
from welcome.announcements.journey.texts import own_texts, wording_of
from welcome.announcements.rhythm import local_day
from welcome.clock import now as this_moment
from welcome.directory.entries import helpful_now, offered
from welcome.directory.vocabulary import THEMES
from welcome.events.calendar import path_of
from welcome.events.models import EventKind, Occurrence
from welcome.events.places import place_of
from welcome.pairings.times import say_time
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.profiles.models import Profile, Side

KIND = "journey"


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say what helps now, unless this is no longer the reader's step."""
    now = this_moment()
    steps = read_course(session)
    step = next((one for one in steps if one.code == args.get("step")), None)
    profile = session.get(Profile, reader.id)
    if step is None or profile is None or profile.arrived_on is None or profile.side in (None, Side.LOCAL):
        return Unwanted("the member's arrival does not fit any more")
    if step_of_day(steps, profile.arrived_on, local_day(now, reader.timezone)) is not step:
        return Unwanted("the member's arrival does not fit any more")
    if step.code in steps_off(session):
        return Unwanted("this step of the journey is switched off")
    return context_of(session, step, reader, _next_welcome(session, reader.id, now))


def context_of(session: Session, step: Step, reader: Recipient, date: Occurrence | None) -> Context:
    """Return what a step says to a reader."""
    return {
        "wording": wording_of(own_texts(session), step, reader.locale),
        "themes": themes_of(session, step),
        "help": helpful_now(session, step.life_step, reader.locale, today=this_moment().date()),
        "date": date,
        "path_of": path_of,
        "place_of": place_of,
        "say_time": say_time,
        "link": "/guide",
    }


def themes_of(session: Session, step: Step) -> list[tuple[LazyString, str]]:
    """Return the name and the path of the step's themes, as far as the city guide has something about them."""
    there = offered(session, today=this_moment().date()).themes
    return [(THEMES[code], f"/guide?theme={code}") for code in step.themes if code in there]


def _next_welcome(session: Session, member_id: int, now: datetime) -> Occurrence | None:
    tips = fitting_dates(session, member_id, now=now, kinds=(EventKind.WELCOME,))
    return min((tip.occurrence for tip in tips), key=lambda date: (date.starts_at, date.id), default=None)


JOURNEY = Letter(KIND, compose, is_optional=True)

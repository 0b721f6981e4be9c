"""The weekly letter: what fits the reader in the days to come, what waits for them, what has changed. Or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.announcements.fitting import Tip, fitting_dates
from welcome.announcements.models import WeeklyPlan
from welcome.clock import now as this_moment
from welcome.events.answers.models import Attendance
from welcome.events.calendar import path_of
from welcome.events.cards import answer_sentence
from welcome.events.finding import occurrences_of_member
from welcome.events.models import Occurrence
from welcome.events.places import place_of
from welcome.pairings.service import Step, StepKind, next_for
from welcome.pairings.times import say_time
from welcome.pairings.wording import say_step
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Channel

KIND = "weekly_letter"
MOST_TIPS = 5
MOST_STEPS = 5
MOST_MINE = 8
A_WEEK = timedelta(days=7)
THIS_WEEK = timedelta(days=8)
#: What does not wait for the reader, or waits for them always.
QUIET_STEPS = {StepKind.WAITING, StepKind.PLAN}


@dataclass(frozen=True, slots=True)
class Mine:
    """A date that the reader will go to or waits for, and whether it is not what it was when they joined."""

    occurrence: Occurrence
    answer: Attendance
    has_changed: bool


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say what is worth a letter now; nothing to say, no letter."""
    now = this_moment()
    plan = session.get(WeeklyPlan, reader.id)
    tips = _tips(session, reader.id, plan, now)
    mine = _mine(session, reader.id, plan, now)
    steps = [step for step in next_for(session, reader.id, now) if step.kind not in QUIET_STEPS][:MOST_STEPS]
    if not (tips or mine or steps):
        return Unwanted("there is nothing to tell this week")
    return {
        **_words(tips, mine, steps),
        "told": [tip.occurrence.event_id for tip in tips],
    }


def _words(tips: list[Tip], mine: list[Mine], steps: list[Step]) -> Context:
    by_date = sorted(tips, key=lambda tip: (tip.occurrence.starts_at, tip.occurrence.id))
    return {
        "tips": by_date,
        "mine": mine,
        "steps": steps,
        "say_step": say_step,
        "say_time": say_time,
        "path_of": path_of,
        "place_of": place_of,
        "answer_sentence": answer_sentence,
        "link": "/",
    }


def _tips(session: Session, member_id: int, plan: WeeklyPlan | None, now: datetime) -> list[Tip]:
    """Return what fits, without what the last letter told, unless that has changed since."""
    told, told_at = (set(plan.told), plan.told_at) if plan else (set(), None)
    fresh = [
        tip
        for tip in fitting_dates(session, member_id, now=now)
        if tip.occurrence.event_id not in told or told_at is None or _changed_at(tip.occurrence) > told_at
    ]
    return fresh[:MOST_TIPS]


def _changed_at(occurrence: Occurrence) -> datetime:
    return max(occurrence.changed_at, occurrence.event.updated_at)


def _mine(session: Session, member_id: int, plan: WeeklyPlan | None, now: datetime) -> list[Mine]:
    """Return the dates of the coming week, and those that changed since the last letter, whenever they are."""
    since = max(plan.told_at, now - A_WEEK) if plan and plan.told_at else now - A_WEEK
    found = []
    for occurrence, answer in occurrences_of_member(session, member_id, now=now):
        mine = Mine(occurrence, answer, _is_news(occurrence, answer, since))
        if mine.has_changed or (occurrence.is_open and now < occurrence.starts_at < now + THIS_WEEK):
            found.append(mine)
    return found[:MOST_MINE]


def _is_news(occurrence: Occurrence, answer: Attendance, since: datetime) -> bool:
    return occurrence.changed_at > max(since, answer.joined_at)


def note_told(session: Session, member_id: int, context: Context, now: datetime) -> None:
    """Remember what the letter told, so that the next one does not repeat it."""
    values = {"told": context["told"], "told_at": now}
    session.execute(sa.update(WeeklyPlan).where(WeeklyPlan.member_id == member_id).values(values))


WEEKLY_LETTER = Letter(KIND, compose, channels=(Channel.MAIL,), is_optional=True, sent=note_told)

"""The steps of the first year: when each helps, and what it says. Only the month of an arrival is known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import LazyString

from welcome.directory.rules import LAST_OF_FIRST_MONTHS
from welcome.i18n import lazy_gettext as _l

INTO_THE_MONTH = timedelta(days=7)  #: of all who arrive in a month, some have arrived by then, and none long ago
LAST_MONTH = 14  #: after which the journey is over
BETWEEN_TWO = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Step:
    """One letter of the journey: from which month after the arrival it helps, and what it says."""

    code: str
    month: int
    name: LazyString
    subject: LazyString
    paragraphs: tuple[LazyString, ...]
    themes: tuple[str, ...]  #: of the city guide

    @property
    def life_step(self) -> str:
        """What the city guide calls this time of somebody's life here."""
        if self.month > LAST_OF_FIRST_MONTHS:
            return "staying"
        return {-1: "before", 0: "first_week"}.get(self.month, "first_months")


STEPS: tuple[Step, ...] = (
    Step(
        "before",
        -1,
        _l("Before departure"),
        _l("Before you come: what helps now"),
        (
            _l("Soon you will be here. A few things are easier when they are begun before the journey."),
            _l("The city guide shows who helps with registering and with a home. You may write to them already now."),
            _l("You can also ask somebody who lives here. A familiar name makes the first days lighter."),
        ),
        ("arriving", "home", "language"),
    ),
    Step(
        "first_week",
        0,
        _l("The first week"),
        _l("Your first days here"),
        (
            _l("Welcome! The first days are full. Three things are enough: register, find a doctor, know who to ask."),
            _l("Nobody expects you to know how things work here. The city guide names who answers such questions."),
        ),
        ("arriving", "health", "help"),
    ),
    Step(
        "first_month",
        1,
        _l("The first month"),
        _l("Your first month: time to meet people"),
        (
            _l("When the papers are done, the days can become quiet. Now is a good moment to meet people."),
            _l("Begin with one thing that comes back every week: a walk, a club. Meeting again makes friends."),
        ),
        ("meeting", "language", "family"),
    ),
    Step(
        "third_month",
        3,
        _l("The third month"),
        _l("Three months here: go on with the language"),
        (
            _l("After three months the new has become normal, and for many this is the hardest time. It passes."),
            _l("Practise the language for an hour a week with somebody who wants to learn yours. You both gain."),
        ),
        ("language", "work", "sport"),
    ),
    Step(
        "half_year",
        6,
        _l("Half a year"),
        _l("Half a year here: what you can give"),
        (
            _l("You know your way by now. What you can do is wanted here: teach, cook, repair, listen, organise."),
            _l("Volunteers are welcome, also with little of the language. Many found their first friends that way."),
        ),
        ("giving", "work", "culture"),
    ),
    Step(
        "year",
        12,
        _l("A year"),
        _l("A year here: welcome somebody yourself"),
        (
            _l("A whole year! You know now what helped you, and what you would have liked to know."),
            _l("Somebody has just arrived who asks what you asked then. You can be the person who answers."),
        ),
        ("giving", "meeting", "culture"),
    ),
)
STEP_OF = {step.code: step for step in STEPS}


def months_later(month: date, months: int) -> date:
    """Return the first day of the month that lies so many months after another."""
    years, number = divmod(month.month - 1 + months, 12)
    return date(month.year + years, number + 1, 1)


def begins_on(step: Step, arrived_on: date) -> date:
    """Return the day from which a step helps somebody who arrives in a month."""
    return months_later(arrived_on, step.month) + INTO_THE_MONTH


def step_of_day(arrived_on: date, today: date) -> Step | None:
    """Return the one step that helps today: the latest that has begun."""
    if today >= months_later(arrived_on, LAST_MONTH):
        return None
    begun = [step for step in STEPS if begins_on(step, arrived_on) <= today]
    return begun[-1] if begun else None


def next_step(
    arrived_on: date, today: date, *, done: Collection[str] = (), last_on: date | None = None
) -> tuple[Step, date] | None:
    """Return which step comes next, and when: today's if it is not done, else the first that is still to come.

    Steps that are over are never made up for. Two letters are two weeks apart, whatever the arrival is changed to.
    """
    earliest = max(today, last_on + BETWEEN_TWO) if last_on else today
    current = step_of_day(arrived_on, earliest)
    if current and current.code not in done:
        return current, earliest
    coming = ((step, begins_on(step, arrived_on)) for step in STEPS if step.code not in done)
    return next(((step, day) for step, day in coming if day > earliest), None)

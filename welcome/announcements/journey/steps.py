"""Which step of the journey helps when: decisions on plain values. Only the month of an arrival is known."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import LazyString

from welcome.directory.rules import LAST_OF_FIRST_MONTHS

INTO_THE_MONTH = timedelta(days=7)  #: of all who arrive in a month, some have arrived by then, and none long ago
AFTERWARDS = 2  #: so many months after its last step a journey is over
BETWEEN_TWO = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Step:
    """One letter of the journey: from which month after the arrival it helps, and what it says."""

    code: str
    month: int
    name: LazyString | str
    subject: LazyString | str = ""  #: nothing, where coordinators wrote it all themselves
    paragraphs: tuple[LazyString, ...] = ()
    themes: tuple[str, ...] = ()  #: of the city guide

    @property
    def life_step(self) -> str:
        """What the city guide calls this time of somebody's life here."""
        if self.month > LAST_OF_FIRST_MONTHS:
            return "staying"
        return "first_months" if self.month > 0 else "first_week" if self.month == 0 else "before"

    @property
    def is_built_in(self) -> bool:
        """Whether there are words for it in every language."""
        return bool(self.paragraphs)


def months_later(month: date, months: int) -> date:
    """Return the first day of the month that lies so many months after another."""
    years, number = divmod(month.month - 1 + months, 12)
    return date(month.year + years, number + 1, 1)


def begins_on(step: Step, arrived_on: date) -> date:
    """Return the day from which a step helps somebody who arrives in a month."""
    return months_later(arrived_on, step.month) + INTO_THE_MONTH


def step_of_day(steps: Sequence[Step], arrived_on: date, today: date) -> Step | None:
    """Return the one step that helps today, of steps in their order: the latest that has begun."""
    if today >= months_later(arrived_on, steps[-1].month + AFTERWARDS):
        return None
    begun = [step for step in steps if begins_on(step, arrived_on) <= today]
    return begun[-1] if begun else None


def next_step(
    steps: Sequence[Step], arrived_on: date, today: date, *, done: Collection[str] = (), last_on: date | None = None
) -> tuple[Step, date] | None:
    """Return which step comes next, and when: today's if it is not done, else the first that is still to come.

    Steps that are over are never made up for. Two letters are two weeks apart, whatever the arrival is changed to.
    """
    earliest = max(today, last_on + BETWEEN_TWO) if last_on else today
    current = step_of_day(steps, arrived_on, earliest)
    if current and current.code not in done:
        return current, earliest
    coming = ((step, begins_on(step, arrived_on)) for step in steps if step.code not in done)
    return next(((step, day) for step, day in coming if day > earliest), None)

"""Random histories of joining, leaving and changing, against a simple model: never too many, never an unfair skip."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY
from tests.gatherings import make_bridge, make_guest
from welcome.database import writing
from welcome.events import joining
from welcome.events.answers import waiting
from welcome.events.models import AttendanceState, Occurrence
from welcome.profiles.models import Side

SIDES = (Side.NEWCOMER, Side.LOCAL, Side.BOTH, Side.NEWCOMER, Side.LOCAL, Side.LOCAL)


@dataclass
class Model:
    """What the house should do, in the plainest words: a list of people and who holds which places."""

    newcomers: int
    locals: int
    is_open: bool = False
    line: list[int] = field(default_factory=list)  #: those who wait, in order
    party: dict[int, int] = field(default_factory=dict)
    holds: dict[int, str] = field(default_factory=dict)

    def taken(self, pool: str) -> int:
        return sum(self.party[one] for one, held in self.holds.items() if held == pool)

    def room(self, pool: str) -> int:
        total = self.newcomers + self.locals - sum(self.party[one] for one in self.holds)
        if self.is_open:
            return total if pool == "all" else 0
        left = {"newcomer": self.newcomers - self.taken("newcomer"), "local": self.locals - self.taken("local")}
        return left[pool] if pool in left else total - sum(left.values())

    def try_in(self, who: int) -> bool:
        side = SIDES[who].value
        own = [side]
        if side == "both":
            own = ["newcomer", "local"] if self.room("newcomer") >= self.room("local") else ["local", "newcomer"]
        for pool in (*own, "all"):
            if self.room(pool) >= self.party[who]:
                self.holds[who] = pool
                return True
        return False

    def promote(self) -> None:
        self.line = [who for who in self.line if not self.try_in(who)]

    def join(self, who: int, party: int) -> None:
        if who in self.holds or who in self.line:
            return
        self.party[who] = party
        if not self.try_in(who):
            self.line.append(who)

    def leave(self, who: int) -> None:
        self.holds.pop(who, None)
        self.line = [one for one in self.line if one != who]
        self.promote()

    def open(self) -> None:
        self.is_open = True
        self.promote()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(0, 5), st.integers(1, 3)),
        st.tuples(st.just("leave"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("open"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


def play(session: Any, newcomers: int, locals_: int, steps: list[tuple[str, int, int]]) -> tuple[Model, Any]:
    """Play the same history on the model and in the house."""
    event = make_bridge(session, TODAY, newcomers, locals_)
    date = event.occurrences[0].id
    people = [make_guest(session, f"Guest{number}", side, TODAY) for number, side in enumerate(SIDES)]
    model = Model(newcomers, locals_)
    for step, who, party in steps:
        if step == "join" and who not in model.holds and who not in model.line:
            joining.join(session, date, people[who].id, party=party, now=TODAY)
            model.join(who, party)
        elif step == "leave":
            joining.leave(session, date, people[who].id, now=TODAY)
            model.leave(who)
        elif step == "open":
            waiting.open_places(session, date, now=TODAY)
            model.open()
    numbers = {person.id: number for number, person in enumerate(people)}
    going, line = {}, []
    for person in people:
        answer = joining.find_attendance(session, date, person.id)
        if answer is not None and answer.state is AttendanceState.GOING and answer.pool:
            going[numbers[person.id]] = answer.pool.value
        elif answer is not None and answer.state is AttendanceState.WAITING:
            line.append((answer.turn, numbers[person.id]))
    left = session.get_one(Occurrence, date, populate_existing=True)
    return model, (going, [who for _, who in sorted(line)], left)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 3), st.integers(1, 3), STEPS)
def test_the_house_agrees_with_the_model(
    app: Flask, newcomers: int, locals_: int, steps: list[tuple[str, int, int]]
) -> None:
    with pytest.raises(ZeroDivisionError), writing() as session:
        model, (going, waiting, left) = play(session, newcomers, locals_, steps)
        assert going == model.holds
        assert waiting == model.line
        assert left.seats_left == newcomers + locals_ - sum(model.party[one] for one in model.holds)
        raise ZeroDivisionError  # nothing of this history is kept

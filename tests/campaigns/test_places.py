"""Random histories of a date with few places, against a model: never too many people, never an unfair skip.

People join alone or as families, leave, come back with more or fewer; the organisers change the number of places, say
yes or no; places of a side and of first-timers open; offers are confirmed or lapse. The model says the same in the
plainest words it can. Beside it, three promises are looked at after every step that need no model at all.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.campaigns import figures
from tests.campaigns.sizes import size
from tests.conftest import TODAY
from tests.gatherings import make_event, make_guest
from welcome.database import writing
from welcome.errors import Refusal
from welcome.events import joining, service
from welcome.events.answers import approving, waiting
from welcome.events.answers.models import AttendanceState, Pool
from welcome.events.answers.standing import find_attendance
from welcome.events.facts import facts_of
from welcome.events.models import Event, EventKind, Occurrence
from welcome.events.plans import Terms
from welcome.events.recurrence import Repeat, Rhythm
from welcome.profiles.models import Side

HISTORIES, STEPS = size("histories", small=12, full=3_000), 30
SIDES = (Side.NEWCOMER, Side.LOCAL, Side.BOTH, Side.NEWCOMER, Side.LOCAL, Side.LOCAL)
REGULARS = {0, 4}
ALL = "all"
IN_ORDER = waiting.waiting


@dataclass
class Model:
    """Who holds which places, who waits in which order, and what is kept for whom."""

    capacity: int
    keeps: dict[str, int]  #: newcomer, local, first_timer: how many places are kept
    is_strict: bool
    holds_for_confirming: bool
    asks_first: bool
    party: dict[int, int] = field(default_factory=dict)
    pool: dict[int, str] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)
    offered: list[int] = field(default_factory=list)
    applied: set[int] = field(default_factory=set)
    declined: set[int] = field(default_factory=set)
    kept: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.recount()

    def free(self) -> int:
        return self.capacity - sum(self.party[one] for one in self.pool)

    def recount(self) -> None:
        rest = self.free()
        for name, places in self.keeps.items():
            taken = sum(self.party[one] for one, held in self.pool.items() if held == name)
            self.kept[name] = min(rest, max(0, places - taken))
            rest -= self.kept[name]

    def room(self, name: str) -> int:
        return self.kept[name] if name in self.kept else self.free() - sum(self.kept.values())

    def wanted(self, who: int) -> list[str]:
        own = []
        if "newcomer" in self.keeps:
            own = {"newcomer": ["newcomer"], "local": ["local"]}.get(SIDES[who].value, ["newcomer", "local"])
            if self.kept["newcomer"] < self.kept["local"]:
                own = own[::-1]
        first = ["first_timer"] if "first_timer" in self.keeps and who not in REGULARS else []
        return [*first, *own, ALL]

    def take(self, who: int, people: int, names: list[str]) -> str | None:
        for name in names:
            if self.room(name) >= people:
                if name in self.kept:
                    self.kept[name] -= people
                return name
        return None

    def waited_for(self) -> set[str]:
        return {name for one in self.line for name in self.wanted(one)} if self.is_strict else set()

    def promote(self) -> None:
        passed: set[str] = set()
        for who in list(self.line):
            if not self.free():
                return
            names = self.wanted(who)
            name = self.take(who, self.party[who], [one for one in names if one not in passed])
            if name:
                self.pool[who] = name
                self.line.remove(who)
                if self.holds_for_confirming:
                    self.offered.append(who)
            elif self.is_strict:
                passed.update(names)

    def settle(self, who: int) -> None:
        passed = self.waited_for()
        name = self.take(who, self.party[who], [one for one in self.wanted(who) if one not in passed])
        if name:
            self.pool[who] = name
        else:
            self.line.append(who)

    def join(self, who: int, people: int) -> None:
        if who in self.declined:
            return
        if who in self.applied or who in self.line or who in self.pool:
            self.change(who, people)
        elif self.asks_first:
            self.party[who] = people
            self.applied.add(who)
        else:
            self.party[who] = people
            self.settle(who)

    def change(self, who: int, people: int) -> None:
        more = people - self.party[who]
        if who in self.pool and more > 0:
            name = self.pool[who] if self.pool[who] in self.keeps else ALL
            if name in self.waited_for() or self.room(name) < more:
                return
            if name in self.kept:
                self.kept[name] -= more
        if who in self.pool and more < 0 and self.pool[who] in self.keeps:
            self.kept[self.pool[who]] -= more
        self.party[who] = people
        if more:
            self.promote()

    def leave(self, who: int) -> None:
        if who not in self.pool and who not in self.line and who not in self.applied:
            return
        name = self.pool.pop(who, ALL)
        if name in self.keeps:
            self.kept[name] += self.party[who]
        self.line = [one for one in self.line if one != who]
        self.offered = [one for one in self.offered if one != who]
        self.applied.discard(who)
        self.promote()

    def decide(self, who: int, is_yes: bool) -> None:
        if is_yes and who in self.applied:
            self.applied.remove(who)
            self.settle(who)
        elif not is_yes and (who in self.applied or who in self.line or who in self.pool):
            self.leave(who)
            self.declined.add(who)

    def open(self, *names: str) -> None:
        for name in names:
            if name in self.keeps:
                del self.keeps[name]
                self.kept[name] = 0
        self.promote()

    def resize(self, capacity: int) -> None:
        if capacity >= self.capacity - self.free():
            self.capacity = capacity
            self.recount()
            self.promote()


class House:
    """The same date in the house."""

    def __init__(self, session: Session, chance: random.Random) -> None:
        self.session, self.now = session, TODAY
        self.is_bridge = chance.random() < 0.5
        sides = {"kind": EventKind.BRIDGING, "newcomer_places": 2, "local_places": 2} if self.is_bridge else {}
        capacity = chance.randint(5, 8) if self.is_bridge else chance.randint(2, 6)
        self.event = make_event(session, TODAY, repeat=Repeat(Rhythm.WEEKLY, 2), capacity=capacity, **sides)
        self.people = [make_guest(session, f"Guest{number}", side, TODAY) for number, side in enumerate(SIDES)]
        before, self.date = (one.id for one in self.event.occurrences)
        for who in sorted(REGULARS):
            joining.join(session, before, self.people[who].id, now=TODAY)
        self.terms = Terms(
            first_timer_places=chance.choice([None, 1, 1]),
            is_strict_order=chance.random() < 0.5,
            hold_hours=chance.choice([None, 2]),
            needs_approval=chance.random() < 0.3,
        )
        service.change_terms(session, self.event.id, self.terms, now=TODAY)

    def model(self) -> Model:
        """Return the model of this date."""
        sides = {"newcomer": 2, "local": 2} if self.is_bridge else {}
        terms = self.terms
        keeps = {**sides, "first_timer": 1} if terms.first_timer_places else sides
        event = self.session.get_one(Event, self.event.id)
        capacity = event.capacity or 0
        return Model(capacity, keeps, terms.is_strict_order, bool(terms.hold_hours), terms.needs_approval)

    def answer(self, who: int) -> Any:
        """Return somebody's answer."""
        return find_attendance(self.session, self.date, self.people[who].id)

    def do(self, step: str, who: int, number: int) -> None:
        """Take one step; a refusal changes nothing."""
        steps: dict[str, Callable[[], object]] = {
            "join": lambda: joining.join(self.session, self.date, self.people[who].id, party=number, now=self.now),
            "leave": lambda: joining.leave(self.session, self.date, self.people[who].id, now=self.now),
            "confirm": lambda: joining.confirm(self.session, self.date, self.people[who].id, now=self.now),
            "yes": lambda: self._decide(approving.approve, who),
            "no": lambda: self._decide(approving.decline, who),
            "open": lambda: waiting.open_places(self.session, self.date, now=self.now),
            "regulars": lambda: waiting.open_to_regulars(self.session, self.date, now=self.now),
            "resize": lambda: self._resize(number + 1),
            "lapse": self._lapse,
        }
        try:
            with self.session.begin_nested():
                steps[step]()
        except Refusal:
            self.session.expire_all()

    def _decide(self, decide: Callable[..., object], who: int) -> None:
        if self.answer(who) is not None:
            decide(self.session, self.date, self.answer(who).id, now=self.now)

    def _resize(self, number: int) -> None:
        facts = facts_of(service.get_event(self.session, self.event.id))
        service.edit_event(self.session, self.event.id, replace(facts, capacity=number), now=self.now)

    def _lapse(self) -> None:
        """Let three hours go by, and the agenda do what is due then."""
        self.now += timedelta(hours=3)
        offers = [one for one in map(self.answer, range(len(SIDES))) if one and one.state is AttendanceState.OFFERED]
        for one in sorted(offers, key=lambda one: (one.hold_until, one.turn)):
            joining.lapse_offer(self.session, one.id, self.now)


def differences(house: House, model: Model) -> list[str]:
    """Name where the house and the model tell different things, and which promises are broken."""
    answers = {who: one for who in range(len(SIDES)) if (one := house.answer(who)) is not None}
    held = {who: one.pool.value for who, one in answers.items() if one.pool}
    line = sorted((one.turn, who) for who, one in answers.items() if one.state is AttendanceState.WAITING)
    date = house.session.get_one(Occurrence, house.date, populate_existing=True)
    event = house.session.get_one(Event, house.event.id)
    found = []
    if held != model.pool:
        found.append(f"places are with {held}, not with {model.pool}")
    if [who for _turn, who in line] != model.line:
        found.append(f"{line} wait, not {model.line}")
    offered = {who for who, one in answers.items() if one.state is AttendanceState.OFFERED}
    if offered != set(model.offered):
        found.append(f"places are held for {offered}, not for {model.offered}")
    people = sum(answers[who].party for who in held)
    if people > (event.capacity or 0) or date.seats_left != (event.capacity or 0) - people:
        found.append(f"{people} people have {event.capacity} places, and {date.seats_left} are left")
    if any(pool == Pool.FIRST_TIMER and who in REGULARS for who, pool in held.items()):
        found.append("a regular has a first-timer's place")
    waits = [(who, name) for who in model.line for name in model.wanted(who)]
    if not house.terms.is_strict_order and any(model.room(name) >= model.party[who] for who, name in waits):
        found.append("somebody waits who could come in")
    return found


def play(session: Session, seed: int) -> list[str]:
    """Play one history on both; return the first differences."""
    chance = random.Random(seed)
    house = House(session, chance)
    model = house.model()
    least = 6 if house.is_bridge else 1
    for number in range(STEPS):
        step = chance.choice(["join"] * 6 + ["leave"] * 3 + ["yes", "yes", "no", "confirm", "lapse", "resize"])
        if number > STEPS // 2:
            step = chance.choice([step, step, "open", "regulars"])
        who, people = chance.randrange(len(SIDES)), chance.randint(1, 3)
        if step == "resize":
            people = chance.randint(least, 9)
        house.do(step, who, people)
        take(model, step, who, people)
        if found := differences(house, model):
            return [f"seed {seed}, step {number}: {step} {who} {people}: {one}" for one in found]
    return []


def take(model: Model, step: str, who: int, number: int) -> None:
    """Take the same step on the model."""
    if step == "join":
        model.join(who, number)
    elif step == "leave":
        model.leave(who)
    elif step == "confirm" and who in model.offered:
        model.offered.remove(who)
    elif step in {"yes", "no"}:
        model.decide(who, step == "yes")
    elif step == "open":
        model.open("newcomer", "local")
    elif step == "regulars":
        model.open("first_timer")
    elif step == "resize":
        model.resize(number + 1)
    elif step == "lapse":
        for one in list(model.offered):
            model.leave(one)


def faults(seeds: range) -> list[str]:
    """Play many histories; nothing of them is kept."""
    found: list[str] = []
    for seed in seeds:
        with pytest.raises(ZeroDivisionError), writing() as session:
            found += play(session, seed)
            raise ZeroDivisionError
    return found


PLANTED: dict[str, tuple[str, Callable[..., object]]] = {
    "a list that moves up from its end": ("waiting", lambda session, date: IN_ORDER(session, date)[::-1]),
    "regulars who take a first-timer's place": (
        "is_new_to_series",
        lambda session, date, member: date.first_timer_left is not None,
    ),
}


def test_the_house_agrees_with_the_model(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(range(HISTORIES)) == []
    for fault, (name, planted) in PLANTED.items():
        with monkeypatch.context() as patch:
            patch.setattr(waiting, name, planted)
            assert faults(range(12)) != [], fault
    figures.tell("places", f"{HISTORIES} histories of {STEPS} steps as the model has them", planted="; ".join(PLANTED))

"""Each process keeps the people of a programme, and is right at the next request after any change in another."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from config import Settings
from tests import town
from tests.services.test_pairings import NOW, Town
from welcome.accounts import closing
from welcome.accounts import service as accounts
from welcome.accounts.models import Consent, Member
from welcome.app import create_app
from welcome.database import db, writing
from welcome.directory.models import AreaCloseness
from welcome.matching.people.person import Person
from welcome.pairings import population, programmes, requests
from welcome.pairings.crowd import changes, kept
from welcome.pairings.models.changes import CrowdState
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.requests import Dismissal
from welcome.pairings.states import OpenTo
from welcome.pairings.suggestions import read_groups
from welcome.profiles import filling
from welcome.profiles.models import Interest, Profile, ShownTo, Side, Spoken
from welcome.profiles.rules import Language

ROOT = Path(__file__).parents[2]
FREE = town.TUESDAY_MORNING | town.SATURDAY_MORNING
Change = Callable[[Session], object]


class Pair:
    """A process that reads, and one that writes, on one database."""

    def __init__(self, reader: Flask, writer: Flask) -> None:
        self.reader, self.writer = reader, writer
        with writer.app_context(), writing() as session:
            here = Town(session)
            others = [here.add(name, Side.LOCAL, town.BOB) for name in ("Gil", "Ann")]
            self.bob, self.carol = here.bob.id, here.carol.id
            self.names = {one.first_name: (one.id, one.public_id) for one in (here.bob, here.carol, *others)}
            self.areas = {name: area.id for name, area in here.areas.items()}

    def write(self, change: Change) -> None:
        with self.writer.app_context(), writing() as session:
            change(session)

    def seen(self) -> list[str]:
        """Say whom the reading process suggests to Carol; it must be what it would say had it kept nothing."""
        with self.reader.app_context():
            names, people = self.ask()
            shelf = kept._SHELVES.pop(db.session().get_bind())
            assert (names, people) == self.ask(), "what was kept is not what there is"
            kept._SHELVES[db.session().get_bind()] = shelf
            return sorted(names)

    def ask(self) -> tuple[list[str], dict[int, Person]]:
        session = db.session()
        groups = read_groups(session, self.carol, now=NOW)
        crowd = kept.members_of(session, session.scalars(sa.select(Programme)).one())
        return [card.face.first_name for group in groups for card in group.cards], dict(
            zip(crowd.ids, crowd.people, strict=True)
        )


@pytest.fixture(scope="module")
def other_app(settings: Settings) -> Iterator[Flask]:
    other = create_app(settings)
    yield other
    with other.app_context():
        db.engine.dispose()


@pytest.fixture
def pair(app: Flask, other_app: Flask) -> Pair:
    db.session.remove()
    return Pair(app, other_app)


def set_on(model: type[Any], member_id: int, **values: Any) -> Change:
    """Change a row of a member through the object."""

    def change(session: Session) -> None:
        column = model.id if model is Member else model.member_id
        for row in session.scalars(sa.select(model).where(column == member_id)):
            for name, value in values.items():
                setattr(row, name, value)

    return change


def stories(pair: Pair) -> dict[str, tuple[Change, Change]]:
    """Everything after which Bob is not to be suggested to Carol, and what brings him back."""
    bob, carol, public = pair.bob, pair.carol, {name: public for name, (_, public) in pair.names.items()}
    told = [Language("nl", 7, teaches=True, learns=False), Language("pt", 2, teaches=False, learns=True)]
    limits = {"consents": True, "now": NOW}
    exchange = sa.select(Programme).where(Programme.slug == "exchange")
    far = {"meets_online": False, "now": NOW}
    return {
        "his times": (
            lambda s: filling.save_availability(s, bob, town.MONDAY_EVENING, now=NOW),
            lambda s: filling.save_availability(s, bob, FREE, now=NOW),
        ),
        "his languages": (
            lambda s: filling.save_languages(s, bob, told[:1], now=NOW),
            lambda s: filling.save_languages(s, bob, [*told, Language("en", 5)], now=NOW),
        ),
        "his area": (
            lambda s: filling.save_area(s, bob, pair.areas["Faraway"], **far),
            lambda s: filling.save_area(s, bob, pair.areas["Centrum"], **far),
        ),
        "his limits": (
            lambda s: filling.save_limits(s, bob, ShownTo.OWN_GENDER, "man", **limits),
            lambda s: filling.save_limits(s, bob, ShownTo.EVERYONE, "man", **limits),
        ),
        "a pause": (
            lambda s: programmes.pause_programme(s, "exchange", bob, is_paused=True, now=NOW),
            lambda s: programmes.pause_programme(s, "exchange", bob, is_paused=False, now=NOW),
        ),
        "leaving": (
            lambda s: programmes.leave_programme(s, "exchange", bob, now=NOW),
            lambda s: town.join(s, "exchange", s.get_one(Member, bob), now=NOW),
        ),
        "closing": (
            lambda s: closing.close_account(s, bob, now=NOW),
            lambda s: closing.reopen_account(s, s.get_one(Member, bob).fs_uniquifier, now=NOW),
        ),
        "suspension": (set_on(Member, bob, suspended_at=NOW), set_on(Member, bob, suspended_at=None)),
        "a rest": (set_on(Member, bob, paused_at=NOW), set_on(Member, bob, paused_at=None)),
        "a block": (
            lambda s: accounts.block(s, bob, carol, now=NOW),
            lambda s: accounts.unblock(s, bob, carol),
        ),
        "a dismissal": (
            lambda s: requests.dismiss(s, carol, public["Bob"], for_good=True, now=NOW),
            lambda s: s.execute(sa.delete(Dismissal)),
        ),
        "nobody asked for by name": (
            lambda s: s.execute(sa.update(Enrolment).where(Enrolment.id > 0, Enrolment.member_id == bob + 0)
                                .values(paused_at=NOW)),
            lambda s: s.execute(sa.update(Enrolment).values(paused_at=None)),
        ),
        "a programme for newcomers": (
            lambda s: setattr(s.scalars(exchange).one(), "open_to", OpenTo.NEWCOMERS),
            lambda s: setattr(s.scalars(exchange).one(), "open_to", OpenTo.EVERYONE),
        ),
        "how near areas are": (
            lambda s: s.execute(sa.update(AreaCloseness).values(closeness=0.0)),
            lambda s: s.execute(sa.update(AreaCloseness).values(closeness=1.0)),
        ),
    }  # fmt: skip


def test_another_process_is_right_at_the_next_request_after_every_change(pair: Pair):
    everybody = ["Ann", "Bob", "Gil"]
    assert pair.seen() == everybody
    for name, (change, undo) in stories(pair).items():
        pair.write(change)
        assert "Bob" not in pair.seen(), name
        pair.write(undo)
        assert pair.seen() == everybody, name


def test_consent_withdrawn_a_match_and_somebody_new_are_seen_too(pair: Pair):
    limits: dict[str, Any] = {"gender": "woman", "consents": True, "now": NOW}
    pair.write(lambda s: filling.save_limits(s, pair.bob, ShownTo.EVERYONE, **limits))
    pair.write(lambda s: filling.save_limits(s, pair.carol, ShownTo.WOMEN, **limits))
    assert pair.seen() == ["Bob"]
    pair.write(lambda s: accounts.withdraw_consent(s, pair.bob, "gender", now=NOW))
    assert pair.seen() == []
    pair.write(lambda s: filling.save_limits(s, pair.carol, ShownTo.EVERYONE, **limits))
    pair.write(lambda s: Newcomer(s, pair, "Dan"))
    assert pair.seen() == ["Ann", "Bob", "Gil"]
    dan = Newcomer.made

    def meet(session: Session) -> None:
        question = requests.ask(session, dan, pair.names["Bob"][1], "exchange", None, now=NOW)
        requests.accept(session, question.public_id, pair.bob, now=NOW)

    pair.write(meet)
    assert pair.seen() == ["Ann", "Gil"]
    pair.write(lambda s: closing.close_account(s, pair.bob, now=NOW))
    pair.write(lambda s: s.execute(sa.delete(Member).where(Member.id == pair.bob)))
    assert pair.seen() == ["Ann", "Gil"]


class Newcomer:
    """Somebody like Carol who joins."""

    made = 0

    def __init__(self, session: Session, pair: Pair, name: str) -> None:
        member = town.make_member(session, name)
        session.flush()
        town.settle(session, member, Side.NEWCOMER, town.CAROL)
        town.join(session, "exchange", member, now=NOW)
        Newcomer.made = member.id


def test_only_those_who_changed_are_read_again(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    assert pair.seen()
    asked: list[object] = []
    read = population.read_people

    def reading(*told: Any, **more: Any) -> Any:
        asked.append(more.get("only"))
        return read(*told, **more)

    monkeypatch.setattr(population, "read_people", reading)
    with pair.reader.app_context():
        pair.ask()
        assert asked == []
        pair.write(lambda s: filling.save_availability(s, pair.bob, town.MONDAY_EVENING, now=NOW))
        db.session.remove()
        pair.ask()
        assert asked == [frozenset({pair.bob})]


def test_a_real_process_beside_this_one_is_heard(pair: Pair, settings: Settings):
    assert pair.seen() == ["Ann", "Bob", "Gil"]
    program = f"""
from config import Settings
from welcome.app import create_app
from welcome.database import writing
from welcome.clock import now
from welcome.pairings.programmes import pause_programme
app = create_app(Settings(environment="test", database_url={settings.database_url!r}, quiet_hours=""))
with app.app_context(), writing() as session:
    pause_programme(session, "exchange", {pair.bob}, is_paused=True, now=now())
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=60)
    assert pair.seen() == ["Ann", "Gil"]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Profile, {"slots": 1}),
        (Spoken, {"level": 1}),
        (Interest, {"strength": 1}),
        (Consent, {"withdrawn_at": NOW}),
        (Enrolment, {"paused_at": NOW}),
        (Member, {"suspended_at": NOW}),
    ],
)
def test_a_table_that_nobody_watches_would_be_noticed(
    table: type[Any], values: dict[str, Any], pair: Pair, monkeypatch: pytest.MonkeyPatch
):
    limits: dict[str, Any] = {"consents": True, "now": NOW}
    for member_id in (pair.bob, pair.names["Gil"][0]):
        pair.write(lambda s, one=member_id: filling.save_limits(s, one, ShownTo.EVERYONE, "man", **limits))
    pair.seen()
    pair.write(set_on(table, pair.bob, **values))
    pair.seen()
    monkeypatch.delitem(changes.WATCHED, table.__table__)
    pair.write(set_on(table, pair.names["Gil"][0], **values))
    with pytest.raises(AssertionError, match="what was kept"):
        pair.seen()


def test_every_table_that_is_read_is_watched(pair: Pair):
    read: set[str] = set()

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.update(
            table.name for table in Consent.metadata.sorted_tables if f" {table.name}" in statement.split("WHERE")[0]
        )

    with pair.reader.app_context():
        programme = db.session.scalars(sa.select(Programme)).one()
        sa.event.listen(db.engine, "before_cursor_execute", note)
        population.read_members(db.session(), programme)
        sa.event.remove(db.engine, "before_cursor_execute", note)
    where_mentors_are_vetted = {"vetted"}
    assert read | where_mentors_are_vetted == {table.name for table in changes.WATCHED}


def test_after_more_changes_than_are_remembered_everybody_is_read(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    assert pair.seen()
    monkeypatch.setattr(changes, "REMEMBERED", 2)
    for slots in (town.MONDAY_EVENING, FREE, town.MONDAY_EVENING):
        pair.write(lambda s, slots=slots: filling.save_availability(s, pair.bob, slots, now=NOW))
    with pair.reader.app_context():
        assert changes.read_version(db.session()).since(changes.Version("", 0, ())) is None
    assert pair.seen() == ["Ann", "Gil"]


def test_a_transaction_that_is_rolled_back_changes_nothing(pair: Pair):
    with pair.writer.app_context():
        before = db.session.scalar(sa.select(CrowdState.version))
        with pytest.raises(ZeroDivisionError), writing() as session:
            filling.save_availability(session, pair.bob, 1, now=NOW)
            session.flush()
            raise ZeroDivisionError
        with writing() as session:
            session.get_one(Member, pair.bob).locale = "nl"
        assert db.session.scalar(sa.select(CrowdState.version)) == before


def test_what_is_written_and_not_yet_committed_is_seen_by_its_writer_alone(pair: Pair):
    assert pair.seen() == ["Ann", "Bob", "Gil"]
    with pair.writer.app_context(), writing() as session:
        programmes.pause_programme(session, "exchange", pair.bob, is_paused=True, now=NOW + timedelta(1))
        session.flush()
        groups = read_groups(session, pair.carol, now=NOW)
        assert sorted(card.face.first_name for card in groups[0].cards) == ["Ann", "Gil"]
        session.rollback()
    assert pair.seen() == ["Ann", "Bob", "Gil"]

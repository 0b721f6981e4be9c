"""Every door x every role x every relation to the person behind it: the right people get in, and read no secret.

tests/test_routes.py tries each door with one reader of each kind. Here each role comes ten times, each time as somebody
else to the person whose things lie behind the doors. Then checks are taken out of the house, one at a time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import nonsense, town
from tests.authz import HOLDERS, OUTSIDE, SIGNS_OUT, Reader, World, build, doors, expected, path_of
from tests.campaigns.figures import tell
from tests.campaigns.removing import without_checks
from tests.campaigns.sizes import size
from tests.gatherings import START, evening, make_event
from tests.people import JOINED, make_member
from tests.sessions import come_in, key_of
from welcome.accounts import access, signing_in
from welcome.accounts.access import policy_of
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.service import block, grant
from welcome.conversations.models import Message, Thread
from welcome.conversations.threads import open_thread
from welcome.database import db, writing
from welcome.directory.models import Correction
from welcome.events import joining
from welcome.moderation.models import Appeal, Report
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.requests import Dismissal, Request
from welcome.pairings.states import Part, ProgrammeKind, RequestState
from welcome.pairings.views import doors as guards
from welcome.profiles.models import Profile, Side

#: Roles, and the kind of reader whose doors they share; every one but a visitor has an account.
ROLES = {
    "visitor": Reader.VISITOR,
    "unconfirmed": Reader.UNCONFIRMED,
    "suspended": Reader.SUSPENDED,
    "member": Reader.MEMBER,
    "mentor": Reader.MEMBER,
    "organiser": Reader.ORGANISER,
    "organiser elsewhere": Reader.OTHER_ORGANISER,
    "coordinator": Reader.COORDINATOR,
    "coordinator elsewhere": Reader.OTHER_COORDINATOR,
    "moderator": Reader.MODERATOR,
    "admin": Reader.ADMIN,
}
RELATIONS = (
    *("stranger", "self", "matched", "asked", "was asked", "declined"),
    *("was declined", "blocked by", "blocks", "fellow guest", "dismissed"),
)
APART = {"blocked by", "blocks"}
#: What only those two read, only the desk reads, or nobody at all; who may find it on a page.
CANARIES: dict[str, set[Reader]] = {
    "canary-address": set(),
    "canary-message": {Reader.PARTICIPANT},
    "canary-note": {Reader.PARTICIPANT},
    "canary-report": {Reader.MODERATOR, Reader.ADMIN},
    "canary-appeal": {Reader.MODERATOR, Reader.ADMIN},
    "canary-correction": {Reader.ORGANISER, Reader.MODERATOR, Reader.ADMIN},
}
#: Where somebody reads what they wrote themselves, by the relation that they have.
OWN = {"matched": ("match", "thread", "meeting", "circle"), "asked": ("request",), "was asked": ("request",)}
DOORS_OF = {
    "match": ("/matches/",),
    "thread": ("/conversations/",),
    "meeting": ("/meetings/",),
    "circle": ("/circles/",),
    "request": ("/requests/",),
}
#: Of one's own things, what has no sense for this side of it, or at this moment.
EITHER_WAY = {"pairings.withdraw_request", "pairings.accept_request", "pairings.decline_request"}
Cell = tuple[str, str]


class Street:
    """One person with things behind every door, and somebody of every role and relation before them."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client, self.tried = app, client, 0
        self.people: dict[Cell, int] = {}
        self.own: dict[Cell, dict[str, str]] = {}
        self.cookies: dict[Cell, str] = {}
        with writing() as session:
            self.world = build(session)
            self.subject = session.scalars(sa.select(Member).where(Member.first_name == "Subject")).one()
            self.public = self.subject.public_id
            self.event = make_event(session, JOINED, when=evening(START), capacity=None)
            programme = session.scalars(sa.select(Programme).where(Programme.slug == "ours")).one()
            mentoring = town.open_programme(session, ProgrammeKind.MENTORSHIP, slug="mentoring")
            joining.join(session, self.event.occurrences[0].id, self.subject.id, now=JOINED)
            scopes = self._scopes(session)
            for role in ROLES:
                for relation in RELATIONS if role != "visitor" else ():
                    member = self._settle(session, role, relation, scopes)
                    if role == "mentor":
                        session.add(
                            Enrolment(programme_id=mentoring.id, member_id=member.id, role=Part.MENTOR, capacity=1,
                                      joined_at=JOINED, waiting_since=JOINED)
                        )  # fmt: skip
                    self._relate(session, (role, relation), member, programme)
            self._hide_canaries(session)
        with app.app_context():
            known = dict(db.session.execute(sa.select(Member.id, Member.public_id)).all())
        self.public_ids = {cell: known[member_id] for cell, member_id in self.people.items()}
        self.policies = {rule.endpoint: policy_of(app, rule.endpoint) for rule, _ in doors(app)}
        self.keys = {cell: key_of(member_id) for cell, member_id in self.people.items()}
        self.rules = [(rule, method) for rule, method in doors(app) if not rule.endpoint.endswith("static")]

    def _scopes(self, session: Session) -> dict[str, tuple[Role, int | None]]:
        """Give each role what the reader of its kind holds."""
        held = {member_id: reader for reader, member_id in self.world.readers.items()}
        found = {}
        for row in session.scalars(sa.select(Grant)):
            for role, reader in ROLES.items():
                if held.get(row.member_id) is reader:
                    found[role] = (row.role, row.scope_id)
        return found

    def _settle(self, session: Session, role: str, relation: str, scopes: dict[str, Any]) -> Member:
        name = f"{role}{relation}".replace(" ", "").title()
        traits = {"unconfirmed": {"confirmed_at": None}, "suspended": {"suspended_at": JOINED}}.get(role, {})
        member = make_member(session, name, **traits)
        session.flush()
        session.add(Profile(member_id=member.id, side=Side.LOCAL, updated_at=JOINED))
        if role in scopes:
            grant(session, member.id, scopes[role][0], scope_id=scopes[role][1], now=JOINED)
        self.people[role, relation] = member.id
        return member

    def _relate(self, session: Session, cell: Cell, member: Member, programme: Programme) -> None:
        """Let a reader be somebody to the subject."""
        relation, subject = cell[1], self.subject
        if relation == "matched":
            made = town.make_pair(session, programme, subject, member)
            thread = open_thread(session, [subject.id, member.id], now=JOINED).public_id
            self.own[cell] = {**{name: made[name] for name in ("match", "meeting", "circle")}, "thread": thread}
        elif relation in {"asked", "declined", "was asked", "was declined"}:
            asker, asked = (member, subject) if relation in {"asked", "was declined"} else (subject, member)
            state = RequestState.DECLINED if "declined" in relation else RequestState.REQUESTED
            request = Request(programme_id=programme.id, member_id=asker.id, asked_id=asked.id, state=state,
                              note="canary-note", created_at=JOINED, lapses_at=JOINED + 40 * town.WEEK)  # fmt: skip
            session.add(request)
            session.flush()
            self.own[cell] = {"request": request.public_id} if relation in OWN else {}
        elif relation == "blocked by":
            block(session, subject.id, member.id, now=JOINED)
        elif relation == "blocks":
            block(session, member.id, subject.id, now=JOINED)
        elif relation == "fellow guest":
            joining.join(session, self.event.occurrences[0].id, member.id, now=JOINED)
        elif relation == "dismissed":
            session.add(Dismissal(member_id=subject.id, other_id=member.id))

    def _hide_canaries(self, session: Session) -> None:
        thread_id = session.scalars(sa.select(Thread.id).where(Thread.public_id == self.world.things["thread"])).one()
        said = {"member_id": self.subject.id, "body": "canary-message", "sent_at": JOINED}
        session.add(Message(thread_id=thread_id, **said))
        self.subject.email = "canary-address@welcome.example"
        for table, words in ((Report, "canary-report"), (Appeal, "canary-appeal"), (Correction, "canary-correction")):
            session.execute(sa.update(table).values(words=words))
        session.execute(sa.update(Request).values(note="canary-note"))

    def cells(self, roles: list[str], relations: list[str]) -> Iterator[Cell]:
        """Yield readers; a visitor is a stranger to everybody."""
        for role in roles:
            for relation in relations:
                if role != "visitor" or relation == "stranger":
                    yield role, relation

    def faults(
        self, roles: list[str], relations: list[str], only: Callable[[Rule], bool] = lambda rule: True
    ) -> list[str]:
        """Try the doors and return a sentence for each that opens, or stays shut, for the wrong person."""
        found = []
        for rule, method in self.rules:
            if not only(rule):
                continue
            for cell in self.cells(roles, relations):
                found += self._try(rule, method, cell, self.world)
                own = self.own.get(cell, {})
                if own and any(rule.rule.startswith(DOORS_OF[name]) for name in own):
                    things = {**self.world.things, **own}
                    found += self._try(rule, method, cell, World(self.world.readers, things), is_own=True)
        return found

    def _try(self, rule: Rule, method: str, cell: Cell, world: World, *, is_own: bool = False) -> list[str]:
        role, relation = cell
        if relation == "self" and cell in self.people:
            world = World(world.readers, {**world.things, "member": self.public_ids[cell]})
        path, is_real = path_of(rule, world)
        self.tried += 1
        self._come_in(cell)
        try:
            answer = self.client.open(path, method=method)
        except Exception as problem:  # where a check was taken out, what comes after it may break
            return [f"{cell}: {method} {path}: {problem!r}"]
        allowed = self._allowed(rule, cell, path, world, is_real=is_real, is_own=is_own)
        got = outcome(answer)
        found = []
        if got not in allowed and not (rule.endpoint in SIGNS_OUT and got == "sign in"):
            found.append(f"{cell}: {method} {path} ({rule.endpoint}): {got}, not {sorted(allowed)}")
        mine = relation in {"asked", "was asked", "declined", "was declined", "matched"}
        body = unpacked(answer.data)
        for canary, readers in CANARIES.items():
            if canary in body and ROLES[role] not in readers and not (canary == "canary-note" and mine):
                found.append(f"{cell}: {method} {path} ({rule.endpoint}) shows {canary}")
        return found

    def _come_in(self, cell: Cell) -> None:
        if cell in self.cookies:
            self.client.set_cookie("session", self.cookies[cell])
            return
        come_in(self.client, self.keys.get(cell))
        cookie = self.client.get_cookie("session")
        if cookie is not None:
            self.cookies[cell] = cookie.value

    def _allowed(self, rule: Rule, cell: Cell, path: str, world: World, *, is_real: bool, is_own: bool) -> set[str]:
        role, relation = cell
        reader, policy = ROLES[role], self.policies[rule.endpoint]
        is_apart = relation in APART and reader not in OUTSIDE and policy not in HOLDERS
        if is_own and reader not in OUTSIDE:
            return {"in", "missing"} if rule.endpoint in EITHER_WAY else {"in"}
        allowed = expected(
            policy, rule.endpoint, Reader.BLOCKED if is_apart and world.things["member"] in path else reader,
            is_of_something=bool(rule.arguments), is_of_person=world.things["member"] in path, is_real=is_real,
        )  # fmt: skip
        if rule.endpoint == "events_answers.answer" and "in" in allowed:
            return {"missing"}  # nobody waits for an answer
        return allowed | {"missing", "forbidden"} if relation == "self" and reader not in OUTSIDE else allowed


def unpacked(body: bytes) -> str:
    """Return what a page says, or what is in the archive that one takes along."""
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as archive:
            body = b"".join(map(archive.read, archive.namelist()))
    return body.decode("utf-8", "replace")


def outcome(answer: Any) -> str:
    """Say what happened at a door."""
    if answer.status_code >= 500:
        return "fault"
    if answer.status_code in {302, 303} and (answer.location or "").startswith("/login"):
        return "sign in"
    return {403: "forbidden", 404: "missing"}.get(answer.status_code, "in")


#: Each check that is taken out, and the doors behind which it must be missed.
REMOVED: dict[str, tuple[str, ...]] = {
    "welcome.events.crew.access.require_organiser": ("/desk/events/<public_id>",),
    "welcome.events.crew.access.require_host": ("/desk/events/<public_id>",),
    "welcome.announcements.views.announcing.announce": ("/desk/events/<public_id>/announce",),
    "welcome.announcements.views.announcing._own": ("/desk/announcements",),
    "welcome.announcements.views.letters.told": ("/desk/events/<public_id>/told",),
    "welcome.directory.views.desk.own_organisation": ("/desk/organisations/<slug>",),
    "welcome.directory.views.corrections.answer_own": ("/desk/organisations/<slug>/corrections",),
    "welcome.pairings.views.desk._programme_page": ("/desk/programmes/<slug>",),
    "welcome.pairings.views.rounds._measured": ("/desk/rounds/",),
    "welcome.calendars.desk._own": ("/desk/calendars/<public_id>",),
    "welcome.visits.desk._own_event": ("/desk/events/<public_id>/numbers",),
    "welcome.visits.desk._own_date": ("/desk/dates/<public_id>/door",),
    "welcome.events.desk.sharing.own_date": ("/desk/dates/",),
    "welcome.conversations.rooms.room_of": ("/conversations/<public_id>",),
    "welcome.pairings.requests.get_question": ("/requests/<public_id>",),
    "welcome.pairings.requests._hold": ("/requests/<public_id>",),
    "welcome.pairings.proposals.get_offer": ("/proposals/<public_id>",),
    "welcome.pairings.proposals.answer": ("/proposals/<public_id>",),
    "welcome.pairings.matches.get_pair": ("/matches/<public_id>",),
    "welcome.pairings.meetings.get_meeting": ("/meetings/<public_id>",),
    "welcome.pairings.circles.reading.get_table": ("/circles/<public_id>",),
    "welcome.pairings.circles.seating.hold": ("/circles/<public_id>",),
    "welcome.accounts.service.get_other": ("/people/<public_id>/block", "/people/<public_id>/ask"),
    "welcome.accounts.service.is_blocked": ("/people/<public_id>",),
    "welcome.pairings.views.doors.require": ("/desk/programmes/<slug>/", "/desk/rounds/"),
    "welcome.accounts.access.has_role": ("/desk/reports", "/desk/corrections"),
    "welcome.accounts.signing_in.may_come_in": ("/me/close",),
    "welcome.accounts.access._enforce": ("/notices", "/desk/outbox"),
}
#: Who comes to the doors of which a check was taken.
WHO = ["visitor", "unconfirmed", "suspended", "member", "organiser elsewhere", "coordinator elsewhere", "moderator"]


@contextmanager
def removed(app: Flask, name: str) -> Iterator[None]:
    """Take one check out of the house for a while."""
    module, _, function = name.rpartition(".")
    with pytest.MonkeyPatch.context() as patch:
        if function == "_enforce":
            hooks = [hook for hook in app.before_request_funcs[None] if hook is not access._enforce]
            patch.setitem(app.before_request_funcs, None, hooks)
        elif function == "may_come_in":
            patch.setattr(Member, "is_active", property(lambda _self: True))
            patch.setattr(signing_in, "may_come_in", lambda member: member is not None)
        elif name in {"welcome.accounts.access.has_role", "welcome.accounts.service.is_blocked"}:
            patch.setattr(import_module(module), function, lambda *_: function == "has_role")
        elif module == guards.__name__:
            patch.setattr(guards, function, lambda *_: None)
        else:
            taken = getattr(import_module(module), function)
            patch.setattr(taken, "__code__", without_checks(taken))
        yield


@pytest.fixture
def street(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Street:
    """Build the street; nothing that is done at a door is kept."""
    found = Street(app, client)
    nonsense.keep_nothing(monkeypatch)
    return found


def test_the_doors_open_for_the_right_people_only(street: Street) -> None:
    dice = Random(7)
    roles = dice.sample(sorted(ROLES), size("roles", small=1, full=len(ROLES)))
    relations = dice.sample(sorted(RELATIONS), size("relations", small=1, full=len(RELATIONS)))
    found = street.faults(roles, relations)
    assert found == [], "\n".join(found[:200])
    said = (
        f"{street.tried:,} cells: {len(roles)} roles x {len(relations)} relations x {len(street.rules)} doors, 0 wrong"
    )
    tell("authz", said, planted="see the next line")


def test_each_check_that_is_taken_out_is_missed(app: Flask, street: Street) -> None:
    names = Random(8).sample(sorted(REMOVED), size("removed", small=2, full=len(REMOVED)))
    assert [name for name in names if not _is_noticed(app, street, name)] == []
    tell("authz, checks", f"{len(names)} of {len(names)} missed", planted="each was taken out on purpose")


def _is_noticed(app: Flask, street: Street, name: str) -> bool:
    with removed(app, name):
        return bool(street.faults(WHO, ["stranger", "blocked by"], lambda rule: rule.rule.startswith(REMOVED[name])))

"""A street of doors, somebody with things behind each, and people of every role and relation before them."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import town
from tests.authz import HOLDERS, OUTSIDE, SIGNS_OUT, Reader, World, build, doors, expected, path_of
from tests.gatherings import START, evening, make_event
from tests.people import JOINED, make_member
from tests.sessions import come_in, key_of
from welcome.accounts.access import policy_of
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.service import block, grant
from welcome.conversations.models import Message, Thread
from welcome.conversations.threads import open_thread
from welcome.database import db, writing
from welcome.directory.models import Correction
from welcome.events import joining
from welcome.events.models import Event
from welcome.moderation.models import Appeal, Report
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.requests import Dismissal, Request
from welcome.pairings.states import Part, ProgrammeKind, RequestState
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
#: Whoever was invited to organise an event too does not invite others, and does not call it off.
GUEST_HOST = ("co-organiser", "stranger")
HOSTS_ONLY = {"crew_desk.invite_member", "crew_desk.invite_organisation", "crew_desk.remove_host", "events_desk.cancel"}


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
            guest_host = make_member(session, "Guesthost")
            session.flush()
            self.people[GUEST_HOST] = guest_host.id
            ours = session.scalars(sa.select(Event.id).where(Event.public_id == self.world.things["event"])).one()
            grant(session, guest_host.id, Role.CO_ORGANISER, scope_id=ours, now=JOINED)
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
            if canary in body and ROLES.get(role) not in readers and not (canary == "canary-note" and mine):
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
        if cell == GUEST_HOST:
            return {"forbidden"} if rule.endpoint in HOSTS_ONLY else {"in"}
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

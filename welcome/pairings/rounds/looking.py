"""Who would meet whom in a round that nobody has heard of yet, for the coordinator who looks at it and changes it.

A coordinator sees what everybody may see before both said yes: first name and district. Why somebody was left out is
told, except where the reason is a limit or a block, which are nobody's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.errors import NotFound
from welcome.matching.pairs.constraints import Rule
from welcome.matching.suggestions.suggest import suggest
from welcome.pairings import refusals
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import arrangements, drafts, outcomes, previews, running
from welcome.pairings.rounds.arrangements import Pair
from welcome.pairings.states import ArrangementKind, RoundKind, RoundState
from welcome.pairings.suggestions import Face, read_faces

PAGE = 20
CANDIDATES = 12
PRIVATE = {Rule.LIMITS.value, Rule.FORBIDDEN.value}
MOVE = "move"


@dataclass(frozen=True, slots=True)
class Together:
    """A pair or circle, and whether a coordinator wished for it."""

    faces: list[Face]
    score: float
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody for whom there is nobody, with the rule that bound and the one change that would help most."""

    face: Face
    reason: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """One page of a round that can still be changed."""

    round: Round
    together: list[Together]
    left_out: list[LeftOut]
    pages: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to whom a person could be moved, and with whom that one is now."""

    face: Face
    score: float
    now_with: Face | None


def get_unsent(session: Session, public_id: str) -> Round:
    """Return a preview, or a round that has not been sent; NotFound for every other."""
    kept = running.get_round(session, public_id)
    is_done = kept.state is RoundState.READY or (kept.kind is RoundKind.PREVIEW and kept.digest is not None)
    if not is_done:
        raise NotFound
    return kept


def look(session: Session, public_id: str, *, name: str = "", left_out: bool = False, page: int = 1) -> View:
    """Return a page of those who would meet, the least good first, or of those left out; those of one name only."""
    kept = get_unsent(session, public_id)
    outcome = outcomes.read(session, kept)
    wanted = _named(session, name)
    if left_out:
        people = [person for person in outcome.unmatched if wanted is None or person in wanted]
        shown = people[PAGE * (page - 1) : PAGE * page]
        faces = read_faces(session, shown)
        lines = [LeftOut(faces[one], _told(outcome.unmatched[one])) for one in shown if one in faces]
        return View(kept, [], lines, -(-len(people) // PAGE))
    groups = [(group, score) for group, score in outcome.groups if wanted is None or wanted & set(group)]
    groups.sort(key=lambda found: found[1])
    shown_groups = groups[PAGE * (page - 1) : PAGE * page]
    faces = read_faces(session, [person for group, _ in shown_groups for person in group])
    pins = {frozenset(pin) for pin in arrangements.read_pairs(session, kept.programme_id)[0]}
    together = [
        Together([faces[one] for one in group if one in faces], score, frozenset(group) in pins)
        for group, score in shown_groups
    ]
    return View(kept, together, [], -(-len(groups) // PAGE))


def _named(session: Session, name: str) -> set[int] | None:
    if not name.strip():
        return None
    return set(
        session.scalars(sa.select(Member.id).where(Member.first_name.istartswith(name.strip(), autoescape=True)))
    )


def _told(reason: dict[str, Any]) -> dict[str, Any]:
    return {**reason, "rule": "private"} if reason["rule"] in PRIVATE else reason


def read_choices(session: Session, public_id: str, member_public_id: str) -> tuple[Round, Face, list[Choice]]:
    """Return to whom a person could be moved, the best first: they break no rule, taken or not."""
    kept = get_unsent(session, public_id)
    person = session.scalar(sa.select(Member.id).where(Member.public_id == member_public_id, Member.is_present))
    outcome = outcomes.read(session, kept)
    if person is None or person not in outcome.prices or not kept.programme.pairs_two:
        raise NotFound
    if kept.inputs is None:  # forgotten after some days: then a preview shows the present
        return kept, read_faces(session, [person])[person], []
    crowd = drafts.unpack(kept.inputs).crowd
    found = suggest(crowd.population, crowd.settings, crowd.rows[person], count=CANDIDATES)
    scores = {crowd.ids[one.row]: one.rank for one in found.chosen}
    partners: dict[int, int] = {}
    for group, _ in outcome.groups:
        partners |= {group[0]: group[1], group[1]: group[0]}
    scores.pop(partners.get(person, 0), None)
    faces = read_faces(session, [person, *scores, *(partners[one] for one in scores if one in partners)])
    choices = [
        Choice(faces[one], score, faces.get(partners.get(one, 0))) for one, score in scores.items() if one in faces
    ]
    return kept, faces[person], choices


def change(session: Session, public_id: str, what: str, two: tuple[str, str], *, now: datetime) -> Round:
    """Pin, forbid or move, and let the round or preview be computed again; return the one to look at then."""
    kept = get_unsent(session, public_id)
    ids = _ids(session, kept, two)
    if what == MOVE:
        arrangements.move(session, kept.programme, ids, now=now)
    else:
        arrangements.arrange(session, kept.programme, ArrangementKind(what), ids, now=now)
    if kept.kind is RoundKind.PREVIEW:
        return previews.start(session, kept.programme.slug, previews.trial_of(kept), now=now)
    running.make_again(session, kept.id, now=now)
    return kept


def _ids(session: Session, kept: Round, two: tuple[str, str]) -> Pair:
    """Return the ids of two people who take part in the round."""
    known = session.execute(sa.select(Member.public_id, Member.id).where(Member.public_id.in_(two)))
    ids = {row.public_id: row.id for row in known}
    took_part = outcomes.read(session, kept).prices
    if any(public not in ids or ids[public] not in took_part for public in two):
        raise refusals.NotEnrolled
    return ids[two[0]], ids[two[1]]

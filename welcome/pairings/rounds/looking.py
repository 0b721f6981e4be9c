"""Who would meet whom in a round that nobody has heard of yet, for the coordinator who looks at it and changes it.

A coordinator sees what everybody may see before both said yes: first name and district. Why somebody was left out is
told, except where the reason is a limit or a block, which are nobody's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.errors import NotFound
from welcome.matching.circles.gathering import Gathering
from welcome.matching.circles.together import joined
from welcome.matching.pairs.constraints import Rule
from welcome.matching.suggestions.suggest import suggest
from welcome.pairings import refusals
from welcome.pairings.models.rounds import Round
from welcome.pairings.population import Crowd
from welcome.pairings.rounds import arrangements, drafts, outcomes, previews, running
from welcome.pairings.rounds.outcomes import Group
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

    @property
    def faces(self) -> list[Face]:
        """Everybody who is shown."""
        return [face for found in self.together for face in found.faces] + [left.face for left in self.left_out]


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to whom a person could be moved, and with whom that one is now; or a circle that has room."""

    faces: list[Face]
    score: float
    now_with: Face | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Somebody in a round, those of the circle they sit in, and to whom they could be moved, the best first."""

    round: Round
    face: Face
    beside: list[Face]
    choices: list[Choice]

    @property
    def faces(self) -> list[Face]:
        """Everybody who is shown."""
        chosen = [face for choice in self.choices for face in (*choice.faces, choice.now_with) if face]
        return [self.face, *self.beside, *chosen]


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
    pins = joined(arrangements.read_pairs(session, kept.programme_id)[0])
    together = [
        Together([faces[one] for one in group if one in faces], score, any(set(group) <= set(pin) for pin in pins))
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


def read_choices(session: Session, public_id: str, member_public_id: str) -> Choices:
    """Return to whom a person could be moved, the best first: they break no rule, taken or not."""
    kept = get_unsent(session, public_id)
    person = session.scalar(sa.select(Member.id).where(Member.public_id == member_public_id, Member.is_present))
    outcome = outcomes.read(session, kept)
    if person is None or person not in outcome.prices:
        raise NotFound
    if kept.inputs is None:  # forgotten after some days: then a preview shows the present
        return Choices(kept, read_faces(session, [person])[person], [], [])
    crowd = drafts.unpack(kept.inputs).crowd
    find = _other_partners if kept.programme.pairs_two else _other_circles
    return find(session, kept, person, crowd, [group for group, _ in outcome.groups])


def _other_partners(session: Session, kept: Round, person: int, crowd: Crowd, groups: list[Group]) -> Choices:
    found = suggest(crowd.population, crowd.settings, crowd.rows[person], count=CANDIDATES)
    scores = {crowd.ids[one.row]: one.rank for one in found.chosen}
    partners: dict[int, int] = {}
    for one, other in groups:
        partners |= {one: other, other: one}
    scores.pop(partners.get(person, 0), None)
    faces = read_faces(session, [person, *scores, *(partners[one] for one in scores if one in partners)])
    choices = [
        Choice([faces[one]], score, faces.get(partners.get(one, 0))) for one, score in scores.items() if one in faces
    ]
    return Choices(kept, faces[person], [], choices)


def _other_circles(session: Session, kept: Round, person: int, crowd: Crowd, groups: list[Group]) -> Choices:
    """Find the circles that have room and take somebody by the test for late-comers."""
    gathering = Gathering(crowd.population, crowd.settings, 0)
    mine = next((set(group) - {person} for group in groups if person in group), set[int]())
    fitting = [
        (gathering.worth(rows), group)
        for group in groups
        if person not in group and gathering.is_valid(rows := [crowd.rows[one] for one in (*group, person)])
    ]
    best = sorted(fitting, key=lambda found: -found[0])[:CANDIDATES]
    faces = read_faces(session, [person, *mine, *(one for _, group in best for one in group)])
    choices = [Choice([faces[one] for one in group if one in faces], worth) for worth, group in best]
    return Choices(kept, faces[person], [faces[one] for one in sorted(mine) if one in faces], choices)


def change(session: Session, public_id: str, what: str, people: Sequence[str], *, now: datetime) -> Round:
    """Pin, forbid or move, and let the round or preview be computed again; return the one to look at then."""
    kept = get_unsent(session, public_id)
    if len(people) != 2 and (kept.programme.pairs_two or what == ArrangementKind.FORBID):
        raise refusals.TwoNeeded
    ids = _ids(session, kept, people)
    if what == MOVE:
        arrangements.move(session, kept.programme, ids, now=now)
    else:
        arrangements.arrange(session, kept.programme, ArrangementKind(what), ids, now=now)
    if kept.kind is RoundKind.PREVIEW:
        return previews.start(session, kept.programme.slug, previews.trial_of(kept), now=now)
    running.make_again(session, kept.id, now=now)
    return kept


def _ids(session: Session, kept: Round, people: Sequence[str]) -> list[int]:
    """Return the ids of people who take part in the round."""
    known = session.execute(sa.select(Member.public_id, Member.id).where(Member.public_id.in_(people)))
    ids = {row.public_id: row.id for row in known}
    took_part = outcomes.read(session, kept).prices
    if any(public not in ids or ids[public] not in took_part for public in people):
        raise refusals.NotEnrolled
    return [ids[public] for public in people]

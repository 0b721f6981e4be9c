"""Open the programmes, let members join them, run the rounds of the past weeks, and let some ask others."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.inhabitants import City
from welcome.accounts.models import Member
from welcome.errors import Refusal
from welcome.pairings import programmes, proposals, requests
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.models.vetting import Vetted
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import Part, ProgrammeKind, VettingStep
from welcome.profiles.filling import Draft
from welcome.profiles.models import Side

EXCHANGE, MENTORING, ACTIVITY = "language-exchange", "mentorship", "activity-partners"
HOSTING, CIRCLES = "open-doors", "small-circles"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROGRAMMES = (
    (EXCHANGE, ProgrammeKind.EXCHANGE, "Language exchange", "Two people, two languages, an hour a week: each teaches "
     "and each learns."),
    (MENTORING, ProgrammeKind.MENTORSHIP, "Mentors of the city", "Somebody who knows the way walks along with you for "
     "half a year: doctors, schools, taxes, and how people do things here."),
    (ACTIVITY, ProgrammeKind.ACTIVITY, "Do something together", "Find somebody for what you like to do: run, cook, "
     "sing, play, or take the children out."),
    (HOSTING, ProgrammeKind.HOSTING, "Open doors", "People of the city invite newcomers for a meal, a walk or a feast "
     "day, and see the city with new eyes."),
    (CIRCLES, ProgrammeKind.CIRCLES, "Small circles", "Three to six people around one thing that they all like, at a "
     "time when all of them are free."),
)  # fmt: skip


def open_programmes(session: Session, now: datetime) -> dict[str, int]:
    """Open the programmes; return their ids by slug."""
    for slug, kind, name, about in PROGRAMMES:
        session.add(Programme(slug=slug, kind=kind, name=name, about=about, created_at=now))
    session.flush()
    programmes.get_programme(session, MENTORING).mentor_steps = [VettingStep.TALK, VettingStep.TRAINING]
    exchange = programmes.get_programme(session, EXCHANGE)
    exchange.every_weeks, exchange.weekday, exchange.is_reviewed = 2, 1, True  # its coordinator looks first
    return {row.slug: row.id for row in session.scalars(sa.select(Programme))}


def enrol(session: Session, city: City, ids: dict[str, int], chance: Random) -> None:
    """Let members join the programmes that fit them."""
    rows = []
    for member_id, draft in city.profiles.items():
        for slug, part, capacity in _wishes(draft, chance):
            at = city.joined[member_id] + timedelta(hours=chance.randint(1, 40))
            row = {"programme_id": ids[slug], "member_id": member_id, "role": part, "capacity": capacity}
            rows.append({**row, "joined_at": at, "waiting_since": at})
    if rows:
        session.execute(sa.insert(Enrolment), rows)
        vet(session, [row for row in rows if row["role"] is Part.MENTOR], chance)


def vet(session: Session, mentors: list[dict[str, Any]], chance: Random) -> None:
    """Let most mentors have had their talk and their training; the talk of some is to be renewed soon."""
    for row in mentors:
        at = row["joined_at"] + 5 * DAY
        known = {"programme_id": row["programme_id"], "member_id": row["member_id"], "done_on": at.date()}
        session.add(Vetted(**known, step=VettingStep.TALK, valid_until=(at + 365 * DAY).date()))
        if chance.random() < 0.9:
            session.add(Vetted(**known, step=VettingStep.TRAINING))
    session.flush()


def _wishes(draft: Draft, chance: Random) -> list[tuple[str, Part, int]]:
    found = []
    if any(one.learns for one in draft.languages) and chance.random() < 0.5:
        found.append((EXCHANGE, Part.PARTNER, chance.choice((1, 1, 2))))
    if draft.side is Side.LOCAL and draft.offers and chance.random() < 0.2:
        found.append((MENTORING, Part.MENTOR, chance.choice((1, 2, 2, 3))))
    elif draft.side is Side.NEWCOMER and draft.wishes and chance.random() < 0.15:
        found.append((MENTORING, Part.MENTEE, 1))
    if chance.random() < 0.28:
        found.append((ACTIVITY, Part.PARTNER, 1))
    if chance.random() < (0.12 if draft.side is Side.LOCAL else 0.2):
        found.append((HOSTING, Part.PARTNER, 1))
    if chance.random() < 0.22:
        found.append((CIRCLES, Part.PARTNER, 1))
    return found


def hold_round(session: Session, slug: str, at: datetime, chance: Random, *, is_open: bool = False) -> list[Match]:
    """Run one round as it was run then; return the matches that came of it."""
    drafted = drafts.draft(session, slug, seed=at.toordinal(), now=at)
    kept = sending.propose(session, drafted, outcomes.compute(drafted), now=at)
    found: list[Match] = []
    offers = session.scalars(sa.select(Proposal).where(Proposal.round_id == kept.id).order_by(Proposal.id)).all()
    for proposal in offers:
        pace = 0.45 if is_open else 0.85
        for person in (proposal.one_id, proposal.other_id):
            if chance.random() < pace:
                said = at + chance.uniform(0.1, 1.4 if is_open else 3.5) * DAY
                match = _answer(session, proposal, person, yes=chance.random() < 0.88, at=said)
                found += [match] if match else []
    if not is_open:
        sending.lapse(session, kept.id, at + 6 * DAY)
        kept.settled_at = at + 6 * DAY  # long ago: no wave follows today
    return found


def _answer(session: Session, proposal: Proposal, person: int, *, yes: bool, at: datetime) -> Match | None:
    try:
        return proposals.answer(session, proposal.public_id, person, yes=yes, now=at)
    except Refusal:
        return None  # the other has said no, or has found somebody meanwhile


def ask_around(session: Session, city: City, slug: str, number: int, chance: Random) -> None:
    """Let some ask others, so that questions are open, seen, declined or taken back."""
    roles = sa.select(Enrolment.member_id, Enrolment.role).join(Enrolment.programme).where(Programme.slug == slug)
    joined = {row.member_id: row.role for row in session.execute(roles.order_by(Enrolment.member_id))}
    asking = [member_id for member_id, role in joined.items() if role is not Part.MENTOR]
    asked_ones = [member_id for member_id, role in joined.items() if role is not Part.MENTEE]
    for _ in range(number if asking and asked_ones else 0):
        one, other = chance.choice(asking), chance.choice(asked_ones)
        at = city.now - chance.uniform(0.2, 5) * DAY
        try:
            asked = requests.ask(session, one, _public_id(session, other), slug, now=at)
        except Refusal:
            continue
        if chance.random() < 0.5:
            requests.see(session, asked.id, now=at + HOUR)
        if chance.random() < 0.2:
            requests.decline(session, asked.public_id, other, now=at + 2 * HOUR)


def _public_id(session: Session, member_id: int) -> str:
    return session.get_one(Member, member_id).public_id

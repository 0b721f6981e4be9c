"""What readers find wrong in the guide: its keepers, or the moderators, put it right or say no."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.accounts.models import Grant, Member, Role
from welcome.database import lock
from welcome.directory import rules
from welcome.directory.letters import CORRECTION_RECEIVED
from welcome.directory.models import Correction, CorrectionState, Kind, Opportunity, Organisation, Venue
from welcome.directory.opportunities import get_opportunity
from welcome.directory.service import find_venue, get_organisation, organisers_of
from welcome.directory.vocabulary import CHANCES
from welcome.errors import NotFound
from welcome.post.service import post
from welcome.terms import is_over

#: What is put in its place by a yes; everything else is rewritten by hand.
PUT_BY_YES = {"opening": "opening", "phone": "phone", "website": "website"}
LONGEST = {"opening": 300, "phone": 40}
Subject = Organisation | Opportunity | Venue


def find_subject(session: Session, kind: Kind, slug: str) -> Subject:
    """Return what a correction is about, or raise NotFound."""
    if kind is Kind.PLACE:
        return find_venue(session, slug)
    found = get_opportunity(session, slug) if kind in CHANCES else get_organisation(session, slug)
    if found.kind is not kind:
        raise NotFound
    return found


def suggest(
    session: Session, kind: Kind, slug: str, part: str, words: str, *, by: int | None, now: datetime
) -> Correction:
    """Keep what a reader has found and tell those who keep it; of one organisation they hear once a day at most."""
    subject = find_subject(session, kind, slug)
    keeper_id = subject.id if isinstance(subject, Organisation) else subject.organisation_id
    correction = Correction(kind=kind, slug=slug, organisation_id=keeper_id, part=part, words=words, member_id=by)
    correction.created_at = now
    session.add(correction)
    session.flush()
    keepers = organisers_of(session, keeper_id) if keeper_id else []
    for member in keepers or _moderators(session):
        args = {"correction_id": correction.id, "is_keeper": bool(keepers)}
        key = f"{keeper_id or 0}:{now.date()}:member:{member.id}"
        post(session, CORRECTION_RECEIVED, member.id, args, key=key, now=now)
    return correction


def _moderators(session: Session) -> list[Member]:
    held = sa.select(Grant.member_id).where(Grant.role == Role.MODERATOR)
    return list(session.scalars(sa.select(Member).where(Member.id.in_(held), Member.is_present)))


def open_corrections(session: Session, organisation_id: int | None = None) -> list[Correction]:
    """Return what waits for an answer, the oldest first: of one organisation, or all of it."""
    waiting = sa.select(Correction).where(Correction.state == CorrectionState.OPEN)
    if organisation_id is not None:
        waiting = waiting.where(Correction.organisation_id == organisation_id)
    return list(session.scalars(waiting.options(joinedload(Correction.organisation)).order_by(Correction.id)))


def answer(
    session: Session, public_id: str, *, yes: bool, now: datetime, organisation_id: int | None = None
) -> Correction:
    """Accept a correction, which puts it in its place where that can be done, or decline it. An answer is final."""
    found = session.scalar(sa.select(Correction.id).where(Correction.public_id == public_id))
    correction = lock(session, Correction, found) if found else None
    if correction is None or organisation_id not in (None, correction.organisation_id):
        raise NotFound
    if correction.state is CorrectionState.OPEN:
        if yes:
            _put_right(session, correction, now)
        correction.state = CorrectionState.ACCEPTED if yes else CorrectionState.DECLINED
        correction.answered_at = now
    return correction


def _put_right(session: Session, correction: Correction, now: datetime) -> None:
    subject, name = find_subject(session, correction.kind, correction.slug), PUT_BY_YES.get(correction.part, "")
    if hasattr(subject, name):
        words = correction.words
        setattr(subject, name, rules.website_of(words) if name == "website" else words[: LONGEST[name]])
        subject.checked_on = now.date()


def forget_answered(session: Session, *, now: datetime) -> None:
    """Forget what was answered long ago."""
    session.execute(sa.delete(Correction).where(is_over(Correction.answered_at, now)))

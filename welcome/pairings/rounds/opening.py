"""Before a round begins by itself, those who take part are told, so that they can look at their profile or rest."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.clock import now as this_moment
from welcome.pairings import pairs, seats
from welcome.pairings.models.circles import Seat
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.rounds import cadence
from welcome.pairings.states import ProgrammeStatus
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.models import Notice
from welcome.post.service import Copy, post_to_many

NOT_AGAIN_WITHIN = timedelta(days=20)  #: of a programme with a round a week one does not want to hear each time


def open_round(session: Session, programme_id: int, now: datetime) -> None:
    """Tell everybody who waits in a programme of the round that is about to begin."""
    programme = session.get(Programme, programme_id)
    day = _next_day(programme, now)
    if programme is None or day is None:
        return
    told_lately = sa.exists().where(
        Notice.member_id == Enrolment.member_id,
        Notice.kind == ROUND_OPENS.kind,
        Notice.key.startswith(f"{ROUND_OPENS.kind}:{programme.id}:"),
        Notice.created_at > now - NOT_AGAIN_WITHIN,
    )
    waiting = (
        sa.select(Enrolment.member_id)
        .join(Member, Member.id == Enrolment.member_id)
        .where(Enrolment.programme_id == programme.id, Enrolment.paused_at.is_(None), Member.is_present, ~told_lately)
        .order_by(Enrolment.member_id)
    )
    args = {"programme": programme.id, "day": str(day)}
    copies = [Copy(member_id, args, f"{programme.id}:{day}:{member_id}") for member_id in session.scalars(waiting)]
    post_to_many(session, ROUND_OPENS, copies, now=now)


def _next_day(programme: Programme | None, now: datetime) -> date | None:
    """Return the day of a round that is announced now: not one that has begun, nor one that is still far."""
    if programme is None or programme.status is not ProgrammeStatus.OPEN:
        return None
    today = now.astimezone(cadence.zone_of(programme)).date()
    day = cadence.next_day(programme, today)
    return day if day and day <= today + cadence.AHEAD else None


def _compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    programme, day = session.get(Programme, args["programme"]), date.fromisoformat(args["day"])
    if programme is None or _next_day(programme, this_moment()) != day:
        return Unwanted("the round has begun, or begins on another day")
    mine = (Enrolment.programme_id == programme.id, Enrolment.member_id == reader.id)
    enrolment = session.scalar(sa.select(Enrolment).where(*mine))
    if enrolment is None or enrolment.paused_at is not None:
        return Unwanted("the member does not take part now")
    if not _has_room(session, programme, enrolment):
        return Unwanted("the member has as many matches as they wished for")
    begins_at = cadence.at_nine(day, cadence.zone_of(programme))
    words = {"programme": programme, "day": day, "needed_by": begins_at, "link": "/programmes"}
    return {**words, "discreet": reader.is_discreet}


def _has_room(session: Session, programme: Programme, enrolment: Enrolment) -> bool:
    if programme.pairs_two:
        return pairs.free_places(session, enrolment) > 0
    return session.scalar(seats.held_in(programme.id).where(Seat.member_id == enrolment.member_id)) is None


ROUND_OPENS = Letter("round_opens", _compose, is_optional=True)
LETTERS = (ROUND_OPENS,)

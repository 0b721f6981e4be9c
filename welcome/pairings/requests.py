"""One member asks another: requested, seen, accepted, declined in silence, lapsed, or taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.agenda.service import schedule
from welcome.database import lock
from welcome.errors import NotFound
from welcome.pairings import letters, pairs, population, refusals, rules, silence
from welcome.pairings.models.matches import Match
from welcome.pairings.models.programmes import Enrolment
from welcome.pairings.models.requests import Dismissal, Request
from welcome.pairings.programmes import get_programme
from welcome.pairings.states import RequestState
from welcome.post.service import post

LAPSE = "request_lapse"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """A request as one of the two sees it."""

    request: Request
    other: Member
    is_mine: bool
    state: RequestState
    is_gone: bool

    @property
    def can_answer(self) -> bool:
        """Whether it waits for the reader's yes or no."""
        return not self.is_mine and not self.is_gone and self.state in rules.OPEN_REQUESTS

    @property
    def can_withdraw(self) -> bool:
        """Whether the reader may take it back."""
        return self.is_mine and not self.is_gone and self.state in rules.OPEN_REQUESTS


def ask(
    session: Session, member_id: int, other_public_id: str, slug: str, note: str | None = None, *, now: datetime
) -> Request:
    """Ask somebody to meet; if they have asked already, it is a match at once.

    The state of the returned request says which of the two happened.
    """
    words = rules.check_note(note)
    other = session.scalar(sa.select(Member).where(Member.public_id == other_public_id))
    other = pairs.check_there(session, member_id, other)
    held = pairs.lock_members(session, member_id, other.id)
    pairs.check_there(session, member_id, other)
    crossed = _crossing(session, member_id, other.id, now)
    if crossed is not None:
        return _accept(session, crossed, member_id, other, held, now=now)
    programme = get_programme(session, slug)
    _check_question(session, member_id, other, held, programme.id, now)
    _check_words(session, member_id, words)
    pairs.check_pair(session, held, programme, member_id, other)
    silence.hear(held, programme.id, member_id)
    request = Request(
        programme_id=programme.id,
        member_id=member_id,
        asked_id=other.id,
        note=words,
        created_at=now,
        lapses_at=now + timedelta(days=programme.request_days),
    )
    session.add(request)
    session.flush()
    schedule(session, f"{LAPSE}:{request.id}", LAPSE, request.id, request.lapses_at)
    post(session, letters.REQUEST_RECEIVED, other.id, {"request": request.id}, key=str(request.id), now=now)
    return request


def _crossing(session: Session, member_id: int, other_id: int, now: datetime) -> Request | None:
    """Return what the other asked a while ago and would still be glad about."""
    standing = (*rules.OPEN_REQUESTS, RequestState.DECLINED)
    theirs = sa.select(Request).where(
        Request.member_id == other_id,
        Request.asked_id == member_id,
        Request.state.in_(standing),
        Request.lapses_at > now,
    )
    return session.scalar(theirs.order_by(Request.id.desc()).execution_options(populate_existing=True))


def _check_question(
    session: Session,
    member_id: int,
    other: Member,
    held: dict[tuple[int, int], Enrolment],
    programme_id: int,
    now: datetime,
) -> None:
    theirs = held.get((programme_id, other.id))
    unwilling = sa.select(Dismissal.id).where(
        Dismissal.member_id == other.id,
        Dismissal.other_id == member_id,
        sa.or_(Dismissal.until.is_(None), Dismissal.until > now),
    )
    if (theirs is not None and theirs.paused_at) or session.scalar(unwilling):
        raise refusals.NotTogether
    if not population.limits_hold(session, member_id, other.id):
        raise refusals.NobodyThere
    asked = sa.select(Request.id).where(
        Request.member_id == member_id,
        Request.asked_id == other.id,
        Request.created_at > now - rules.ASK_AGAIN,
        Request.state.in_((*rules.OPEN_REQUESTS, RequestState.DECLINED, RequestState.LAPSED)),
    )
    if session.scalar(asked.limit(1)) is not None:
        raise refusals.AskedAlready(name=other.first_name)
    today = sa.select(sa.func.count()).where(Request.member_id == member_id, Request.created_at > now - DAY)
    rules.check_quota(session.scalar(today) or 0, session.get_one(Member, member_id).created_at, now)


def _check_words(session: Session, member_id: int, words: str | None) -> None:
    same = sa.select(sa.func.count()).where(Request.member_id == member_id, Request.note == words)
    if words and (session.scalar(same) or 0) >= rules.SAME_WORDS:
        raise refusals.SameWords


def get_question(session: Session, public_id: str, member_id: int, *, now: datetime) -> Question:
    """Return a request as this member sees it; NotFound for everybody else."""
    request = session.scalar(sa.select(Request).where(Request.public_id == public_id))
    if request is None or member_id not in (request.member_id, request.asked_id):
        raise NotFound
    other = request.asked if request.member_id == member_id else request.asker
    return _question(request, member_id, now, is_gone=pairs.is_gone(session, member_id, other))


def _question(request: Request, member_id: int, now: datetime, *, is_gone: bool) -> Question:
    is_mine = request.member_id == member_id
    state = request.state
    if is_mine:
        state = rules.shown_to_asker(state, was_seen=request.seen_at is not None, lapses_at=request.lapses_at, now=now)
    elif state in rules.OPEN_REQUESTS and now >= request.lapses_at:
        state = RequestState.LAPSED
    return Question(request, request.asked if is_mine else request.asker, is_mine, state, is_gone)


def read_questions(session: Session, member_id: int, *, now: datetime) -> list[Question]:
    """Return the open questions to and from a member, those that wait for them first."""
    rows = sa.select(Request).where(
        sa.or_(Request.member_id == member_id, Request.asked_id == member_id),
        Request.state.in_((*rules.OPEN_REQUESTS, RequestState.DECLINED)),
        Request.lapses_at > now,
        ~pairs.kept_apart(Request.member_id, Request.asked_id),
    )
    found = [_question(row, member_id, now, is_gone=False) for row in session.scalars(rows.order_by(Request.lapses_at))]
    alive = [question for question in found if question.state in rules.OPEN_REQUESTS and question.other.is_present]
    return sorted(alive, key=lambda question: question.is_mine)


def see(session: Session, request_id: int, *, now: datetime) -> None:
    """Note that the asked person has looked at a request."""
    session.execute(
        sa.update(Request)
        .where(Request.id == request_id, Request.state == RequestState.REQUESTED)
        .values(state=RequestState.SEEN, seen_at=now)
    )


def _hold(
    session: Session, public_id: str, member_id: int, *, as_asker: bool, now: datetime
) -> tuple[Request, Member, dict[tuple[int, int], Enrolment]]:
    """Lock both people and the request, for one of the two; the asked person while it waits for their answer."""
    request = session.scalar(sa.select(Request).where(Request.public_id == public_id))
    if request is None or member_id != (request.member_id if as_asker else request.asked_id):
        raise NotFound
    held = pairs.lock_members(session, request.member_id, request.asked_id)
    request = lock(session, Request, request.id)
    assert request is not None  # noqa: S101 (it was there a line ago, and requests are only erased with their people)
    other = pairs.check_there(session, member_id, request.asked if as_asker else request.asker)
    if not as_asker and not rules.is_waiting(request.state, request.lapses_at, now):
        raise refusals.TooLate
    return request, other, held


def accept(session: Session, public_id: str, member_id: int, *, now: datetime) -> Match:
    """Say yes: the two are a match."""
    request, other, held = _hold(session, public_id, member_id, as_asker=False, now=now)
    _accept(session, request, member_id, other, held, now=now)
    match = pairs.open_match_of(session, member_id, other.id)
    assert match is not None  # noqa: S101 (made in the line above)
    return match


def _accept(
    session: Session,
    request: Request,
    member_id: int,
    other: Member,
    held: dict[tuple[int, int], Enrolment],
    *,
    now: datetime,
) -> Request:
    state = rules.move_request(request.state, RequestState.ACCEPTED)
    match = pairs.make_match(session, held, request.programme, member_id, other, now=now)
    request.state, request.answered_at = state, now
    silence.hear(held, request.programme_id, member_id)
    post(session, letters.REQUEST_ACCEPTED, request.member_id, {"match": match.id}, key=str(request.id), now=now)
    return request


def decline(session: Session, public_id: str, member_id: int, *, now: datetime) -> None:
    """Say no in silence: to the asker the question stays open until it lapses."""
    request, _, held = _hold(session, public_id, member_id, as_asker=False, now=now)
    request.state, request.answered_at = rules.move_request(request.state, RequestState.DECLINED), now
    request.seen_at = request.seen_at or now
    silence.hear(held, request.programme_id, member_id)


def take_back(session: Session, public_id: str, member_id: int, *, now: datetime) -> None:
    """Withdraw one's own question."""
    request, _, _ = _hold(session, public_id, member_id, as_asker=True, now=now)
    request.state, request.answered_at = rules.move_request(request.state, RequestState.WITHDRAWN), now


def lapse(session: Session, request_id: int, now: datetime) -> None:
    """Let an unanswered question lapse, and tell its asker; one declined in silence lapses at the same moment."""
    known = session.get(Request, request_id)
    if known is None or known.lapses_at > now:
        return
    held = pairs.lock_members(session, known.member_id, known.asked_id)
    request = lock(session, Request, request_id)
    if request is None:
        return
    if request.state in rules.OPEN_REQUESTS:
        request.state = rules.move_request(request.state, RequestState.LAPSED)
        if not pairs.is_gone(session, request.asked_id, request.asker):
            silence.miss(session, held, request.programme_id, request.asked_id, now=now)
    elif request.state is not RequestState.DECLINED:
        return
    post(session, letters.REQUEST_LAPSED, request.member_id, {"request": request.id}, key=str(request.id), now=now)


def dismiss(session: Session, member_id: int, other_public_id: str, *, for_good: bool, now: datetime) -> None:
    """Do not suggest somebody: for a while, or for good. The other never learns."""
    other_id = session.scalar(sa.select(Member.id).where(Member.public_id == other_public_id))
    if other_id is None or other_id == member_id:
        raise refusals.NobodyThere
    until = None if for_good else now + rules.NOT_NOW
    known = sa.select(Dismissal).where(Dismissal.member_id == member_id, Dismissal.other_id == other_id)
    dismissal = session.scalar(known)
    if dismissal is None:
        session.add(Dismissal(member_id=member_id, other_id=other_id, until=until))
    else:
        dismissal.until = until

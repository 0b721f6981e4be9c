"""What a decision takes from a member, how it ends, and the second look that every member may ask for once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import staff_log, standing
from welcome.accounts.models import Member
from welcome.accounts.staff_log import StaffAct
from welcome.agenda.service import cancel, schedule
from welcome.database import lock
from welcome.errors import NotFound
from welcome.moderation import rules
from welcome.moderation.letters import APPEAL_ANSWERED, APPEAL_RAISED, MEASURE_TAKEN
from welcome.moderation.models import Appeal, Decision, HouseRule, Measure, Report
from welcome.moderation.watch import moderators, watch_appeal
from welcome.post.service import post

TAKES = {
    Decision.LIMIT: standing.limit,
    Decision.PAUSE: standing.pause,
    Decision.SUSPENSION: standing.suspend,
}


def take_measure(
    session: Session, report: Report, member_id: int, kind: Decision, house_rule: HouseRule, *, now: datetime
) -> None:
    """Take a measure by a decided report: at once, with its end planned, and told with its reason."""
    measure = Measure(
        member_id=member_id, report_id=report.id, kind=kind, house_rule=house_rule, reason=report.reason or "",
        taken_at=now, taken_by_id=report.decided_by_id, ends_at=rules.ends_at(kind, now),
    )  # fmt: skip
    session.add(measure)
    session.flush()
    if kind in TAKES:
        TAKES[kind](session, member_id, now)
    if measure.ends_at is not None:
        schedule(session, _work(measure.id), "end_measure", measure.id, measure.ends_at)
    post(session, MEASURE_TAKEN, member_id, {"measure": measure.id}, key=str(measure.id), now=now)


def end_measure(session: Session, measure_id: int, now: datetime) -> None:
    """End a measure, because its time is over or it was lifted; another of its kind goes on."""
    measure = lock(session, Measure, measure_id)
    if measure is None or measure.ended_at is not None:
        return
    measure.ended_at = now
    session.flush()
    alike = (Measure.member_id == measure.member_id, Measure.kind == measure.kind, Measure.ended_at.is_(None))
    if measure.kind in TAKES and not session.scalar(sa.select(sa.exists().where(*alike))):
        TAKES[measure.kind](session, measure.member_id, None)


def get_measure(session: Session, public_id: str) -> Measure:
    """Return a measure, or raise NotFound."""
    found = session.scalar(sa.select(Measure).where(Measure.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def measures_of(session: Session, member_id: int) -> list[Measure]:
    """Return what was decided about a member, the latest first."""
    return list(session.scalars(sa.select(Measure).where(Measure.member_id == member_id).order_by(Measure.id.desc())))


def appeal(session: Session, public_id: str, words: str, *, now: datetime) -> None:
    """Ask, once, that another moderator looks at a measure again."""
    measure = lock(session, Measure, get_measure(session, public_id).id)
    if measure is None:
        raise NotFound
    rules.check_may_appeal(measure.taken_at, now, has_appealed=measure.appeal is not None)
    asked = Appeal(
        member_id=measure.member_id, measure_id=measure.id, words=words, made_at=now, due_at=now + rules.APPEAL_TIME
    )
    session.add(asked)
    session.flush()
    watch_appeal(session, asked, asked.due_at)
    for moderator_id in moderators(session, but={measure.taken_by_id, measure.member_id}):
        post(session, APPEAL_RAISED, moderator_id, {"appeal": asked.id}, key=f"{asked.id}:{moderator_id}", now=now)


def open_appeals(session: Session) -> list[Appeal]:
    """Return which appeals wait for an answer, the oldest first."""
    return list(session.scalars(sa.select(Appeal).where(Appeal.decided_at.is_(None)).order_by(Appeal.due_at)))


def get_appeal(session: Session, public_id: str) -> Appeal:
    """Return an appeal, or raise NotFound."""
    found = session.scalar(sa.select(Appeal).where(Appeal.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def decide_appeal(
    session: Session, public_id: str, moderator: Member, answer: str, *, is_upheld: bool, now: datetime
) -> None:
    """Answer an appeal; a member who was right gets back at once what the measure took."""
    found = lock(session, Appeal, get_appeal(session, public_id).id)
    if found is None:
        raise NotFound
    measure, is_decided = found.measure, found.decided_at is not None
    rules.check_may_look_again(moderator.id, measure.taken_by_id, found.member_id, is_decided=is_decided)
    found.decided_at, found.decided_by_id, found.is_upheld, found.answer = now, moderator.id, is_upheld, answer
    staff_log.note(session, moderator, StaffAct.APPEAL, found.public_id, found.member_id, answer, now=now)
    if is_upheld:
        cancel(session, _work(measure.id))
        end_measure(session, measure.id, now)
    post(session, APPEAL_ANSWERED, found.member_id, {"appeal": found.id}, key=str(found.id), now=now)


def _work(measure_id: int) -> str:
    return f"end_measure:{measure_id}"

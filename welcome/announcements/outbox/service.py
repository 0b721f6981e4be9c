"""What is stuck, and two ways out: try it again, or drop it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Grant, Role
from welcome.agenda.jobs import MOST_ATTEMPTS
from welcome.agenda.models import Due
from welcome.agenda.service import reopen
from welcome.announcements.outbox.letter import WORK_STUCK
from welcome.database import lock
from welcome.errors import NotFound
from welcome.post.models import Channel, Notice, Outcome
from welcome.post.service import post

MOST_SHOWN = 100
DROPPED = "an admin has dropped it"


@dataclass(frozen=True, slots=True)
class Outbox:
    """How the post stands."""

    waiting: int  #: for their time, or for a postman
    retried: list[tuple[str, str, int]]  #: put off by the mail server: kind, its words, how many
    dead: list[Notice]
    stuck: list[Due]


def read_outbox(session: Session) -> Outbox:
    """Read what waits, what is tried again and what was given up; the newest first."""
    is_open = (Notice.channel != Channel.APP, Notice.done_at.is_(None))
    failed = (Notice.channel != Channel.APP, Notice.outcome == Outcome.FAILED, Notice.bundle_id.is_(None))
    waiting = session.scalar(sa.select(sa.func.count()).where(*is_open, Notice.reason.is_(None))) or 0
    counted = sa.select(Notice.kind, Notice.reason, sa.func.count()).where(*is_open, Notice.reason.is_not(None))
    retried = session.execute(counted.group_by(Notice.kind, Notice.reason).order_by(sa.func.count().desc()))
    dead = sa.select(Notice).where(*failed).order_by(Notice.done_at.desc(), Notice.id.desc()).limit(MOST_SHOWN)
    return Outbox(
        waiting=waiting,
        retried=[(kind, reason or "", number) for kind, reason, number in retried.fetchmany(MOST_SHOWN)],
        dead=list(session.scalars(dead)),
        stuck=list(session.scalars(_stuck().limit(MOST_SHOWN))),
    )


def settle_letter(session: Session, notice_id: int, *, is_wanted: bool, now: datetime) -> None:
    """Let a letter that was given up go out again, under the same Message-ID and composed anew; or drop it."""
    notice = lock(session, Notice, notice_id)
    if notice is None or notice.outcome is not Outcome.FAILED:
        raise NotFound
    bundled = sa.select(Notice).where(Notice.bundle_id == notice_id, Notice.outcome == Outcome.FAILED)
    for one in (notice, *session.scalars(bundled)):
        if is_wanted:
            one.done_at = one.outcome = one.reason = one.leased_until = None
            one.due_at, one.attempts = now, 0
        else:
            one.outcome, one.reason = Outcome.WITHDRAWN, DROPPED


def settle_work(session: Session, due_id: int, *, is_wanted: bool, now: datetime) -> None:
    """Do work again that failed too often, or never."""
    due = lock(session, Due, due_id)
    if due is None or due.done_at is not None or due.attempts < MOST_ATTEMPTS:
        raise NotFound
    if is_wanted:
        reopen(session, due.key, now)
    else:
        due.done_at, due.outcome = now, DROPPED


def tell_of_stuck_work(session: Session, *, now: datetime) -> int:
    """Tell the admins, once, of each piece of work that failed too often; return how many pieces there are."""
    admins = session.scalars(sa.select(Grant.member_id).where(Grant.role == Role.ADMIN)).all()
    stuck = session.scalars(_stuck()).all()
    for due in stuck:
        for admin_id in sorted(set(admins)):
            key = f"{due.id}:{due.due_at:%Y%m%dT%H%M%S}:{admin_id}"
            post(session, WORK_STUCK, admin_id, {"due": due.id}, key=key, now=now)
    return len(stuck)


def _stuck() -> sa.Select[Due]:
    given_up = (Due.done_at.is_(None), Due.attempts >= MOST_ATTEMPTS)
    return sa.select(Due).where(*given_up).order_by(Due.due_at.desc(), Due.id.desc())

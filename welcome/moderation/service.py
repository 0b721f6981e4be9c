"""Raise a report, look at the queue, decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import staff_log
from welcome.accounts.models import Member
from welcome.accounts.staff_log import StaffAct
from welcome.conversations.models import Message, Participant, Thread
from welcome.database import lock
from welcome.errors import NotFound
from welcome.events.models import Event, EventStatus
from welcome.moderation import rules
from welcome.moderation.letters import REPORT_ANSWERED, REPORT_RAISED
from welcome.moderation.measures import take_measure
from welcome.moderation.models import About, Category, Decision, HouseRule, Report
from welcome.moderation.watch import moderators, watch
from welcome.post.service import post

LATEST_MESSAGES = 20
#: The same report again within this time is a button that was pressed twice.
TWICE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about, found by its address, and what is frozen of it."""

    about: About
    name: str
    accused_id: int | None
    evidence: dict[str, Any]


def find_subject(session: Session, about: About, ref: str, reporter_id: int | None) -> Subject:
    """Return what somebody wants to report; also after a block. Raises NotFound for what they cannot have seen."""
    subject = _FINDERS[about](session, ref, reporter_id)
    if subject is None:
        raise NotFound
    return subject


def _member(session: Session, ref: str, _reporter_id: int | None) -> Subject | None:
    member = session.scalar(sa.select(Member).where(Member.public_id == ref))
    if member is None:
        return None
    return Subject(About.MEMBER, member.first_name, member.id, {"first_name": member.first_name})


def _event(session: Session, ref: str, _reporter_id: int | None) -> Subject | None:
    event = session.scalar(sa.select(Event).where(Event.public_id == ref, Event.status != EventStatus.DRAFT))
    if event is None:
        return None
    return Subject(About.EVENT, event.title, event.created_by, {"title": event.title, "about": event.about})


def _conversation(session: Session, ref: str, reporter_id: int | None) -> Subject | None:
    thread = session.scalar(sa.select(Thread).where(Thread.public_id == ref))
    if thread is None:
        return None
    people = set(session.scalars(sa.select(Participant.member_id).where(Participant.thread_id == thread.id)))
    if reporter_id not in people:
        return None
    others = session.scalars(sa.select(Member).where(Member.id.in_(people - {reporter_id})).limit(2)).all()
    other = others[0] if len(others) == 1 else None  # among a few, the words say who it was
    said = session.scalars(
        sa.select(Message).where(Message.thread_id == thread.id).order_by(Message.id.desc()).limit(LATEST_MESSAGES)
    )
    lines = [{"by": line.member_id, "at": line.sent_at.isoformat(), "words": line.body} for line in said]
    name, accused_id = (other.first_name, other.id) if other else ("", None)
    return Subject(About.MESSAGE, name, accused_id, {"messages": lines[::-1]})


_FINDERS = {About.MEMBER: _member, About.EVENT: _event, About.MESSAGE: _conversation}


def raise_report(
    session: Session,
    subject: Subject,
    category: Category,
    words: str,
    reporter_id: int | None,
    *,
    now: datetime,
) -> Report:
    """Keep a report with its evidence as it is now, and tell the moderators; a button pressed twice reports once."""
    known = _raised_just_now(session, subject, category, words, reporter_id, now)
    if known is not None:
        return known
    raised = Report(
        about=subject.about, category=category, words=words, evidence=subject.evidence, reporter_id=reporter_id,
        accused_id=subject.accused_id, created_at=now, due_at=rules.due_at(category, now),
    )  # fmt: skip
    session.add(raised)
    session.flush()
    for moderator_id in moderators(session, but={subject.accused_id, reporter_id}):
        post(session, REPORT_RAISED, moderator_id, {"report": raised.id}, key=f"{raised.id}:{moderator_id}", now=now)
    watch(session, raised, raised.due_at)
    return raised


def _raised_just_now(
    session: Session, subject: Subject, category: Category, words: str, reporter_id: int | None, now: datetime
) -> Report | None:
    for person in (reporter_id, subject.accused_id):
        if person is not None:
            # One press waits here for the other, and nobody else: rows that point at the person do not wait.
            session.get(Member, person, with_for_update={"key_share": True}, populate_existing=True)
            break
    latest = sa.select(Report).where(
        Report.about == subject.about,
        Report.category == category,
        Report.words == words,
        Report.reporter_id == reporter_id,
        Report.accused_id == subject.accused_id,
        Report.created_at > now - TWICE,
    )
    found = session.scalars(latest.order_by(Report.id.desc())).all()
    return next((report for report in found if report.evidence == subject.evidence), None)


def open_reports(session: Session) -> list[Report]:
    """Return what waits for a decision, the most urgent first."""
    return list(session.scalars(sa.select(Report).where(Report.decided_at.is_(None)).order_by(Report.due_at)))


def get_report(session: Session, public_id: str) -> Report:
    """Return a report, or raise NotFound."""
    found = session.scalar(sa.select(Report).where(Report.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def open_evidence(session: Session, report_id: int, moderator: Member, reason: str, *, now: datetime) -> None:
    """Let a moderator read what was reported, after saying why; the member concerned can see that they did."""
    found = session.get_one(Report, report_id)
    rules.check_may_decide(moderator.id, found.accused_id, found.reporter_id, is_decided=False)
    staff_log.note(session, moderator, StaffAct.READ, found.public_id, found.accused_id, reason, now=now)


def decide(
    session: Session,
    report_id: int,
    moderator: Member,
    decision: Decision,
    reason: str,
    *,
    house_rule: HouseRule = HouseRule.OTHER,
    now: datetime,
) -> None:
    """Decide a report: act, tell the accused why (never who), and tell the reporter that it was looked at.

    The reason is told as it was written, the house rule on which a measure stands in the member's language.
    """
    found = lock(session, Report, report_id)
    if found is None:
        raise NotFound
    is_decided = found.decided_at is not None
    rules.check_may_decide(moderator.id, found.accused_id, found.reporter_id, is_decided=is_decided)
    if not staff_log.has_read(session, moderator, found.public_id):
        raise rules.NotRead
    found.decided_at, found.decided_by_id, found.decision, found.reason = now, moderator.id, decision, reason
    staff_log.note(session, moderator, StaffAct.DECIDED, found.public_id, found.accused_id, reason, now=now)
    if found.accused_id is not None and decision is not Decision.NOTHING:
        take_measure(session, found, found.accused_id, decision, house_rule, now=now)
    if found.reporter_id is not None:
        post(session, REPORT_ANSWERED, found.reporter_id, {"report": found.id}, key=str(found.id), now=now)

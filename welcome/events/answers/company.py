"""Who sees whom at an event: fellow guests, and those who meet somebody at the door. Blocks and limits hold here."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager

from welcome.accounts.models import Member
from welcome.accounts.service import kept_apart
from welcome.conversations.models import Participant, Thread
from welcome.events.answers.models import Attendance, AttendanceState, Greeting, Listed
from welcome.profiles.models import Profile
from welcome.profiles.service import may_be_shown, who_may_meet


@dataclass(frozen=True, slots=True)
class Company:
    """Who comes, as far as they and the reader may be shown to each other; the reader is among them."""

    reader_id: int
    everybody: list[Attendance]

    @property
    def listed(self) -> list[Attendance]:
        """Those who are on the list of guests."""
        return [one for one in self.everybody if one.listed is not Listed.HIDDEN]

    @property
    def greeters(self) -> list[Attendance]:
        """Those who meet the reader at the door."""
        return [one for one in self._others if one.greeting is Greeting.OFFERED]

    @property
    def to_be_met(self) -> list[Attendance]:
        """Those who would like to be met, for somebody who has offered it."""
        return [one for one in self._others if one.greeting is Greeting.WANTED]

    @property
    def _others(self) -> list[Attendance]:
        return [one for one in self.everybody if one.member_id != self.reader_id]


def company_of(session: Session, occurrence_id: int, reader_id: int) -> Company:
    """Read who comes, for somebody who comes too; by one statement."""
    is_own = Attendance.member_id == reader_id
    chosen = (
        sa.select(Attendance, Profile)
        .join(Attendance.member)
        .outerjoin(Profile, Profile.member_id == Member.id)
        .where(Attendance.occurrence_id == occurrence_id, Attendance.state == AttendanceState.GOING)
        .where(Member.is_present, sa.or_(is_own, Attendance.member_id.not_in(kept_apart(reader_id))))
        .order_by(Attendance.turn)
        .options(contains_eager(Attendance.member))
    )
    rows = [(answer, profile) for answer, profile in session.execute(chosen)]
    own = next((profile for answer, profile in rows if answer.member_id == reader_id), None)
    return Company(reader_id, [one for one, its in rows if one.member_id == reader_id or may_be_shown(own, its)])


def correspondents(member_id: int) -> sa.Select[int]:
    """Select the members with whom a member writes; none of those from whom they are kept apart."""
    mine, theirs = aliased(Participant), aliased(Participant)
    return (
        sa.select(theirs.member_id)
        .join(mine, mine.thread_id == theirs.thread_id)
        .join(Thread, Thread.id == theirs.thread_id)
        .where(mine.member_id == member_id, theirs.member_id != member_id, Thread.closed_at.is_(None))
        .where(mine.left_at.is_(None), theirs.left_at.is_(None), theirs.member_id.not_in(kept_apart(member_id)))
    )


def may_come_with(session: Session, member_id: int, other: Member) -> bool:
    """Whether somebody can still be asked along by a member."""
    writes = sa.select(sa.literal(other.id).in_(correspondents(member_id)))
    return other.is_present and bool(session.scalar(writes)) and bool(who_may_meet(session, member_id, [other.id]))


def bringer(session: Session, answer: Attendance) -> Member | None:
    """Return who asked somebody along, as long as the two may see each other."""
    other = answer.brought_by
    if other is None or not other.is_present or not who_may_meet(session, answer.member_id, [other.id]):
        return None
    return other

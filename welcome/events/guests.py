"""Coming with nothing but an e-mail address: asked for by anybody, made true by the owner of the mailbox.

A guest is a member row that can never sign in and that no member sees (decision 0007). Whether an address has an
account is never asked here, so nobody can find it out; an account takes its address's answers along afterwards.
"""

from datetime import datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from welcome.accounts.models import Member
from welcome.accounts.service import MOST_LETTERS_A_DAY, LinkExpired
from welcome.agenda import service as agenda
from welcome.database import insert_once, lock
from welcome.events import joining, rules, seats
from welcome.events.answers.all_dates import coming_dates, leave_series
from welcome.events.answers.models import OUT, Attendance, AttendanceState
from welcome.events.answers.offers import tell
from welcome.events.answers.standing import find_attendance
from welcome.events.answers.waiting import open_pools
from welcome.events.calendar import path_of
from welcome.events.letters import EVENT_JOINED, GUEST_ANSWER, asked_together, read_guest_path
from welcome.events.models import Event, Occurrence
from welcome.post.models import Notice
from welcome.post.service import post

HELD_FOR = timedelta(hours=2)
MOST_HELD = 3  #: dates on which one address holds places that nobody has confirmed
KEPT_FOR = timedelta(days=30)
ANSWERED = (AttendanceState.GOING, AttendanceState.WAITING, AttendanceState.OFFERED, AttendanceState.APPLIED)


def ask(
    session: Session,
    occurrence_id: int,
    *,
    email: str,
    first_name: str,
    party: int,
    children: int = 0,
    side: str | None,
    locale: str,
    timezone: str,
    whole_series: bool = False,
    now: datetime,
) -> None:
    """Hold places for two hours, where there are some, and write to the address; what is known of it shows nowhere.

    An answer that the owner has given already stays as it is: the letter brings the link to it. For a whole series
    there is one letter and one button; the guest's row is held before the dates, whoever asks.
    """
    rules.check_party(party, children)
    guest = _guest(session, email, first_name, locale, timezone, now)
    joining.open_occurrence(session, occurrence_id, now)
    dates = coming_dates(session, occurrence_id, now=now) if whole_series else []
    for date_id in [occurrence_id, *(date.id for date in dates if date.id != occurrence_id)]:
        occurrence = joining.open_occurrence(session, date_id, now)
        given = _ask_one(session, occurrence, guest, party, children, side, now)
        if date_id == occurrence_id:
            _write(session, given, now)


def _ask_one(
    session: Session, occurrence: Occurrence, guest: Member, party: int, children: int, side: str | None, now: datetime
) -> Attendance:
    answer = find_attendance(session, occurrence.id, guest.id)
    if answer is not None and answer.state is not AttendanceState.LEFT:
        return answer
    answer = answer or Attendance(occurrence_id=occurrence.id, member_id=guest.id)
    answer.party, answer.children, answer.side, answer.pool = party, children, side, None
    pools = open_pools(session, occurrence, answer)
    if _may_hold(session, occurrence, guest.id, party):
        answer.pool = seats.take(session, occurrence.id, party, pools)
    answer.state, answer.turn = AttendanceState.ASKED, seats.draw_turn(session, occurrence.id)
    answer.joined_at = answer.changed_at = now
    session.add(answer)
    session.flush()
    agenda.schedule(session, f"held:{answer.id}:{answer.turn}", "release_held", answer.id, now + HELD_FOR)
    return answer


def _guest(session: Session, email: str, first_name: str, locale: str, timezone: str, now: datetime) -> Member:
    """Return the guest of an address. Nobody but its owner renames them once they have answered something."""
    name = {"first_name": first_name, "locale": locale, "timezone": timezone}
    secret = token_hex(16)
    inert = {"email": f"{secret}@guest.invalid", "active": False, "is_discreet": False, "fs_uniquifier": secret}
    insert_once(session, Member, guest_email=email, created_at=now, **inert, **name)
    guest = session.scalars(sa.select(Member).where(Member.guest_email == email)).one()
    answered = sa.select(Attendance.id).where(Attendance.member_id == guest.id, Attendance.state.in_(ANSWERED))
    if session.scalar(answered.limit(1)) is None:
        guest.first_name, guest.locale, guest.timezone = first_name, locale, timezone
    return guest


def _may_hold(session: Session, occurrence: Occurrence, guest_id: int, party: int) -> bool:
    """Whether places are kept for an address that nobody has confirmed: never so many that a joke fills a room."""
    if occurrence.event.needs_approval:
        return False
    held = sa.and_(Attendance.state == AttendanceState.ASKED, Attendance.pool.is_not(None))
    own = session.scalar(sa.select(sa.func.count()).where(held, Attendance.member_id == guest_id)) or 0
    here = sa.select(sa.func.sum(Attendance.party)).where(held, Attendance.occurrence_id == occurrence.id)
    capacity = session.scalar(sa.select(Event.capacity).where(Event.id == occurrence.event_id))
    most = max(rules.MOST_IN_PARTY, (capacity or 0) // 4)
    return own < MOST_HELD and (capacity is None or (session.scalar(here) or 0) + party <= most)


def _write(session: Session, answer: Attendance, now: datetime) -> None:
    """Send the link, unless many went to this address today."""
    today = (Notice.member_id == answer.member_id, Notice.kind == GUEST_ANSWER.kind)
    sent = sa.select(sa.func.count()).where(*today, Notice.created_at > now - timedelta(days=1))
    if (session.scalar(sent) or 0) < MOST_LETTERS_A_DAY:
        key = f"{answer.id}:{now.timestamp()}"
        post(session, GUEST_ANSWER, answer.member_id, {"attendance_id": answer.id}, key=key, now=now)


def get_answer(session: Session, attendance_id: int, secret: str) -> Attendance:
    """Return the answer that a link is about. Raises LinkExpired when it is not that guest's (any more).

    A member's own link works only while a place is held for them: for all else they sign in.
    """
    date = joinedload(Attendance.occurrence)
    places = (date.joinedload(Occurrence.event).joinedload(Event.organisation), date.joinedload(Occurrence.venue))
    mine = (
        sa.select(Attendance)
        .join(Attendance.member)
        .where(Attendance.id == attendance_id, Member.fs_uniquifier == secret)
        .where(sa.or_(Member.guest_email.is_not(None), Attendance.state == AttendanceState.OFFERED))
    )
    answer = session.scalar(mine.options(*places).execution_options(populate_existing=True))
    if answer is None:
        raise LinkExpired
    return answer


def guest_behind(session: Session, token: str) -> Attendance:
    """Return the answer behind the link in a guest's letter. Raises LinkExpired for everybody else's."""
    given = get_answer(session, *read_guest_path(token))
    if not given.member.is_guest:
        raise LinkExpired
    return given


def answer(
    session: Session, attendance_id: int, secret: str, *, party: int, children: int = 0, now: datetime
) -> Attendance:
    """Take the places that were held, or what there is; for who comes already, change how many they are.

    What was asked for by one stroke is answered by one.
    """
    rules.check_party(party, children)
    given = get_answer(session, attendance_id, secret)
    others = asked_together(session, given) if given.state is AttendanceState.ASKED else []
    held = {date_id: joining.open_occurrence(session, date_id, now) for date_id in sorted(_dates([given, *others]))}
    for one in [get_answer(session, attendance_id, secret), *others]:
        session.refresh(one)
        _answer_one(session, held[one.occurrence_id], one, party, children, now)
    return given


def _dates(answers: list[Attendance]) -> set[int]:
    return {one.occurrence_id for one in answers}


def _answer_one(
    session: Session, occurrence: Occurrence, given: Attendance, party: int, children: int, now: datetime
) -> Attendance:
    if given.state is AttendanceState.OFFERED:
        joining.confirm(session, occurrence.id, given.member_id, now=now)
    if given.state in ANSWERED:
        return joining.change_party(session, occurrence, given, party, children, now)
    if given.state is AttendanceState.DECLINED:
        raise rules.NotInvited
    if given.pool is None:
        given.children = children
        enter = joining.apply if occurrence.event.needs_approval else joining.settle
        return enter(session, occurrence, given, party, given.side, now)
    given.state, given.changed_at = AttendanceState.GOING, now
    session.flush()
    tell(session, EVENT_JOINED, given, now=now)
    return joining.change_party(session, occurrence, given, party, children, now)


def leave(
    session: Session, attendance_id: int, secret: str, *, all_dates: bool = False, now: datetime
) -> tuple[bool, str]:
    """Give places back, at one date or at all later ones too; return whether a member did so, and the event's page."""
    given = get_answer(session, attendance_id, secret)
    told = (not given.member.is_guest, path_of(given.occurrence))
    if all_dates:
        leave_series(session, given.occurrence_id, given.member_id, now=now)
    else:
        joining.leave(session, given.occurrence_id, given.member_id, now=now)
    return told


def other_dates(session: Session, given: Attendance, *, now: datetime) -> list[Attendance]:
    """Return a guest's answers to the other dates of the series that are still to come, by date."""
    others = (
        sa.select(Attendance)
        .join(Attendance.occurrence)
        .where(Attendance.member_id == given.member_id, Occurrence.event_id == given.occurrence.event_id)
        .where(Attendance.id != given.id, Attendance.state.not_in(OUT), Occurrence.starts_at > now)
        .order_by(Occurrence.starts_at)
    )
    return list(session.scalars(others))


def release_held(session: Session, attendance_id: int, now: datetime) -> None:
    """Give back places that nobody has confirmed in time."""
    given = session.get(Attendance, attendance_id, populate_existing=True)
    if given is None:
        return
    lock(session, Occurrence, given.occurrence_id)
    session.refresh(given)
    if given.state is AttendanceState.ASKED and given.changed_at <= now - HELD_FOR:
        joining.leave(session, given.occurrence_id, given.member_id, now=now)


def move_to_accounts(session: Session, *, now: datetime) -> int:
    """Let accounts take along what their confirmed address has answered as a guest; return how much that was."""
    owner = aliased(Member)
    found = (
        sa.select(Attendance.occurrence_id, Attendance.member_id, owner.id)
        .join(Attendance.member)
        .join(Attendance.occurrence)
        .join(owner, owner.email == Member.guest_email)
        .where(Attendance.state.in_(ANSWERED), owner.is_present, Occurrence.ends_at > now)
        .order_by(Attendance.occurrence_id, Attendance.turn)
    )
    rows = session.execute(found).all()
    for occurrence_id, guest_id, owner_id in rows:
        lock(session, Occurrence, occurrence_id)
        own = find_attendance(session, occurrence_id, owner_id)
        given = find_attendance(session, occurrence_id, guest_id)
        if own is not None and own.state not in OUT:
            joining.leave(session, occurrence_id, guest_id, now=now)
        elif given is not None and given.state in ANSWERED:
            if own is not None:
                session.delete(own)
                session.flush()
            given.member_id = owner_id
            session.flush()
    return len(rows)


def forget(session: Session, *, now: datetime) -> int:
    """Erase guests whose last event is long over, and those who never confirmed; return how many."""
    current = (
        sa.select(Attendance.id)
        .join(Attendance.occurrence)
        .where(Attendance.member_id == Member.id, Occurrence.ends_at > now - KEPT_FOR)
        .where(Attendance.state != AttendanceState.LEFT)
    )
    old = (Member.guest_email.is_not(None), Member.created_at < now - KEPT_FOR, ~current.exists())
    gone = session.execute(
        sa.delete(Member).where(*old).returning(Member.id).execution_options(synchronize_session=False)
    )
    return len(gone.all())

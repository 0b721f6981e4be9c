"""Calendars to subscribe to: a member's own dates under a secret address, an organisation's, and those of a search."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from welcome.accounts.models import Member
from welcome.calendars.models import CalendarFeed
from welcome.database import lock
from welcome.directory.models import Organisation, Venue
from welcome.errors import NotFound
from welcome.events.answers.models import OUT, Attendance, AttendanceState
from welcome.events.calendar import Entry, entry_of, path_of
from welcome.events.filters import Filters, coming
from welcome.events.models import Event, Occurrence
from welcome.i18n import gettext as _
from welcome.post.message import public_url


class Source(Protocol):
    """A room above that has appointments of a member, too."""

    def __call__(self, session: Session, member: Member, *, now: datetime) -> list[Entry]:
        """Return them."""


BACK = timedelta(days=60)
MOST_DATES = 500


def renew_feed(session: Session, member_id: int, *, now: datetime) -> str:
    """Give a member a new secret address and return its token, which is told this once; the old one is dead."""
    token = token_urlsafe(32)
    lock(session, Member, member_id)  # two taps at once are taken one after the other
    feed = session.get(CalendarFeed, member_id, populate_existing=True) or CalendarFeed(member_id=member_id)
    feed.token_hash, feed.created_at = _hash(token), now
    session.add(feed)
    session.flush()
    return token


def stop_feed(session: Session, member_id: int) -> None:
    """Let a member's secret address lead nowhere."""
    session.execute(sa.delete(CalendarFeed).where(CalendarFeed.member_id == member_id))


def find_feed(session: Session, member_id: int) -> CalendarFeed | None:
    """Return what is known of a member's address."""
    return session.get(CalendarFeed, member_id)


def owner_of(session: Session, token: str) -> Member:
    """Return whose address this is. Nobody's: of a renewed one, and of members who left or are suspended."""
    owner = sa.select(Member).join(CalendarFeed, CalendarFeed.member_id == Member.id)
    member = session.scalar(owner.where(CalendarFeed.token_hash == _hash(token), Member.is_present))
    if member is None or not member.is_active:
        raise NotFound
    return member


def entries_of_member(
    session: Session, member: Member, *, now: datetime, sources: Iterable[Source] = ()
) -> list[Entry]:
    """Return the dates that a member goes to or waits for, and what rooms above add; in discreet mode without words."""
    chosen = (
        sa.select(Occurrence, Attendance.state)
        .join(Attendance, Attendance.occurrence_id == Occurrence.id)
        .join(Occurrence.event)
        .where(Attendance.member_id == member.id, Attendance.state.not_in((*OUT, AttendanceState.ASKED)))
        .where(Occurrence.ends_at > now - BACK)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .options(*_place())
        .limit(MOST_DATES)
    )
    found = [_own(occurrence, state) for occurrence, state in session.execute(chosen)]
    for source in sources:
        found += source(session, member, now=now)
    return [_discreet(entry) for entry in found] if member.is_discreet else found


def _own(occurrence: Occurrence, state: AttendanceState) -> Entry:
    if state is AttendanceState.GOING:
        return entry_of(occurrence, public_url(path_of(occurrence)), is_in=True)
    entry = replace(_entry(occurrence), is_tentative=True)
    if state is not AttendanceState.WAITING:
        return entry
    return replace(entry, title=str(_("Waiting list: %(title)s", title=entry.title)))


def _discreet(entry: Entry) -> Entry:
    return replace(entry, title=str(_("Appointment")), place="", about="", url="")


def entries_of_organisation(session: Session, organisation: Organisation, *, now: datetime) -> list[Entry]:
    """Return an organisation's dates, what was called off included."""
    return entries_of_search(session, Filters(organisation_id=organisation.id), now=now)


def entries_of_search(session: Session, filters: Filters, *, now: datetime) -> list[Entry]:
    """Return every date that fits a search, what was called off included."""
    chosen = coming(now - BACK, replace(filters, with_cancelled=True, each_once=False))
    dates = chosen.order_by(Occurrence.starts_at, Occurrence.id).options(*_place()).limit(MOST_DATES)
    return [_entry(occurrence) for occurrence in session.scalars(dates)]


def _place() -> tuple[sa.orm.interfaces.LoaderOption, ...]:
    told = (Event.title, Event.about, Event.uid, Event.public_id, Event.hides_address)
    return (contains_eager(Occurrence.event).load_only(*told), joinedload(Occurrence.venue).joinedload(Venue.area))


def _entry(occurrence: Occurrence) -> Entry:
    return entry_of(occurrence, public_url(path_of(occurrence)))


def _hash(token: str) -> str:
    """Hash a token: it is long and random, so that nothing slower is needed."""
    return sha256(token.encode()).hexdigest()

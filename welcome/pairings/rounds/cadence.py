"""Rounds that begin by themselves: every so many weeks, on one weekday, at nine in the morning where the people live.

Weeks are counted from one Monday for all, so that the next day follows from the settings alone.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from welcome.agenda.service import cancel, schedule
from welcome.pairings.models.programmes import Programme
from welcome.pairings.programmes import Offer
from welcome.pairings.rounds import running
from welcome.pairings.states import ProgrammeStatus

BEGIN = "round_begin"
OPENS = "round_opens"
AHEAD = timedelta(days=3)  #: so long before a round those who take part are told
AT = time(9)
FIRST_MONDAY = date(2024, 1, 1)
WEEK = 7


def next_day(programme: Programme, today: date) -> date | None:
    """Return the first day after today on which a round begins, or None when they are begun by hand."""
    if not programme.every_weeks or programme.weekday is None:
        return None
    cycle = WEEK * programme.every_weeks
    since = (today + timedelta(days=1) - FIRST_MONDAY - timedelta(days=programme.weekday)).days
    return today + timedelta(days=1 + -since % cycle)


def plan(session: Session, programme: Programme, zone: str, *, now: datetime) -> None:
    """Plan the next round, by the clock on the wall where the people live."""
    day = next_day(programme, now.astimezone(ZoneInfo(zone)).date())
    if day is not None:
        for kind, on in ((BEGIN, day), (OPENS, day - AHEAD)):
            wall_time, due_at = datetime.combine(on, AT), at_nine(on, ZoneInfo(zone))
            schedule(session, _key(kind, programme, day), kind, programme.id, due_at, wall_time=wall_time, zone=zone)


def change(session: Session, programme: Programme, offer: Offer, zone: str, *, now: datetime) -> None:
    """Take over another rhythm: call off what was planned by the old one, and plan by the new one."""
    old = next_day(programme, now.astimezone(zone_of(programme, zone)).date())
    if old is not None:
        for kind in (BEGIN, OPENS):
            cancel(session, _key(kind, programme, old))
    programme.every_weeks, programme.weekday = offer.every_weeks, offer.weekday
    programme.settings = {**programme.settings, "zone": zone}
    plan(session, programme, zone, now=now)


def zone_of(programme: Programme, usual: str = "UTC") -> ZoneInfo:
    """Return by whose clock a programme's rounds begin."""
    return ZoneInfo(programme.settings.get("zone", usual))


def at_nine(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a round begins on a day."""
    return datetime.combine(day, AT, zone).astimezone(UTC)


def _key(kind: str, programme: Programme, day: date) -> str:
    return f"{kind}:{programme.id}:{day}"


def begin(session: Session, programme_id: int, now: datetime) -> None:
    """Begin a round, unless one is under way or waits to be sent; and plan the next."""
    programme = session.get(Programme, programme_id)
    if programme is None or not programme.every_weeks:
        return
    plan(session, programme, zone_of(programme).key, now=now)
    if programme.status is ProgrammeStatus.OPEN and running.find_under_way(session, programme_id) is None:
        running.start(session, programme.slug, now=now)

"""One letter in place of many, for those who want to hear of something once a day or once a week."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from welcome.database import insert_once, lock, writing
from welcome.i18n import in_locale
from welcome.post.choices import DIGEST, choice_of
from welcome.post.letters import Context, Letter, Recipient, Unwanted
from welcome.post.message import subject_of, words_for
from welcome.post.models import Channel, Notice, Outcome, Rhythm
from welcome.post.service import was_read

USUAL_HOUR = 17  #: when most have come home and look at their letters
USUAL_WEEKDAY = 3  #: Thursday, while the weekend can still be planned
SWITCHED_OFF = "the member has switched letters of this kind off"
READ_HERE = "the member has read it in the app"
NOTHING_LEFT = "nothing that it would have told is true any more"


def gathering_of(chosen: tuple[int | None, int | None]) -> tuple[int, int]:
    """Return the weekday and the hour at which somebody wants what comes together: as they chose, else as usual."""
    weekday, hour = chosen
    return (USUAL_WEEKDAY if weekday is None else weekday), (USUAL_HOUR if hour is None else hour)


def next_digest(rhythm: Rhythm, reader: Recipient, now: datetime) -> datetime:
    """Return when the next letter of this rhythm goes out, by its reader's clock."""
    weekday, hour = gathering_of((reader.gathers_on, reader.gathers_at))
    zone = ZoneInfo(reader.timezone)
    today = now.astimezone(zone).date()
    for days in range(9):
        day = today + timedelta(days=days)
        # A time that the clocks jump over is taken as the hour before tells it: an hour later.
        at = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if at > now and (rhythm is Rhythm.DAILY or day.weekday() == weekday):
            return at
    raise AssertionError("every nine days hold every weekday, whole")


def bundle(notice_id: int, rhythm: Rhythm, *, now: datetime) -> None:
    """Let the next daily or weekly letter take a notice along."""
    with writing() as session:
        notice = lock(session, Notice, notice_id)
        if notice is None or notice.done_at is not None:
            return
        due_at = next_digest(rhythm, notice.member, now)
        notice.bundle_id = _open(session, notice.member_id, rhythm, due_at, now)
        notice.leased_until, notice.attempts = None, notice.attempts - 1


def _open(session: Session, member_id: int, rhythm: Rhythm, due_at: datetime, now: datetime) -> int:
    """Return the letter that goes out then; one that was withdrawn before its time is wanted again."""
    key = f"{DIGEST}:{rhythm}:{due_at:%Y%m%dT%H%M}:member:{member_id}"
    values = {"kind": DIGEST, "member_id": member_id, "args": {}, "created_at": now, "due_at": due_at}
    insert_once(session, Notice, key=key, channel=Channel.MAIL, **values)
    found = session.scalars(sa.select(Notice).where(Notice.key == key).with_for_update(of=Notice)).one()
    found.args = {"id": found.id}
    if found.outcome is Outcome.WITHDRAWN:
        found.done_at = found.outcome = found.reason = None
    return found.id


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say in one line each what is still true of what has gathered."""
    gathered = sa.select(Notice).where(Notice.bundle_id == args["id"], Notice.done_at.is_(None))
    lines, dropped = [], {}
    for notice in session.scalars(gathered.order_by(Notice.created_at, Notice.id)).all():
        context = _ask(session, reader, notice)
        if isinstance(context, Unwanted):
            dropped[notice.id] = context.reason
        else:
            lines.append((_line(reader, notice, context), context.get("link", "/")))
    if not lines:
        return Unwanted(NOTHING_LEFT if dropped else "nothing has gathered")
    return {"lines": lines, "dropped": dropped, "link": "/notices"}


def _ask(session: Session, reader: Recipient, notice: Notice) -> Context | Unwanted:
    letter: Letter = current_app.extensions["letters"][notice.kind]
    if choice_of(session, reader.id, notice.kind).mail is Rhythm.OFF:
        return Unwanted(SWITCHED_OFF)
    if was_read(session, notice):
        return Unwanted(READ_HERE)
    return letter.compose(session, reader, notice.args)


def _line(reader: Recipient, notice: Notice, context: Context) -> str:
    with in_locale(reader.locale, reader.timezone):
        return subject_of(notice, {**words_for(reader), **context})


def note_dropped(session: Session, _member_id: int, context: Context, now: datetime) -> None:
    """Write down why some of what had gathered was not told."""
    for notice_id, reason in context["dropped"].items():
        ended = {"done_at": now, "outcome": Outcome.WITHDRAWN, "reason": reason[:200]}
        session.execute(sa.update(Notice).where(Notice.id == notice_id, Notice.done_at.is_(None)).values(ended))


DIGEST_LETTER = Letter(DIGEST, compose, channels=(Channel.MAIL,), is_optional=True, sent=note_dropped)
LETTERS = (DIGEST_LETTER,)

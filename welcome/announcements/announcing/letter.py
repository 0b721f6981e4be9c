"""The organiser's words as a letter, and what moderators and the writer are told about it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.announcements.invitations import about, has_answered, open_event
from welcome.announcements.models import Announcement, AnnouncementState, Purpose
from welcome.post.letters import Context, Letter, Recipient, Unwanted


def compose(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    """Say what the organiser wrote, as long as the event is on."""
    announcement = session.get(Announcement, args["announcement"])
    if announcement is None or announcement.state is not AnnouncementState.SENT:
        return Unwanted("the announcement was taken back")
    if announcement.purpose is Purpose.COME and has_answered(session, reader.id, announcement.event):
        return Unwanted("the member has answered already")
    return context_of(session, announcement, reader)


def context_of(session: Session, announcement: Announcement, reader: Recipient) -> Context | Unwanted:
    """Return what the letter says to a reader; also before it is sent, as a preview."""
    found = open_event(session, reader, announcement.event_id)
    if isinstance(found, Unwanted):
        return found
    event, dates = found
    lines = [line.strip() for line in announcement.words.splitlines() if line.strip()]
    return {**about(event, dates[0], reader), "lines": lines, "needs_help": announcement.purpose is Purpose.HELP}


def _for_moderator(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    announcement = session.get(Announcement, args["announcement"])
    if announcement is None or announcement.state is not AnnouncementState.WAITING:
        return Unwanted("the announcement is decided")
    return {"announcement": announcement, "link": f"/desk/announcements/{announcement.public_id}/decide"}


def _for_writer(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    announcement = session.get(Announcement, args["announcement"])
    if announcement is None or announcement.decided_at is None:
        return Unwanted("the announcement is not decided")
    is_sent = announcement.state is AnnouncementState.SENT
    return {
        "announcement": announcement,
        "is_sent": is_sent,
        "link": f"/desk/announcements/{announcement.public_id}",
    }


ANNOUNCEMENT = Letter("announcement", compose, is_optional=True)
HELP_WANTED = Letter("help_wanted", compose, is_optional=True)
ANNOUNCEMENT_WAITS = Letter("announcement_waits", _for_moderator)
ANNOUNCEMENT_DECIDED = Letter("announcement_decided", _for_writer)

LETTER_FOR = {Purpose.COME: ANNOUNCEMENT, Purpose.HELP: HELP_WANTED}

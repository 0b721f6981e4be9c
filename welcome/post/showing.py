"""Show notices on devices: the postman's way, for what is read at a glance and by whoever holds the phone."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from flask import current_app

from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.i18n import in_locale
from welcome.leases import claim
from welcome.post.choices import choice_of
from welcome.post.digest import READ_HERE, SWITCHED_OFF
from welcome.post.hours import in_time
from welcome.post.jobs import LEASE, compose, quiet_end
from welcome.post.letters import Context, Letter, Unwanted
from welcome.post.message import message_id, sender_of, subject_of, words_for
from welcome.post.models import Channel, Notice, Outcome, PushSubscription
from welcome.post.push import Gone
from welcome.post.service import was_read
from welcome.post.settling import finish, hold, put_off
from welcome.post.smtp import Deferred, Refused

log = logging.getLogger(__name__)


class Screen(Protocol):
    """A way to let one device show something."""

    def send(self, device: PushSubscription, shown: Mapping[str, str]) -> None:
        """Show it, or raise Gone, Deferred or Refused."""


def show_due(letters: Mapping[str, Letter], screen: Screen, *, now: datetime, most: int = 200) -> int:
    """Settle up to ``most`` notices for devices, each claimed by itself, and return how many were."""
    for settled in range(most):
        with writing() as session:
            notice_id = claim(session, Notice, Notice.channel == Channel.PUSH, now=now, lease=LEASE)
        if notice_id is None:
            return settled
        try:
            _show(notice_id, letters, screen, now)
        except Exception as problem:
            log.exception("Notice %s could not be shown", notice_id)
            put_off(notice_id, now, f"{type(problem).__name__}: {problem}")
    return most


def _show(notice_id: int, letters: Mapping[str, Letter], screen: Screen, now: datetime) -> None:
    notice = db.session.get_one(Notice, notice_id)
    if notice.done_at is not None:
        return  # withdrawn after it was leased
    context = in_time(_ask(notice, letters), now)
    if isinstance(context, Unwanted):
        finish(notice_id, now, Outcome.WITHDRAWN, context.reason)
        return
    until = quiet_end(notice, letters[notice.kind], context, now)
    if until is not None:
        hold(notice_id, until)
        return
    shown = glance(notice, context)
    devices = db.session.scalars(sa.select(PushSubscription).where(PushSubscription.member_id == notice.member_id))
    targets = list(devices.all())
    db.session.expunge_all()  # they are asked for nothing more while their servers take their time
    db.session.rollback()
    outcome, reason = _send_to_all(targets, shown, screen)
    if outcome is None:
        put_off(notice_id, now, reason)
    else:
        finish(notice_id, now, outcome, reason or None)


def _ask(notice: Notice, letters: Mapping[str, Letter]) -> Context | Unwanted:
    """Return what the notice says now, or why it is not shown on a device."""
    if not choice_of(db.session(), notice.member_id, notice.kind).bell:
        return Unwanted(SWITCHED_OFF)
    if was_read(db.session(), notice):
        return Unwanted(READ_HERE)
    return compose(notice, letters)


def glance(notice: Notice, context: Context) -> dict[str, str]:
    """Return what a locked screen may show: of a discreet reader's notice nothing but that there is one."""
    reader = notice.member
    tag = message_id(notice).strip("<>").partition("@")[0]
    with in_locale(reader.locale, reader.timezone):
        if reader.is_discreet:
            return {
                "title": sender_of(reader),
                "body": _("There is something new for you"),
                "url": "/notices",
                "tag": tag,
            }
        body = subject_of(notice, {**words_for(reader), **context})
    title = str(current_app.config["INSTANCE_NAME"])
    return {"title": title, "body": body, "url": context.get("link", "/notices"), "tag": tag}


def _send_to_all(
    targets: list[PushSubscription], shown: Mapping[str, str], screen: Screen
) -> tuple[Outcome | None, str]:
    """Send to every device. What one has shown is not shown there again because another did not answer."""
    has_shown, later, refused = False, "", ""
    for device in targets:
        try:
            screen.send(device, shown)
            has_shown = True
        except Gone:
            _forget(device.id)
        except Deferred as fault:
            later = str(fault)
        except Refused as refusal:
            refused = str(refusal)
    if has_shown:
        return Outcome.SENT, ""
    if later:
        return None, later
    return (Outcome.FAILED, refused) if refused else (Outcome.WITHDRAWN, "nobody asked for it on a device")


def _forget(device_id: int) -> None:
    with writing() as session:
        session.execute(sa.delete(PushSubscription).where(PushSubscription.id == device_id))

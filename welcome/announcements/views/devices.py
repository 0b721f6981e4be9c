"""Notices on a member's own devices: asked for by a tap, and taken back."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import writing
from welcome.i18n import gettext as _
from welcome.post import devices
from welcome.web import whole


@bp.post("/me/letters/devices")
@access(Policy.MEMBER)
def add_device() -> Response:
    """Show the member's notices on the device that they hold."""
    said = [request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")]
    with writing() as session:
        devices.add_device(session, current_member().id, *said, now=now())
    flash(_("Notices are shown on this device from now on."), "success")
    return redirect(url_for("announcements.preferences", _anchor="devices"), 303)


@bp.post("/me/letters/devices/remove")
@access(Policy.MEMBER)
def remove_device() -> Response:
    """Show nothing on a device any more."""
    device_id = request.form.get("device", type=whole)
    if device_id is not None:
        with writing() as session:
            devices.remove_device(session, current_member().id, device_id)
    flash(_("Nothing is shown on that device any more."), "success")
    return redirect(url_for("announcements.preferences", _anchor="devices"), 303)

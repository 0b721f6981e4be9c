"""Forms about letters."""

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice

from welcome.announcements.choices import KINDS
from welcome.i18n import lazy_gettext as _l

LABELS = {
    "welcome_event": _l("Welcome events for people who have just arrived"),
    "bridging_meetup": _l("Meetups of newcomers and locals"),
    "event_published": _l("Other events that fit what I like"),
}


class LettersForm(FlaskForm):
    """Which letters a member wants by e-mail."""

    wanted = SelectMultipleField(
        _l("Send me an e-mail about"), choices=[SelectChoice(kind, LABELS[kind]) for kind in KINDS]
    )

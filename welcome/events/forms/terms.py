"""How people get a place: what organisers choose."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from welcome.events.forms.fields import count
from welcome.events.models import Event
from welcome.events.plans import Terms
from welcome.i18n import lazy_gettext as _l


class TermsForm(FlaskForm):
    """First-timers, the waiting list, approval, the address."""

    first_timer_places = count(
        _l("Places on each date for people who come for the first time"),
        1,
        5_000,
        _l("Regulars cannot take these until 24 hours before it starts. Leave it empty to keep none."),
    )
    order = RadioField(
        _l("Who comes in when a place becomes free?"),
        choices=[
            SelectChoice("fits", _l("The first party that fits")),
            SelectChoice("strict", _l("Strictly in order: a family that waits is never passed")),
        ],
        default="fits",
    )
    hold = RadioField(
        _l("What happens with that place?"),
        choices=[
            SelectChoice("theirs", _l("It is theirs, and they may give it back")),
            SelectChoice("ask", _l("It is held, and they confirm it in time")),
        ],
        default="theirs",
    )
    hold_hours = count(_l("For how many hours is it held?"), 1, 168)
    needs_approval = BooleanField(_l("We say yes or no to each person who asks for a place"))
    hides_address = BooleanField(_l("Only people who have a place see the exact address"))

    @staticmethod
    def data_of(event: Event) -> dict[str, object]:
        """Return what the form starts from."""
        return {
            "first_timer_places": event.first_timer_places,
            "order": "strict" if event.is_strict_order else "fits",
            "hold": "ask" if event.hold_hours else "theirs",
            "hold_hours": event.hold_hours or 24,
            "needs_approval": event.needs_approval,
            "hides_address": event.hides_address,
        }

    def terms(self) -> Terms:
        """Return what was chosen."""
        return Terms(
            first_timer_places=self.first_timer_places.data,
            is_strict_order=self.order.data == "strict",
            hold_hours=(self.hold_hours.data or 24) if self.hold.data == "ask" else None,
            needs_approval=self.needs_approval.data,
            hides_address=self.hides_address.data,
        )

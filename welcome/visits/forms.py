"""The two questions, and taps at the door as phones send them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from welcome.events.answers.models import Attendance
from welcome.i18n import lazy_gettext as _l
from welcome.visits.door import MOST_AT_ONCE, SIDES, Tap
from welcome.visits.models import Felt


class ThanksForm(FlaskForm):
    """Did you feel welcome, and whom would you like to see again?"""

    felt = RadioField(
        _l("Did you feel welcome?"),
        choices=[
            SelectChoice(Felt.YES.value, _l("Yes")),
            SelectChoice(Felt.PARTLY.value, _l("Partly")),
            SelectChoice(Felt.NO.value, _l("No")),
            SelectChoice("", _l("I'd rather not say")),
        ],
        default="",
    )
    again = SelectMultipleField(_l("Did you meet somebody whom you would like to see again?"))

    def offer(self, met: Sequence[Attendance]) -> None:
        """Fill in the fellow guests among whom one may choose."""
        self.again.choices = [SelectChoice(one.member.public_id, one.name) for one in met]

    def said(self) -> Felt | None:
        """Return how it felt."""
        return Felt(self.felt.data) if self.felt.data else None


def read_taps(sent: Any, now: datetime) -> list[Tap]:
    """Read the taps that a phone has kept; what is no tap is left out, so that it is not sent again for ever."""
    rows = sent.get("taps") if isinstance(sent, dict) else None
    found = [_tap(row, now) for row in (rows if isinstance(rows, list) else [])[:MOST_AT_ONCE]]
    return [tap for tap in found if tap is not None]


def _tap(row: Any, now: datetime) -> Tap | None:
    try:
        name, turn = str(row["name"]), row.get("turn")
        at = datetime.fromisoformat(str(row.get("at") or now.isoformat()).replace("Z", "+00:00"))
        side = str(row.get("side") or "")
        if not 8 <= len(name) <= 40 or side not in SIDES:
            return None
        return Tap(
            name, int(row["people"]), at if at.tzinfo else at.replace(tzinfo=UTC), int(turn) if turn else None, side
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None

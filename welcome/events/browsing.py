"""One search, as a list or as a month: what the address asks for, and what the form around it offers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask_login import current_user

from welcome.clock import now
from welcome.database import db
from welcome.events import finding, wishes
from welcome.events.filters import Filters
from welcome.events.finding import Choices
from welcome.i18n import language_name
from welcome.post.message import public_url
from welcome.profiles.vocabulary import LEVELS


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for, and who they are."""

    filters: Filters
    chosen: wishes.Words
    zone: str
    moment: datetime
    reader_id: int | None

    def choices(self, event_ids: Iterable[int] = ()) -> Choices:
        """Return what can be chosen, and how many dates these events have."""
        return finding.choices(db.session(), now=self.moment, reader_id=self.reader_id, event_ids=event_ids)

    def words(self, choices: Choices) -> dict[str, Any]:
        """Return what the templates say around the events."""
        languages = [(code, language_name(code)) for code in choices.languages]
        address = f"?{urlencode(self.chosen)}" if self.chosen else ""
        return {
            "chosen": self.chosen,
            "feed": public_url(url_for("calendars.of_search") + address),
            "switches": wishes.switches(self.chosen, wishes.levels_in_address(choices.liking.spoken.items())),
            "times": wishes.times(self.zone, self.moment),
            "levels": LEVELS,
            "areas": choices.areas,
            "languages": sorted(languages, key=lambda pair: pair[1].casefold()),
        }


def read_search() -> Search:
    """Read the search of this request."""
    moment, zone = now(), current_app.config["DEFAULT_TIMEZONE"]
    filters, chosen = wishes.read(request.args, zone, moment)
    reader_id = current_user.id if current_user.is_authenticated else None
    return Search(replace(filters, unwanted_by=reader_id), chosen, zone, moment, reader_id)

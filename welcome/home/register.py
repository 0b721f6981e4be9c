"""The register of processing: what is kept of people, why, who may read it and how long, made from the columns' tags.

Nobody writes it by hand, so it cannot say less than is true.
"""

from dataclasses import dataclass
from functools import cache
from itertools import groupby

import sqlalchemy as sa
from flask_babel import LazyString

from welcome.database import Audience, Base, Retention, Tag
from welcome.i18n import gettext
from welcome.i18n import lazy_gettext as _l

#: Who may ever read something, from the fewest to everybody.
READERS: dict[Audience, LazyString] = {
    Audience.SYSTEM: _l("Nobody: only the software reads it"),
    Audience.OWNER: _l("You alone"),
    Audience.STAFF: _l("You, and the staff of the programme or organisation within their task"),
    Audience.COUNTERPART: _l("You, and the people it is about: the other of a request or match, or fellow guests"),
    Audience.MEMBERS: _l("Signed-in members"),
    Audience.PUBLIC: _l("Everybody"),
}
TIMES: dict[Retention, LazyString] = {
    Retention.ACCOUNT: _l("until your account is erased"),
    Retention.CONTENT: _l("until its owner or an organiser removes it"),
    Retention.REFERENCE: _l("as long as this place exists"),
    Retention.WEEKS: _l("90 days after it was done"),
    Retention.SAFETY: _l("two years, to keep members safe"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose for which something is kept, and how long."""

    purpose: str
    time: str


def uses_by_reader() -> list[tuple[str, list[Use]]]:
    """Return in the reader's language who may read what is kept of people, with the purposes and times."""
    order = list(READERS)
    tags = sorted(_personal_tags(), key=lambda tag: (order.index(tag.audience), gettext(tag.purpose)))
    return [
        (str(READERS[audience]), [Use(gettext(tag.purpose), str(TIMES[tag.retention])) for tag in group])
        for audience, group in groupby(tags, key=lambda tag: tag.audience)
    ]


@cache
def _personal_tags() -> frozenset[Tag]:
    """Return the tags of all columns in tables that speak of members."""
    tables = [table for table in Base.metadata.sorted_tables if _is_personal(table)]
    return frozenset(column.info["tag"] for table in tables for column in table.c)


def _is_personal(table: sa.Table) -> bool:
    targets = {key.target_fullname for column in table.c for key in column.foreign_keys}
    return table.name == "member" or "member.id" in targets

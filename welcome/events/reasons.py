"""Why an event may be something for a member: what they said of themselves, beside what the event says of itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from welcome.events.answers.models import EventDismissal
from welcome.events.models import Event, Occurrence
from welcome.i18n import format_list, language_name
from welcome.i18n import gettext as _
from welcome.profiles.models import Interest, Profile, Spoken
from welcome.profiles.vocabulary import INTERESTS

MOST = 3


@dataclass(frozen=True, slots=True)
class Liking:
    """What a member likes and speaks, where they live, and whether there are children."""

    interests: Mapping[str, int] = field(default_factory=dict)
    spoken: Mapping[str, int] = field(default_factory=dict)
    learns: frozenset[str] = frozenset()
    area_id: int | None = None
    has_children: bool = False

    @property
    def languages(self) -> list[str]:
        """Their languages, the one that they know best first."""
        return sorted(self.spoken, key=lambda code: (-self.spoken[code], code))


def liking_parts(member_id: int | None) -> list[sa.Select[str, str, str, int]]:
    """Select what a member says of themselves, as rows that fit beside others in one statement."""
    nothing, learns = sa.literal(""), sa.case((Spoken.learns, "learns"), else_="")
    has_children = sa.case((sa.cast(Profile.children, sa.Text).in_(["[]", "null"]), ""), else_="children")
    return [
        sa.select(sa.literal("like"), Interest.code, nothing, Interest.strength).where(Interest.member_id == member_id),
        sa.select(sa.literal("speak"), Spoken.language, learns, Spoken.level).where(Spoken.member_id == member_id),
        sa.select(sa.literal("home"), nothing, has_children, sa.func.coalesce(Profile.area_id, 0)).where(
            Profile.member_id == member_id
        ),
    ]


def liking_of(rows: Iterable[Sequence[Any]]) -> Liking:
    """Return what such rows say; others are passed by."""
    rows = list(rows)
    return Liking(
        interests={code: number for kind, code, _more, number in rows if kind == "like"},
        spoken={code: number for kind, code, _more, number in rows if kind == "speak"},
        learns=frozenset(code for kind, code, more, _number in rows if kind == "speak" and more),
        area_id=next((number for kind, _code, _more, number in rows if kind == "home" and number), None),
        has_children=any(kind == "home" and more for kind, _code, more, _number in rows),
    )


def dismissal_part(member_id: int | None, event_id: int) -> sa.Select[str, str, str, int]:
    """Select whether a member said of an event that it is not for them, as such a row."""
    row = sa.select(sa.literal("dismissed"), sa.literal(""), sa.literal(""), EventDismissal.event_id)
    return row.where(EventDismissal.member_id == member_id, EventDismissal.event_id == event_id)


def why(occurrence: Occurrence, liking: Liking) -> list[str]:
    """Return sentences for a member, the strongest first."""
    event, found = occurrence.event, []
    liked = [code for code in event.interests if code in liking.interests and code in INTERESTS]
    if liked:
        liked.sort(key=lambda code: (-liking.interests[code], code))
        things = format_list([str(INTERESTS[code]) for code in liked[:MOST]])
        found.append(str(_("You like %(things)s.", things=things)))
    if sentence := _of_language(event, liking):
        found.append(sentence)
    if liking.area_id and occurrence.venue and occurrence.venue.area_id == liking.area_id:
        found.append(str(_("It is in your area.")))
    if liking.has_children and event.children_welcome:
        found.append(str(_("Your children are welcome.")))
    return found[:MOST]


def _of_language(event: Event, liking: Liking) -> str | None:
    enough = [one.code for one in event.languages if liking.spoken.get(one.code, 0) >= max(one.level, 1)]
    learnt = [code for code in enough if code in liking.learns]
    if learnt:
        return str(
            _("You are learning %(language)s, and your level is enough here.", language=language_name(learnt[0]))
        )
    if enough:
        return str(_("You speak %(language)s well enough for it.", language=language_name(enough[0])))
    return None

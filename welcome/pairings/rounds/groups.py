"""Who found somebody, group by group: by side, district, gender and how far a language is.

A group of whom fewer than five took part, or whose number found or left out would be one to four, is not told apart.
What a member says of their gender counts only while they consent to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Consent
from welcome.directory.models import Area
from welcome.pairings.models.rounds import Round, Standing
from welcome.pairings.rounds.tallies import FEW
from welcome.profiles.models import Profile, Side, Spoken

GENDERS = ("woman", "man", "other")
#: How far somebody is in the language that they learn best: the least level of each band.
BEGINNER, INDEPENDENT, ADVANCED = LEVELS = ("beginner", "independent", "advanced")
FROM_B1, FROM_C1 = 3, 5


@dataclass(frozen=True, slots=True)
class Group:
    """How many of one group took part and found somebody, and whether that may be told."""

    name: str
    took_part: int
    matched: int
    is_told: bool = True


def guard(groups: list[Group]) -> list[Group]:
    """Hide the groups in which somebody could be recognised, found or left out.

    A single hidden group could be had by subtracting the others from all, so that the smallest other is hidden too.
    """
    hidden = {group.name for group in groups if _is_small(group)}
    others = [group for group in groups if group.name not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda group: group.took_part).name)
    return [replace(group, is_told=group.name not in hidden) for group in groups]


def _is_small(group: Group) -> bool:
    left_out = group.took_part - group.matched
    return group.took_part < FEW or any(0 < number < FEW for number in (group.matched, left_out))


@dataclass(frozen=True, slots=True)
class Groups:
    """The same counts, cut in four ways."""

    sides: list[Group]
    areas: list[Group]
    genders: list[Group]
    levels: list[Group]


def count_groups(session: Session, kept: Round) -> Groups:
    """Count who took part and who was matched."""
    best = sa.select(sa.func.max(Spoken.level)).where(Spoken.member_id == Standing.member_id, Spoken.learns)
    level = best.correlate(Standing).scalar_subquery()
    band = sa.case((level.is_(None), None), (level < FROM_B1, BEGINNER), (level < FROM_C1, INDEPENDENT), else_=ADVANCED)
    told = (Consent.member_id == Standing.member_id, Consent.field_name == "gender", Consent.withdrawn_at.is_(None))
    gender = sa.case((sa.exists().where(*told), Profile.gender), else_=None)
    sides = {side.value: counts for side, counts in _count(session, kept, Profile.side).items()}
    areas = _count(session, kept, Area.name)
    return Groups(
        sides=_guarded(sides, [side.value for side in Side]),
        areas=_guarded(areas, sorted(areas)),
        genders=_guarded(_count(session, kept, gender), GENDERS),
        levels=_guarded(_count(session, kept, band), LEVELS),
    )


def _guarded(counts: dict[Any, tuple[int, int]], names: Iterable[str]) -> list[Group]:
    return guard([Group(name, *counts[name]) for name in names if name in counts])


def _count(session: Session, kept: Round, column: Any) -> dict[Any, tuple[int, int]]:
    """Count who took part and who was matched in each group."""
    told = (
        sa.select(column.label("name"), Standing.is_matched)
        .select_from(Standing)
        .join(Profile, Profile.member_id == Standing.member_id)
        .outerjoin(Area, Area.id == Profile.area_id)
        .where(Standing.round_id == kept.id, sa.or_(Standing.is_matched, Standing.reason.is_not(None)))
        .subquery()
    )
    matched = sa.func.sum(sa.cast(told.c.is_matched, sa.Integer))
    counted = sa.select(told.c.name, sa.func.count(), matched).where(told.c.name.is_not(None)).group_by(told.c.name)
    return {name: (took_part, int(found or 0)) for name, took_part, found in session.execute(counted)}

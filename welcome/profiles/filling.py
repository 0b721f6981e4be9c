"""Fill in a profile, step by step or whole. A field that needs consent is kept by that consent alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import service as accounts
from welcome.accounts.models import Consent
from welcome.database import insert_once, lock
from welcome.directory.models import Area
from welcome.errors import NotFound
from welcome.profiles import rules
from welcome.profiles.models import Interest, Profile, ShownTo, Side, Spoken
from welcome.profiles.vocabulary import (
    CHILDREN,
    EVERY_SLOT,
    GENDERS,
    INTERESTS,
    LANGUAGES,
    SITUATIONS,
    STAYS,
    TOPICS,
)

OFFERED: Mapping[str, Collection[str]] = {
    "situations": SITUATIONS,
    "children": CHILDREN,
    "planned_stay": STAYS,
    "gender": GENDERS,
}
EMPTY: Mapping[str, Any] = {"situations": (), "children": (), "planned_stay": None, "gender": None, "arrived_on": None}


def save_side(
    session: Session,
    member_id: int,
    side: Side,
    arrived_on: date | None = None,
    *,
    consents: bool = False,
    now: datetime,
) -> None:
    """Keep which side a member is on and, by consent, the month of arrival."""
    profile = _open(session, member_id, "side", now)
    profile.side = side
    arrived_on = rules.check_arrival(arrived_on, now.date()) if arrived_on and consents else None
    _keep_optional(session, profile, {"arrived_on": arrived_on}, {"arrived_on"} if consents else set(), now)


def save_languages(session: Session, member_id: int, languages: Sequence[rules.Language], *, now: datetime) -> None:
    """Keep the languages of a member in place of those before."""
    rules.check_languages(languages, LANGUAGES)
    _open(session, member_id, "languages", now)
    session.execute(sa.delete(Spoken).where(Spoken.member_id == member_id))
    session.add_all(Spoken(member_id=member_id, **_language_values(language)) for language in languages)
    session.flush()


def save_interests(session: Session, member_id: int, strengths: Mapping[str, int], *, now: datetime) -> None:
    """Keep the interests of a member (1 a little, 2 yes, 3 love it) in place of those before."""
    rules.check_words(strengths, INTERESTS)
    rules.check_words({str(strength) for strength in strengths.values()}, {"1", "2", "3"})
    _open(session, member_id, "interests", now)
    session.execute(sa.delete(Interest).where(Interest.member_id == member_id))
    session.add_all(Interest(member_id=member_id, code=code, strength=how) for code, how in strengths.items())
    session.flush()


def save_availability(session: Session, member_id: int, slots: int, *, now: datetime) -> None:
    """Keep when a member has time: a mask of 21 bits, Monday morning first."""
    _open(session, member_id, "availability", now).slots = slots & EVERY_SLOT


def save_area(session: Session, member_id: int, area_id: int | None, *, meets_online: bool, now: datetime) -> None:
    """Keep in which area a member is, and whether online is fine."""
    if area_id is not None and session.get(Area, area_id) is None:
        raise rules.UnknownWord
    profile = _open(session, member_id, "area", now)
    profile.area_id, profile.meets_online = area_id, meets_online


def save_family(
    session: Session, member_id: int, values: Mapping[str, Any], consents: Collection[str], *, now: datetime
) -> None:
    """Keep situations, children and planned stay, each only by its own consent; without it the value is deleted."""
    mine = {name: values.get(name) for name in ("situations", "children", "planned_stay")}
    _keep_optional(session, _open(session, member_id, "family", now), mine, consents, now)


def save_offers(
    session: Session, member_id: int, offers: Sequence[str], wishes: Sequence[str], about: str = "", *, now: datetime
) -> None:
    """Keep what a member can help with and what they would like help with."""
    rules.check_words([*offers, *wishes], TOPICS)
    text = rules.check_about(about)
    profile = _open(session, member_id, "offers", now)
    profile.offers, profile.wishes, profile.about = list(offers), list(wishes), text


def save_limits(
    session: Session, member_id: int, shown_to: ShownTo, gender: str | None, *, consents: bool, now: datetime
) -> None:
    """Keep to whom a member wants to be shown, and their gender by consent."""
    kept = gender if consents else None
    rules.check_limits(shown_to, kept)
    profile = _open(session, member_id, "limits", now)
    _keep_optional(session, profile, {"gender": kept}, {"gender"} if consents else set(), now)
    profile.shown_to = shown_to


def withdraw(session: Session, member_id: int, name: str, *, now: datetime) -> None:
    """Take back the consent to one optional field: its value is deleted in the same transaction."""
    if name not in EMPTY:
        raise NotFound
    profile = lock(session, Profile, member_id)
    if profile is None:
        raise NotFound
    if name == "gender":
        rules.check_limits(profile.shown_to, None)
    _keep_optional(session, profile, {name: None}, (), now)
    profile.updated_at = now


def _open(session: Session, member_id: int, step: str, now: datetime) -> Profile:
    """Return the member's profile for writing, made where there was none, with this step noted as done."""
    insert_once(session, Profile, member_id=member_id, updated_at=now)
    profile = session.get_one(Profile, member_id, populate_existing=True)
    if step not in profile.steps_done:
        profile.steps_done = [*profile.steps_done, step]
    profile.updated_at = now
    return profile


def _keep_optional(
    session: Session, profile: Profile, values: Mapping[str, Any], consents: Collection[str], now: datetime
) -> None:
    """Keep each value that is consented to; delete the others and note that consent is withdrawn."""
    for name, value in values.items():
        is_many = isinstance(EMPTY[name], tuple)
        if value and name in OFFERED:
            rules.check_words(value if is_many else [value], OFFERED[name])
        if value and name in consents:
            accounts.give_consent(session, profile.member_id, name, now=now)
            setattr(profile, name, list(value) if is_many else value)
        else:
            accounts.withdraw_consent(session, profile.member_id, name, now=now)
            setattr(profile, name, list(EMPTY[name]) if is_many else None)


def _language_values(language: rules.Language) -> dict[str, Any]:
    return {
        "language": language.code,
        "level": language.level,
        "teaches": language.teaches,
        "learns": language.learns,
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole profile in plain values. Optional fields are consented to by being there."""

    side: Side | None = None
    languages: Sequence[rules.Language] = ()
    interests: Mapping[str, int] = field(default_factory=dict)
    slots: int = 0
    area_id: int | None = None
    meets_online: bool = False
    offers: Sequence[str] = ()
    wishes: Sequence[str] = ()
    about: str | None = None
    arrived_on: date | None = None
    situations: Sequence[str] = ()
    children: Sequence[str] = ()
    planned_stay: str | None = None
    gender: str | None = None
    shown_to: ShownTo = ShownTo.EVERYONE
    steps_done: Sequence[str] = rules.STEPS


def save_profile(session: Session, member_id: int, draft: Draft, *, now: datetime) -> None:
    """Keep the whole profile of somebody who has none yet."""
    save_profiles(session, {member_id: draft}, now=now)


def save_profiles(session: Session, drafts: Mapping[int, Draft], *, now: datetime) -> None:
    """Keep the profiles of many members who have none yet, in four statements: a city is filled at once."""
    for draft in drafts.values():
        _check(draft, now)
    session.flush()
    rows: dict[type[Profile | Spoken | Interest | Consent], list[dict[str, Any]]] = {
        Profile: [_profile_values(member_id, draft, now) for member_id, draft in drafts.items()],
        Spoken: [
            {"member_id": member_id, **_language_values(language)}
            for member_id, draft in drafts.items()
            for language in draft.languages
        ],
        Interest: [
            {"member_id": member_id, "code": code, "strength": strength}
            for member_id, draft in drafts.items()
            for code, strength in draft.interests.items()
        ],
        Consent: [
            {"member_id": member_id, "field_name": name, "given_at": now}
            for member_id, draft in drafts.items()
            for name in rules.OPTIONAL_FIELDS
            if getattr(draft, name)
        ],
    }
    for table, values in rows.items():
        if values:
            session.execute(sa.insert(table), values)


def _check(draft: Draft, now: datetime) -> None:
    rules.check_languages(draft.languages, LANGUAGES)
    rules.check_words(draft.interests, INTERESTS)
    rules.check_words([*draft.offers, *draft.wishes], TOPICS)
    rules.check_limits(draft.shown_to, draft.gender)
    if draft.arrived_on:
        rules.check_arrival(draft.arrived_on, now.date())
    for name, offered in OFFERED.items():
        value = getattr(draft, name)
        rules.check_words([value] if isinstance(value, str) else value or (), offered)


def _profile_values(member_id: int, draft: Draft, now: datetime) -> dict[str, Any]:
    lists = {name: list(getattr(draft, name)) for name in ("offers", "wishes", "situations", "children", "steps_done")}
    plain = ("side", "area_id", "meets_online", "about", "planned_stay", "gender", "shown_to")
    return {
        "member_id": member_id,
        "slots": draft.slots & EVERY_SLOT,
        "arrived_on": draft.arrived_on.replace(day=1) if draft.arrived_on else None,
        "updated_at": now,
        **lists,
        **{name: getattr(draft, name) for name in plain},
    }

"""Tell other rooms what they may know of a member: all that the matching needs, and the little that others may see."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts import service as accounts
from welcome.accounts.models import Member
from welcome.directory.models import Area
from welcome.i18n import format_list, language_name
from welcome.i18n import gettext as _
from welcome.profiles import rules
from welcome.profiles.models import Interest, Profile, ShownTo, Side, Spoken
from welcome.profiles.vocabulary import side_label

Value = TypeVar("Value")

#: SQLite takes some 32,000 values in one statement.
AT_ONCE = 10_000
NOT_SAID: tuple[ShownTo, str | None] = (ShownTo.EVERYONE, None)


@dataclass(frozen=True, slots=True)
class Card:
    """What others may see of a member before both have said yes, and nothing else."""

    public_id: str
    first_name: str
    side: Side | None
    area: str | None
    teaches: tuple[str, ...]
    learns: tuple[str, ...]
    shared_interests: tuple[str, ...]

    @property
    def line(self) -> str:
        """Say in a sentence which languages this is about."""
        teaches, learns = (format_list([language_name(code) for code in some]) for some in (self.teaches, self.learns))
        if teaches and learns:
            return str(_("Can help with %(teaches)s and practises %(learns)s.", teaches=teaches, learns=learns))
        if teaches:
            return str(_("Can help with %(teaches)s.", teaches=teaches))
        if learns:
            return str(_("Practises %(learns)s.", learns=learns))
        return side_label(self.side) if self.side else ""


def find_profile(session: Session, member_id: int) -> Profile | None:
    """Return a member's profile, or None where nothing is said yet."""
    return session.get(Profile, member_id)


def get_profile(session: Session, member_id: int) -> Profile:
    """Return a member's profile, or an empty one that is not kept where nothing is said yet."""
    return find_profile(session, member_id) or empty_profile(member_id)


def empty_profile(member_id: int) -> Profile:
    """Return the profile of somebody who has said nothing."""
    return Profile(
        member_id=member_id,
        slots=0,
        meets_online=False,
        offers=[],
        wishes=[],
        situations=[],
        children=[],
        shown_to=ShownTo.EVERYONE,
        steps_done=[],
    )


def profiles_of(session: Session, ids: Iterable[int]) -> dict[int, Profile]:
    """Return the profiles of these members, by member."""
    return {
        profile.member_id: profile
        for some in _chunks(ids)
        for profile in session.scalars(sa.select(Profile).where(Profile.member_id.in_(some)))
    }


def languages_of(session: Session, ids: Iterable[int]) -> dict[int, list[Spoken]]:
    """Return the languages of these members, by member, best first."""
    languages: dict[int, list[Spoken]] = {}
    for some in _chunks(ids):
        order = (Spoken.level.desc(), Spoken.language)
        for spoken in session.scalars(sa.select(Spoken).where(Spoken.member_id.in_(some)).order_by(*order)):
            languages.setdefault(spoken.member_id, []).append(spoken)
    return languages


def interests_of(session: Session, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return the interests of these members with their strength, by member, strongest first."""
    interests: dict[int, dict[str, int]] = {}
    columns = (Interest.member_id, Interest.code, Interest.strength)
    for some in _chunks(ids):
        query = sa.select(*columns).where(Interest.member_id.in_(some))
        for member_id, code, strength in session.execute(query.order_by(Interest.strength.desc(), Interest.code)):
            interests.setdefault(member_id, {})[code] = strength
    return interests


def _chunks(values: Iterable[Value]) -> Iterator[list[Value]]:
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def side_of(session: Session, member_id: int) -> Side | None:
    """Return a member's side, or None where they have not said."""
    return session.scalar(sa.select(Profile.side).where(Profile.member_id == member_id))


def may_meet(session: Session, one_id: int, other_id: int) -> bool:
    """Whether two members may be shown to each other: no block, and both their limits hold."""
    if accounts.is_blocked(session, one_id, other_id):
        return False
    return may_be_shown(find_profile(session, one_id), find_profile(session, other_id))


def who_may_meet(session: Session, member_id: int, others: Sequence[int]) -> set[int]:
    """Return which of these members may be shown to a member, and the member to them; by one statement."""
    asked = sa.select(Member.id, Profile, Member.id.in_(accounts.kept_apart(member_id)))
    chosen = asked.outerjoin(Profile, Profile.member_id == Member.id).where(Member.id.in_([member_id, *others]))
    rows = {one: (profile, is_apart) for one, profile, is_apart in session.execute(chosen)}
    own = rows.get(member_id, (None, False))[0]
    there = {one: profile for one, (profile, is_apart) in rows.items() if not is_apart}
    return {other for other in others if other in there and may_be_shown(own, there[other])}


def may_be_shown(one: Profile | None, other: Profile | None) -> bool:
    """Whether the limits of two members let them be shown to each other."""
    limit, gender = (one.shown_to, one.gender) if one else NOT_SAID
    others_limit, others_gender = (other.shown_to, other.gender) if other else NOT_SAID
    return rules.permits(limit, gender, others_gender) and rules.permits(others_limit, others_gender, gender)


def card(session: Session, viewer_id: int, member: Member) -> Card:
    """Return what one member may see of another before both have said yes. Ask ``may_meet`` first."""
    return cards(session, viewer_id, [member])[0]


def cards(session: Session, viewer_id: int, members: Sequence[Member]) -> list[Card]:
    """Return the cards of several members, in their order, with five statements for all of them."""
    ids = [member.id for member in members]
    profiles, languages = profiles_of(session, ids), languages_of(session, ids)
    interests = interests_of(session, {*ids, viewer_id})
    mine = interests.get(viewer_id, {})
    areas = {area.id: area.name for area in session.scalars(sa.select(Area))}

    def one(member: Member) -> Card:
        profile, spoken = profiles.get(member.id), languages.get(member.id, [])
        return Card(
            public_id=member.public_id,
            first_name=member.first_name,
            side=profile.side if profile else None,
            area=areas.get(profile.area_id) if profile and profile.area_id else None,
            teaches=tuple(language.language for language in spoken if language.teaches),
            learns=tuple(language.language for language in spoken if language.learns),
            shared_interests=rules.shared(mine, interests.get(member.id, {})),
        )

    return [one(member) for member in members]


def count_fitting(session: Session, member_id: int, step: str) -> int | None:
    """Return how many others fit what a member said in a step, or None where that is nothing to count by.

    Counts below five are not told: they would point at somebody.
    """
    condition = _fitting(session, member_id, step)
    if condition is None:
        return None
    present = (Member.is_present, Member.id != member_id)
    number = session.scalar(sa.select(sa.func.count()).select_from(Member).where(*present, condition)) or 0
    return number if rules.worth_counting(number) else None


def _fitting(session: Session, member_id: int, step: str) -> sa.ColumnElement[bool] | None:
    if step == "languages":
        mine = languages_of(session, [member_id]).get(member_id, [])
        given = [spoken.language for spoken in mine if spoken.teaches]
        wanted = [spoken.language for spoken in mine if spoken.learns]
        learners = sa.and_(Spoken.learns, Spoken.language.in_(given))
        teachers = sa.and_(Spoken.teaches, Spoken.language.in_(wanted))
        return Member.id.in_(sa.select(Spoken.member_id).where(sa.or_(learners, teachers)))
    if step == "interests":
        codes = interests_of(session, [member_id]).get(member_id, {})
        return Member.id.in_(sa.select(Interest.member_id).where(Interest.code.in_(codes)))
    if step == "availability":
        slots = get_profile(session, member_id).slots
        return Member.id.in_(sa.select(Profile.member_id).where(Profile.slots.bitwise_and(slots) != 0))
    if step == "area":
        area_id = get_profile(session, member_id).area_id
        return Member.id.in_(sa.select(Profile.member_id).where(Profile.area_id == area_id)) if area_id else None
    return None

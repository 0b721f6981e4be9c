"""Members as the studies found them: where they come from, what they speak, when they are free, whom they bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from demo.names import LOCALS, NEWCOMERS, Culture
from welcome.profiles.filling import Draft
from welcome.profiles.models import ShownTo, Side
from welcome.profiles.rules import Language
from welcome.profiles.vocabulary import INTERESTS, TOPICS, mask_of

WEEK_DAYS = range(5)
#: Languages that locals like to learn, the most wished for more often.
WISHED = ("es", "es", "es", "fr", "fr", "it", "pt", "pt", "de", "en", "tr", "ar", "zh", "ja", "hi", "uk", "pl", "fa")
#: Months since arrival and how many of a hundred: most have been here for less than three years.
ARRIVED = ((0, 2, 12), (3, 11, 24), (12, 35, 29), (36, 59, 18), (60, 150, 17))
AGES = ("0-1", "2-3", "4-7", "8-11", "12-17")
AGE_SHARES = (10, 13, 35, 22, 20)
STAYS = (("year", 7), ("two-three", 32), ("four-five", 17), ("longer", 3), ("for-good", 21), ("unknown", 20))
LOVED = ("food.world", "food.coffee", "outdoors.walking", "sport.running", "mind.books", "mind.languages")
READS = ("nl", "ar", "en")  #: languages that letters can be written in


@dataclass(frozen=True, slots=True)
class Somebody:
    """One member in plain values."""

    first_name: str
    locale: str
    created_at: datetime
    profile: Draft


def invent(number: int, area_ids: Sequence[int], today: date, chance: Random) -> list[Somebody]:
    """Invent that many members: about two newcomers for each local, as at most such places."""
    return [_invent_one(area_ids, today, chance) for _ in range(number)]


def _invent_one(area_ids: Sequence[int], today: date, chance: Random) -> Somebody:
    side = chance.choices((Side.NEWCOMER, Side.LOCAL, Side.BOTH), (62, 34, 4))[0]
    cultures = LOCALS if side is Side.LOCAL else NEWCOMERS
    culture = chance.choices(cultures, [one.share for one in cultures])[0]
    is_woman = chance.random() < 0.57
    name = chance.choice(culture.women if is_woman else culture.men)
    months = _months_here(chance) if side is not Side.LOCAL else 0
    arrived = _months_before(today, months) if side is not Side.LOCAL else None
    languages = _local_languages(culture, chance) if side is Side.LOCAL else _languages(culture, months, chance)
    profile = _profile(side, languages, arrived, is_woman, area_ids, chance)
    # People join some time after they arrive, and most in the last year.
    days = int(chance.triangular(3, 420, 40))
    joined = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=days, minutes=chance.randrange(900))
    if arrived and joined.date() < arrived:
        joined = datetime.combine(arrived, datetime.min.time(), UTC) + timedelta(hours=20)
    native = culture.languages[0]
    locale = native if native in READS else "en"
    return Somebody(name, locale, min(joined, _midnight(today) - timedelta(days=2)), profile)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _months_here(chance: Random) -> int:
    first, last, _ = chance.choices(ARRIVED, [share for *_, share in ARRIVED])[0]
    return chance.randint(first, last)


def _months_before(today: date, months: int) -> date:
    past = today.year * 12 + today.month - 1 - months
    return date(past // 12, past % 12 + 1, 1)


def _languages(culture: Culture, months: int, chance: Random) -> tuple[Language, ...]:
    """A newcomer: fluent at home, good English, Dutch according to the months."""
    known = {code: Language(code, 7, teaches=chance.random() < 0.7) for code in culture.languages}
    known.setdefault("en", Language("en", chance.choices((3, 4, 5, 6), (8, 27, 40, 25))[0]))
    if chance.random() < 0.97:
        most = 1 if months < 4 else 3 if months < 24 else 5
        known["nl"] = Language("nl", chance.randint(1, most), learns=chance.random() < 0.8)
    return tuple(known.values())


def _local_languages(culture: Culture, chance: Random) -> tuple[Language, ...]:
    """A local: Dutch to give, and often a language to learn."""
    levels = {code: 7 if code == "nl" else 6 for code in culture.languages}
    known = {code: Language(code, level, teaches=chance.random() < 0.85) for code, level in levels.items()}
    known["en"] = Language("en", chance.choices((3, 4, 5), (20, 45, 35))[0])
    if chance.random() < 0.7:
        wish = chance.choice([code for code in WISHED if code not in known])
        known[wish] = Language(wish, chance.choices((1, 2, 3, 4), (45, 30, 17, 8))[0], learns=True)
    return tuple(known.values())


def _profile(
    side: Side,
    languages: tuple[Language, ...],
    arrived: date | None,
    is_woman: bool,
    area_ids: Sequence[int],
    chance: Random,
) -> Draft:
    situations = _situations(side, chance)
    is_shown = chance.random()
    return Draft(
        side=side,
        languages=languages,
        interests=_interests(chance),
        slots=_slots(situations, chance),
        area_id=chance.choice(area_ids),
        meets_online=chance.random() < 0.3,
        offers=chance.sample(tuple(TOPICS), chance.randint(0, 3) + (2 if side is Side.LOCAL else 0)),
        wishes=chance.sample(tuple(TOPICS), chance.randint(1, 4)) if side is not Side.LOCAL else (),
        arrived_on=arrived,
        situations=situations,
        children=_children(chance),
        planned_stay=chance.choices(*zip(*STAYS, strict=True))[0] if side is Side.NEWCOMER else None,
        gender="woman" if is_woman else "man",
        shown_to=ShownTo.WOMEN if is_woman and is_shown < 0.06 else ShownTo.EVERYONE,
    )


def _situations(side: Side, chance: Random) -> tuple[str, ...]:
    if side is Side.LOCAL:
        return chance.choices((("volunteer",), ("retired", "volunteer"), (), ("returned",)), (40, 20, 30, 10))[0]
    usual = (("expat",), ("spouse",), ("spouse", "looking-for-work"), ("student",), ("spouse", "at-home"), ("refugee",))
    return chance.choices(usual, (44, 10, 16, 14, 10, 6))[0]


def _children(chance: Random) -> tuple[str, ...]:
    if chance.random() > 0.27:
        return ()
    return tuple(sorted(set(chance.choices(AGES, AGE_SHARES, k=chance.choice((1, 1, 2))))))


def _interests(chance: Random) -> dict[str, int]:
    codes = {*chance.sample(tuple(INTERESTS), chance.randint(3, 6)), *chance.sample(LOVED, chance.randint(1, 3))}
    return {code: chance.choices((1, 2, 3), (20, 50, 30))[0] for code in sorted(codes)}


def _slots(situations: tuple[str, ...], chance: Random) -> int:
    """Partners and the retired are free in the daytime, workers in the evening, nearly all at the weekend."""
    is_free = bool({"spouse", "retired", "student", "refugee"} & set(situations))
    daytime = [day * 3 + part for day in WEEK_DAYS for part in (0, 1)]
    evening = [day * 3 + 2 for day in WEEK_DAYS]
    weekend = [day * 3 + part for day in (5, 6) for part in (0, 1)]
    chosen = chance.sample(daytime, 5 if is_free else 1) + chance.sample(evening, 2 if is_free else 3)
    return mask_of(chosen + chance.sample(weekend, 2))

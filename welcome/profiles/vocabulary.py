"""The words that a profile is made of. Codes are stored; labels are shown in the reader's language."""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString

from welcome.i18n import LANGUAGES as LANGUAGES  # the languages that can be spoken
from welcome.i18n import day_name, gettext
from welcome.i18n import lazy_gettext as _l
from welcome.profiles.interests import GROUPS
from welcome.profiles.models import ShownTo, Side

Labels = Mapping[str, LazyString]

#: Every interest: "food.world" -> "Cooking from around the world".
INTERESTS: Labels = {
    f"{group}.{leaf}": label for group, (_, leaves) in GROUPS.items() for leaf, label in leaves.items()
}
INTEREST_GROUPS: Labels = {group: name for group, (name, _) in GROUPS.items()}

#: What a mentor can help with, and what a newcomer may want help with.
TOPICS: Labels = {
    "health": _l("Doctors and health care"),
    "child-care": _l("Child care"),
    "school": _l("Schools"),
    "tax": _l("Tax return"),
    "driving": _l("Driving licence"),
    "housing": _l("Finding a home"),
    "transport": _l("Public transport and cycling"),
    "bank": _l("Banks and insurance"),
    "registration": _l("Registration and digital identity"),
    "sport-clubs": _l("Sport clubs"),
    "language": _l("Language lessons"),
    "partner-work": _l("Work for a partner"),
    "study": _l("Studying here"),
    "business": _l("Starting a business"),
    "volunteering": _l("Volunteering"),
    "culture": _l("How people do things here"),
    "cooking": _l("Cooking together"),
    "computer": _l("Computers and phones"),
    "coaching": _l("Coaching and listening"),
    "children": _l("Babysitting and play dates"),
}

SIDES: Mapping[Side, LazyString] = {
    Side.NEWCOMER: _l("I'm new here"),
    Side.LOCAL: _l("I live here"),
    Side.BOTH: _l("A bit of both"),
}
#: The same, said about somebody else.
SIDES_OF_OTHERS: Mapping[Side, LazyString] = {
    Side.NEWCOMER: _l("New here"),
    Side.LOCAL: _l("At home here"),
    Side.BOTH: _l("New and at home"),
}
SITUATIONS: Labels = {
    "spouse": _l("I came with my partner"),
    "expat": _l("I came for work"),
    "student": _l("I study here"),
    "volunteer": _l("I volunteer, or would like to"),
    "looking-for-work": _l("I am looking for work"),
    "at-home": _l("I am at home in the daytime"),
    "refugee": _l("I had to leave my country"),
    "returned": _l("I lived abroad and came back"),
    "retired": _l("I am retired"),
}
CHILDREN: Labels = {
    "expecting": _l("A baby on the way"),
    "0-1": _l("Baby (0-1)"),
    "2-3": _l("Toddler (2-3)"),
    "4-7": _l("Young school child (4-7)"),
    "8-11": _l("School child (8-11)"),
    "12-17": _l("Teenager (12-17)"),
    "18+": _l("Grown up"),
}
#: Situations and children that count and are never hinted at: who fled, who expects a child.
SENSITIVE = frozenset({"refugee", "expecting"})
STAYS: Labels = {
    "half-year": _l("About half a year"),
    "year": _l("About a year"),
    "two-three": _l("Two or three years"),
    "four-five": _l("Four or five years"),
    "longer": _l("Longer"),
    "for-good": _l("For good"),
    "unknown": _l("I don't know yet"),
}
GENDERS: Labels = {
    "woman": _l("Woman"),
    "man": _l("Man"),
    "other": _l("In another way"),
}
SHOWN_TO: Mapping[ShownTo, LazyString] = {
    ShownTo.EVERYONE: _l("Everyone"),
    ShownTo.OWN_GENDER: _l("People of my own gender"),
    ShownTo.WOMEN: _l("Women only"),
}

#: What is kept only by consent, as its member reads it.
OPTIONAL: Labels = {
    "arrived_on": _l("Month of arrival"),
    "situations": _l("Your situation"),
    "children": _l("Ages of your children"),
    "planned_stay": _l("How long you plan to stay"),
    "gender": _l("Your gender"),
}

LEVELS: Mapping[int, LazyString] = {
    1: _l("A1: a few words"),
    2: _l("A2: simple talk"),
    3: _l("B1: daily life"),
    4: _l("B2: most talks"),
    5: _l("C1: nearly everything"),
    6: _l("C2: like at home"),
    7: _l("Mother tongue"),
}
LEVEL_CODES: Mapping[int, str] = {1: "A1", 2: "A2", 3: "B1", 4: "B2", 5: "C1", 6: "C2", 7: "native"}
STRENGTHS: Mapping[int, LazyString] = {1: _l("A little"), 2: _l("I like it"), 3: _l("I love it")}

DAYPARTS = (_l("Morning"), _l("Afternoon"), _l("Evening"))
SLOT_COUNT = 7 * len(DAYPARTS)
EVERY_SLOT = (1 << SLOT_COUNT) - 1


def interest_label(code: str) -> str:
    """Return an interest's name; one that is no longer offered keeps its code."""
    return str(INTERESTS.get(code, code))


def topic_label(code: str) -> str:
    """Return a help topic's name."""
    return str(TOPICS.get(code, code))


def situation_label(code: str) -> str:
    """Return a situation's sentence."""
    return str(SITUATIONS.get(code, code))


def side_label(side: Side) -> str:
    """Return a side as said about somebody else."""
    return str(SIDES_OF_OTHERS[side])


def level_label(level: int) -> str:
    """Return a CEFR level with its plain description."""
    return str(LEVELS[level])


def slot_label(slot: int) -> str:
    """Return the name of one of the 21 slots (0 is Monday morning)."""
    number, part = divmod(slot, len(DAYPARTS))
    day = day_name(number)
    parts = (
        gettext("%(day)s morning", day=day),
        gettext("%(day)s afternoon", day=day),
        gettext("%(day)s evening", day=day),
    )
    return str(parts[part])


def slots_of(mask: int) -> list[int]:
    """Return the slots that are set in a mask of 21 bits."""
    return [slot for slot in range(SLOT_COUNT) if mask >> slot & 1]


def mask_of(slots: Iterable[int]) -> int:
    """Return the mask of 21 bits with these slots set."""
    mask = 0
    for slot in slots:
        mask |= 1 << slot
    return mask & EVERY_SLOT

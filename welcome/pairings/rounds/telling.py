"""Say the quality of a round in the reader's language, once for the page and for the file to take along."""

# gettext comes without types, and every function here returns what it says.
# mypy: disable-error-code="no-any-return"

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from flask_babel import format_decimal, format_percent

from welcome.i18n import gettext as _
from welcome.i18n import ngettext
from welcome.pairings.rounds.groups import Group
from welcome.pairings.rounds.quality import Quality
from welcome.pairings.rounds.tallies import FEW

Line = tuple[str, str]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  #: what a spreadsheet would compute instead of show


@dataclass(frozen=True, slots=True)
class Part:
    """Figures that belong together, as (name, value)."""

    title: str
    lines: list[Line]


def say_quality(quality: Quality) -> list[Part]:
    """Say all figures of a round; small counts stay hidden."""
    groups = quality.groups
    return [
        Part(_("Who found somebody"), _found(quality)),
        Part(_("How good the pairs are"), _good(quality)),
        Part(_("How fair it is"), _fair(quality)),
        Part(_("What became of it"), _became(quality)),
        Part(_("By side"), [_group(group, say_side(group.name)) for group in groups.sides]),
        Part(_("By gender, of those who say it"), [_group(group, say_gender(group.name)) for group in groups.genders]),
        Part(_("By level in their new language"), [_group(group, say_level(group.name)) for group in groups.levels]),
        Part(_("By district"), [_group(group, group.name) for group in groups.areas]),
    ]


def say_side(side: str) -> str:
    """Name a side in the plural."""
    return {"newcomer": _("Newcomers"), "local": _("Locals"), "both": _("On both sides")}[side]


def say_gender(gender: str) -> str:
    """Name a gender in the plural."""
    return {"woman": _("Women"), "man": _("Men"), "other": _("In another way")}[gender]


def say_level(level: str) -> str:
    """Name a band of levels."""
    return {"beginner": _("Up to A2"), "independent": _("B1 and B2"), "advanced": _("C1 and above")}[level]


def count(number: int) -> str:
    """Say a count, unless it is so small that somebody could be recognised."""
    return str(number) if number == 0 or number >= FEW else _("under 5")


def share(part: float, whole: float) -> str:
    """Say a share of people, unless it gives a small count away."""
    if not whole:
        return "–"
    small = any(0 < number < FEW for number in (part, whole, whole - part))
    return _("hidden") if small else format_percent(part / whole)


def _percent(value: float | None) -> str:
    return "–" if value is None else format_percent(value, "0.##%")


def _days(value: float | None) -> str:
    return "–" if value is None else ngettext("%(num)s day", "%(num)s days", round(value))


def _found(quality: Quality) -> list[Line]:
    figures = quality.figures
    return [
        (_("Took part"), count(figures["people"])),
        (_("Somebody fitted at all"), count(figures["matchable"])),
        (_("Were proposed to each other"), count(figures["matched"])),
        (_("Share of all"), share(figures["matched"], figures["people"])),
        (_("Share of those whom somebody fitted"), share(figures["matched"], figures["matchable"])),
        (_("Filled of what is possible"), _percent(figures.get("most_filled"))),
    ]


def _good(quality: Quality) -> list[Line]:
    figures = quality.figures
    total, bound = figures.get("total"), figures.get("bound")
    return [
        (_("Least good pair"), _percent(figures.get("worst"))),
        (_("Nineteen of twenty are better than"), _percent(figures.get("low"))),
        (_("Pair in the middle"), _percent(figures.get("median"))),
        (_("On average"), _percent(figures.get("mean"))),
        (_("Total, of what no round exceeds"), _percent(total / bound if total is not None and bound else None)),
        (_("Proven to be the best possible"), _("yes") if figures["is_proven"] else _("no")),
    ]


def _fair(quality: Quality) -> list[Line]:
    figures = quality.figures
    blocking = figures.get("blocking_pairs")
    return [
        (_("Pairs of a newcomer and a local"), _percent(figures["bridging"])),
        (_("What you asked for"), _percent(quality.target)),
        (_("What that costs of the total"), _percent(figures.get("bridging_cost"))),
        (_("Wait of those who were matched, in the middle"), _days(figures.get("wait_matched"))),
        (_("Wait of those who were left out, in the middle"), _days(figures.get("wait_unmatched"))),
        (_("Nineteen of twenty left out wait less than"), _days(figures.get("wait_longest"))),
        (_("Pairs not made that both would rather have"), "–" if blocking is None else count(blocking)),
        (_("The most that such a pair would gain"), _percent(figures.get("largest_regret"))),
        (_("How unevenly people were shown this week (0 is even)"), _gini(figures.get("gini"))),
        (_("Never shown this week"), _percent(figures.get("never_shown"))),
    ]


def _gini(value: float | None) -> str:
    return "–" if value is None else format_decimal(value, "0.00")


def _became(quality: Quality) -> list[Line]:
    return [
        (_("Proposals"), count(quality.proposed)),
        (_("Both said yes"), count(quality.accepted)),
        (_("Share of the proposals"), share(quality.accepted, quality.proposed)),
        (_("Lapsed without an answer"), share(quality.unanswered, quality.proposed)),
        (_("Proposed to each other once more too soon"), count(quality.repeats)),
        (_("Met once within 14 days"), count(quality.first_met)),
        (_("Met a third time within 60 days"), count(quality.third_met)),
    ]


def _group(group: Group, name: str) -> Line:
    if not group.is_told:
        return name, _("hidden")
    share_found = format_percent(group.matched / group.took_part)
    return name, _("%(matched)s of %(all)s (%(share)s)", matched=group.matched, all=group.took_part, share=share_found)


def as_csv(parts: Iterable[Part]) -> str:
    """Write the figures as a file for spreadsheets, in which no cell is a formula."""
    written = StringIO()
    writer = csv.writer(written)
    for part in parts:
        for name, value in part.lines:
            writer.writerow([_plain(cell) for cell in (part.title, name, value)])
    return "\ufeff" + written.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell

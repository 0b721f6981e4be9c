"""The rule of a series as a sentence: "Every first Tuesday, 18:30, until 30 June, not in August"."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import format_date, format_time

from welcome.events.models import Event
from welcome.i18n import day_name, format_list, month_names, ngettext
from welcome.i18n import gettext as _


def rule_in_words(event: Event) -> str | None:
    """Say how a series repeats, at the time and weekday of its first date; None for what does not repeat."""
    return words_of(event.rrule, event.occurrences[0].local_start) if event.occurrences else None


def words_of(rule: str | None, start: datetime) -> str | None:
    """Say what a rule means at the weekday and time of its start."""
    if not rule:
        return None
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    words = {"rhythm": _rhythm(parts, start), "end": _end(parts), "pauses": _pauses(parts)}
    if words["rhythm"] is None:
        return str(_("It repeats."))
    if words["end"] and words["pauses"]:
        return str(_("%(rhythm)s, %(end)s, not in %(pauses)s", **words))
    if words["end"]:
        return str(_("%(rhythm)s, %(end)s", **words))
    return words["rhythm"]


def _rhythm(parts: Mapping[str, str], start: datetime) -> str | None:
    said = {"weekday": day_name(start.weekday()), "time": format_time(start, "short", rebase=False)}
    if set(parts) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "COUNT", "UNTIL", "WKST"}:
        return None
    pace = (parts.get("FREQ", ""), parts.get("INTERVAL", "1"), parts.get("BYDAY", "")[:-2])
    rhythms = {
        ("WEEKLY", "1", ""): _("Every week on %(weekday)s, %(time)s", **said),
        ("WEEKLY", "2", ""): _("Every two weeks on %(weekday)s, %(time)s", **said),
        ("MONTHLY", "1", "1"): _("Every first %(weekday)s of the month, %(time)s", **said),
        ("MONTHLY", "1", "2"): _("Every second %(weekday)s of the month, %(time)s", **said),
        ("MONTHLY", "1", "3"): _("Every third %(weekday)s of the month, %(time)s", **said),
        ("MONTHLY", "1", "4"): _("Every fourth %(weekday)s of the month, %(time)s", **said),
        ("MONTHLY", "1", "-1"): _("Every last %(weekday)s of the month, %(time)s", **said),
    }
    found = None if "," in parts.get("BYDAY", "") else rhythms.get(pace)
    return str(found) if found else None


def _end(parts: Mapping[str, str]) -> str | None:
    if "UNTIL" in parts:
        day = date.fromisoformat(parts["UNTIL"][:8])
        return str(_("until %(day)s", day=format_date(day, "long", rebase=False)))
    if "COUNT" in parts:
        return str(ngettext("%(num)s time", "%(num)s times", int(parts["COUNT"])))
    return None


def _pauses(parts: Mapping[str, str]) -> str | None:
    kept = {int(month) for month in parts.get("BYMONTH", "").split(",") if month.isdecimal()}
    return format_list([name for number, name in month_names() if number not in kept]) if kept else None

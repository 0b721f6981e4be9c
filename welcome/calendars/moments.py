"""The times of one VEVENT as wall time: whatever it says of zones, days, ends and lengths."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar.prop.broken import vBroken

from welcome.calendars.entries import NoStart, RangeUnknown, TimeBroken, ZoneUnknown
from welcome.calendars.zones import Zones
from welcome.events.plans import When
from welcome.events.times import computed_instant, wall_time

YEARS = range(1900, 2200)  #: what people plan in
USUAL_LENGTH = timedelta(hours=1)


class Moments:
    """What a VEVENT says about time."""

    def __init__(self, component: Any, zones: Zones) -> None:
        """Remember where to look."""
        self.component, self.zones = component, zones

    def when(self) -> When:
        """Return start and end in the zone of the start."""
        start = self._moment("dtstart")
        if start is None:
            raise NoStart
        zone = self._zone("dtstart")
        if start.year not in YEARS:
            raise TimeBroken
        end = self._end(start, zone)
        return When(at_midnight(start), at_midnight(end), zone, not isinstance(start, datetime))

    def changes(self, zone: str) -> tuple[date | None, bool]:
        """Return the day or wall time of the date that is changed, and whether all later ones are too."""
        if "recurrence-id" not in self.component:
            return None, False
        moment = self._moment("recurrence-id", zone)
        reach = str(getattr(self._first("recurrence-id"), "params", {}).get("RANGE", "")).upper()
        if reach not in {"", "THISANDFUTURE"}:
            raise RangeUnknown
        return moment, reach != ""

    def listed(self, name: str, zone: str) -> Iterator[date]:
        """Return the moments of a list (RDATE, EXDATE); of a period its start."""
        values = self.component.get(name, [])
        for listed in values if isinstance(values, list) else [values]:
            if isinstance(listed, vBroken):
                raise TimeBroken
            own = self.zones.named(str(getattr(listed, "params", {}).get("TZID", ""))) or zone
            for one in getattr(listed, "dts", ()):
                yield self._wall(one.dt[0] if isinstance(one.dt, tuple) else one.dt, own, zone)

    def _end(self, start: date, zone: str) -> date:
        """Return the end; where a file says none, a day for a day and an hour for a time."""
        end = self._moment("dtend", zone)
        if end is not None:
            return end if end != start or isinstance(end, datetime) else end + timedelta(days=1)
        said = self.component.get("duration")
        duration = None if isinstance(said, vBroken) else getattr(said, "dt", None)
        if isinstance(duration, timedelta) and duration > timedelta(0):
            return start + duration
        return start + (USUAL_LENGTH if isinstance(start, datetime) else timedelta(days=1))

    def _moment(self, name: str, zone: str | None = None) -> date | None:
        first = self._first(name)
        if first is None:
            return None
        moment = None if isinstance(first, vBroken) else getattr(first, "dt", None)
        if not isinstance(moment, date):
            raise TimeBroken
        return self._wall(moment, self._zone(name), zone or self._zone(name))

    def _first(self, name: str) -> Any:
        """Return what a file says under a name: of several lines, where there should be one, the first."""
        value = self.component.get(name)
        return value[0] if isinstance(value, list) else value

    def _zone(self, name: str) -> str:
        tzid = getattr(self._first(name), "params", {}).get("TZID")
        if tzid is None:
            return self.zones.default
        zone = self.zones.named(str(tzid))
        if zone is None:
            raise ZoneUnknown(zone=str(tzid)[:60])
        return zone

    def _wall(self, moment: date, own_zone: str, zone: str) -> date:
        """Turn what a file says into wall time in ``zone``: an instant in UTC, a time somewhere, or a day."""
        if not isinstance(moment, datetime):
            return moment
        if moment.tzinfo is not None and moment.utcoffset() == timedelta(0) and moment.tzname() == "UTC":
            return wall_time(moment.astimezone(UTC), zone)
        naive = moment.replace(tzinfo=None)
        return naive if own_zone == zone else wall_time(computed_instant(naive, own_zone), zone)


def at_midnight(moment: date) -> datetime:
    """Return the beginning of a day, or the moment itself."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())

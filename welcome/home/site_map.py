"""Which pages search engines may find: what everybody may read, and nothing else."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy.orm import Session

from welcome.directory import entries
from welcome.events.filters import Filters
from welcome.events.finding import coming_occurrences

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
STANDING = (
    *("/", "/events", "/guide", "/help", "/help/matching", "/help/house-rules", "/help/organisers"),
    *("/help/coordinators", "/how-it-works", "/safety", "/emergency", "/privacy", "/accessibility"),
)
MOST_EVENTS = 2_000
#: What robots need not ask for: it is for members, or leads nowhere without them.
CLOSED = (
    *("/me", "/desk", "/login", "/logout", "/register", "/reset", "/confirm", "/notices", "/conversations", "/people"),
    *("/matches", "/requests", "/proposals", "/guests", "/report", "/calendars", "/embed", "/guide/correct"),
)


def pages(session: Session, *, now: datetime) -> list[tuple[str, str]]:
    """Return the paths of all public pages with the day of their last change; it is empty where nobody knows."""
    found = [(path, "") for path in STANDING]
    dates = coming_occurrences(session, now=now, limit=MOST_EVENTS, filters=Filters(each_once=True))
    for date in dates:
        changed_at = max(date.event.updated_at, date.changed_at)
        found.append((f"/events/{date.event.public_id}", changed_at.date().isoformat()))
    for entry in entries.whole_guide(session, today=now.date()):
        found.append((entry.path, entry.checked_on.isoformat() if entry.checked_on else ""))
    return found


def write(urls: Iterable[tuple[str, str]]) -> bytes:
    """Write the map as search engines read it."""
    root = Element("urlset", xmlns=SPACE)
    for address, changed_on in urls:
        url = SubElement(root, "url")
        SubElement(url, "loc").text = address
        if changed_on:
            SubElement(url, "lastmod").text = changed_on
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def rules_for_robots(map_url: str) -> str:
    """Say what robots may read, and where the map is."""
    return "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {map_url}", ""])

"""Feeds for readers of feeds: what is new, and when each of it last changed; as Atom (RFC 4287) and as RSS 2.0."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

SPACE = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a feed; its address is its name for ever."""

    url: str
    title: str
    updated_at: datetime
    author: str
    summary: str = ""


def atom(title: str, url: str, page: str, items: Iterable[Item], *, now: datetime) -> bytes:
    """Write a feed that is found at ``url`` and read as ``page``."""
    chosen = list(items)
    root = Element("feed", xmlns=SPACE)
    SubElement(root, "id").text = url
    SubElement(root, "title").text = _legal(title)
    SubElement(root, "updated").text = max((item.updated_at for item in chosen), default=now).isoformat()
    SubElement(root, "link", rel="self", href=url)
    SubElement(root, "link", rel="alternate", href=page)
    for item in chosen:
        entry = SubElement(root, "entry")
        SubElement(entry, "id").text = item.url
        SubElement(entry, "title").text = _legal(item.title)
        SubElement(entry, "updated").text = item.updated_at.isoformat()
        SubElement(entry, "link", rel="alternate", href=item.url)
        SubElement(SubElement(entry, "author"), "name").text = _legal(item.author)
        if item.summary:
            SubElement(entry, "summary").text = _legal(item.summary)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def rss(title: str, url: str, page: str, items: Iterable[Item], *, now: datetime) -> bytes:
    """Write the same for readers that know RSS only."""
    chosen = list(items)
    root = Element("rss", {"version": "2.0", "xmlns:atom": SPACE, "xmlns:dc": DUBLIN_CORE})
    channel = SubElement(root, "channel")
    for name, text in (("title", _legal(title)), ("link", page), ("description", _legal(title))):
        SubElement(channel, name).text = text
    SubElement(channel, "atom:link", rel="self", href=url, type=TYPES["rss"])
    SubElement(channel, "lastBuildDate").text = format_datetime(max((one.updated_at for one in chosen), default=now))
    for one in chosen:
        item = SubElement(channel, "item")
        SubElement(item, "title").text = _legal(one.title)
        SubElement(item, "link").text = one.url
        SubElement(item, "guid", isPermaLink="true").text = one.url
        SubElement(item, "pubDate").text = format_datetime(one.updated_at)
        SubElement(item, "dc:creator").text = _legal(one.author)
        if one.summary:
            SubElement(item, "description").text = _legal(one.summary)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


WRITERS = {"atom": atom, "rss": rss}


def _legal(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )

"""Feeds for readers of feeds: a title, what is new, and when each of it last changed (RFC 4287)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

SPACE = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a feed; its address is its name for ever."""

    url: str
    title: str
    updated_at: datetime
    author: str
    summary: str = ""


def feed(title: str, url: str, page: str, items: Iterable[Item], *, now: datetime) -> bytes:
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


def _legal(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )

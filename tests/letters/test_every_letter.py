"""Every kind of letter in every language: it can be written, read by any mail program, and is short enough.

What a letter says in English lies beside this file, in ``snapshots``, with stand-ins for what it speaks of;
``WELCOME_SNAPSHOTS=renew pytest tests/letters/test_every_letter.py`` writes them anew, to be read before they are kept.
"""

import os
import re
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.letters.standins import letter_of
from welcome.app import LETTERS
from welcome.i18n import LOCALES, text_direction

SNAPSHOTS = Path(__file__).parent / "snapshots"
KINDS = sorted(letter.kind for letter in LETTERS)
LONGEST_SUBJECT = 60
LARGEST = 102 * 1000
STRICT = SMTP.clone(raise_on_defect=True)
VOID = {"meta", "br", "hr", "img", "link", "input"}
#: Faces of a letter: what is true of it.
FACES = (True, False)


class Page(HTMLParser):
    """Reads HTML and keeps what is wrong with it, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.links: list[str] = []
        self.root: dict[str, str | None] = {}

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "html":
            self.root = said
        if tag == "a":
            self.links.append(said.get("href") or "")
        if tag in {"script", "link", "iframe", "form", "img"}:
            self.faults.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> where it does not belong")


def body(letter, kind):
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def faults_of(raw, locale, public_url):
    """Say what is wrong with a letter."""
    letter = message_from_bytes(raw, policy=STRICT)
    text, html = body(letter, "plain"), body(letter, "html")
    page = Page()
    page.feed(html)
    found = list(page.faults)
    checks = {
        f"its subject is empty or has 60 signs or more: {letter['Subject']}": 0
        < len(letter["Subject"])
        < LONGEST_SUBJECT,
        "it is too large": len(raw) < LARGEST,
        "it holds signs that some servers do not pass on": raw.isascii(),
        "a placeholder was not filled": not re.search(r"%\(\w+\)|\{\{|\}\}|\{%", f"{letter['Subject']}{text}{html}"),
        "a part of it is not there": "Undefined" not in text + html and "None" not in text,
        "its language or direction is wrong": (page.root.get("lang"), page.root.get("dir"))
        == (locale, text_direction(locale)),
        "a tag is left open": not page.open,
        "it leads elsewhere": all(link.startswith(public_url) for link in page.links),
        "its text leads nowhere": public_url in text or not page.links,
        "it does not say why one gets it": "--" in text,
        "it comes from nobody": bool(letter["From"].addresses[0].display_name),
        "it can be stopped in one way only": (letter["List-Unsubscribe"] is None)
        == (letter["List-Unsubscribe-Post"] is None)
        == (letter["List-Id"] is None),
    }
    return found + [fault for fault, is_right in checks.items() if not is_right]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_letter_is_well_in_every_language(app, locale):
    found = {}
    for kind in KINDS:
        for truth in FACES:
            raw = letter_of(app, kind, locale, truth=truth).as_bytes(policy=SMTP)
            faults = faults_of(raw, locale, app.config["PUBLIC_URL"])
            if faults:
                found[kind, truth] = faults
    assert found == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_discreet_reader_is_told_nothing_but_that_there_is_something(app, locale):
    told = set()
    for kind in KINDS:
        letter = letter_of(app, kind, locale, discreet=True)
        assert faults_of(letter.as_bytes(policy=SMTP), locale, app.config["PUBLIC_URL"]) == []
        assert app.config["INSTANCE_NAME"] not in letter["From"]
        if not app.extensions["letters"][kind].is_essential:
            assert not list(letter.iter_attachments())
            told.add((letter["Subject"], body(letter, "plain").partition("--")[0]))
    assert len(told) == 1


PLANTS = {
    "subject": lambda raw: re.sub(rb"Subject: .*", b"Subject: " + b"x" * 61, raw, count=1),
    "leads elsewhere": lambda raw: raw.replace(b'href=3D"http://localhost:8000', b'href=3D"http://evil.example'),
    "left open": lambda raw: raw.replace(b"</body>", b""),
    "placeholder": lambda raw: raw.replace(b"Subject: ", b"Subject: %(name)s "),
    "language": lambda raw: raw.replace(b'lang=3D"en"', b'lang=3D"nl"'),
    "stopped in one way": lambda raw: re.sub(rb"List-Id: .*\r\n", b"", raw),
}


@pytest.mark.parametrize("words", PLANTS)
def test_planted_faults_are_found(app, words):
    letter = letter_of(app, "welcome_event", "en")
    for part in letter.walk():  # readable, so that a fault can be planted
        if part.get_content_maintype() == "text":
            part.set_content(part.get_content(), subtype=part.get_content_subtype(), cte="quoted-printable")
    raw = letter.as_bytes(policy=SMTP)
    assert faults_of(raw, "en", app.config["PUBLIC_URL"]) == []
    assert any(words in fault for fault in faults_of(PLANTS[words](raw), "en", app.config["PUBLIC_URL"]))


def read(app, kind):
    """Write down a letter as its readers see it, in its two faces."""
    faces = []
    for truth in FACES:
        letter = letter_of(app, kind, "en", truth=truth)
        words = " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", body(letter, "html"), flags=re.DOTALL).split())
        text = re.sub(r"\n{3,}", "\n\n", body(letter, "plain")).strip()
        faces.append(f"Subject: {letter['Subject']}\n\n{text}\n\n[HTML] {words}\n")
    return faces[0] if faces[0] == faces[1] else "\n========\n\n".join(faces)


def test_every_letter_reads_as_it_was_read_before(app):
    if os.environ.get("WELCOME_SNAPSHOTS") == "renew":
        SNAPSHOTS.mkdir(exist_ok=True)
        for old in SNAPSHOTS.glob("*.txt"):
            old.unlink()
        for kind in KINDS:
            (SNAPSHOTS / f"{kind}.txt").write_text(read(app, kind), encoding="utf-8")
    kept = {file.stem: file.read_text(encoding="utf-8") for file in SNAPSHOTS.glob("*.txt")}
    changed = [kind for kind in KINDS if kept.get(kind) != read(app, kind)]
    assert changed == [], "read these letters, then renew the snapshots (the head of this file says how)"
    assert sorted(kept) == KINDS

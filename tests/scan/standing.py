"""A running Welcome with one of everything in it, looked at by nobody and by a member who may open every door."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tests.browser.city import running
from tests.browser.everything import fill
from tests.browser.seed import inside
from tests.browser.test_pages import addresses
from tests.nonsense import Forms
from tests.scan.described import describe
from tests.scan.planted import PAGES, plant
from tests.sessions import key_of
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import db, writing


@dataclass(frozen=True)
class Reader:
    """Somebody's cookie, and the token that the forms shown to them carry; nobody has no key."""

    key: str | None
    cookie: str
    token: str


@dataclass(frozen=True)
class Standing:
    """Where Welcome stands, who looks at it, what it is made of, and a folder for what is noted down."""

    url: str
    readers: list[Reader]
    pages: list[str]
    document: dict[str, Any]
    folder: Path


@contextmanager
def standing() -> Iterator[Standing]:
    """Run Welcome until the block ends."""
    with TemporaryDirectory() as name, running(f"sqlite:///{name}/welcome.db", "tests.scan.planted:served()") as city:
        things = fill(city)
        with inside(city) as app:
            plant(app)
            readers = [_reader(app, None), _reader(app, _key_of_carol())]
            pages = [*PAGES, *(page for found in addresses(app, things).values() for page in found)]
            read = [_read(city.url, page, reader) for reader in readers for page in pages]
            links, forms = [one for page in read for one in page.links], [one for page in read for one in page.found]
            document = describe(app, things, [*pages, *links], forms)
        yield Standing(city.url, readers, pages, document, Path(name))


def _key_of_carol() -> str:
    """Let Carol, who has begun everything, open every desk too."""
    carol = db.session.scalars(sa.select(Member.id).where(Member.first_name == "Carol")).one()
    with writing() as session:
        grant(session, carol, Role.ADMIN, scope_id=None, now=now())
    return key_of(carol)


def _reader(app: Flask, key: str | None) -> Reader:
    kept = {"csrf_token": token_hex(20)} | ({"_user_id": key, "_fresh": True, "fs_paa": time.time()} if key else {})
    sealer: Any = app.session_interface
    token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(kept["csrf_token"])
    return Reader(key, f"session={sealer.get_signing_serializer(app).dumps(kept)}", str(token))


def _read(url: str, page: str, reader: Reader) -> Forms:
    """Read the links and forms of a page."""
    reading = Forms(page)
    try:
        with urlopen(Request(url + page, headers={"Cookie": reader.cookie})) as answer:  # noqa: S310 (our own server)
            if answer.headers.get_content_type() == "text/html":
                reading.feed(answer.read().decode())
    except HTTPError as refused:
        refused.close()
    return reading

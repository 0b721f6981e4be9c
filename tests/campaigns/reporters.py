"""People who report over HTTP, and what they are told: members and visitors, in English and in Dutch."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Event, Thread
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from tests.campaigns.test_rush import Person, sign_in
from tests.people import JOINED, make_member
from welcome import error_pages
from welcome.accounts import devices
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import in_locale
from welcome.moderation.models import Category, Report

LOCALES = ("en", "nl")
PATIENCE_SECONDS = 150
AT_ONCE = 6


@dataclass
class Reporters:
    """Who reports whom, what has been said to have arrived, and every answer that was not honest."""

    people: list[Person]
    accused: list[str]
    not_saved: dict[str, str]  #: the sentence of the page, in each language
    port: int = 0
    arrived: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    dishonest: list[str] = field(default_factory=list)

    def report(self, words: str) -> bool:
        """Report once; return whether it is said to have arrived."""
        number = hash(words)
        status = self.send(words, self.people[number % len(self.people)], LOCALES[number % 2])
        self.statuses[status] += 1
        if status == 303:
            self.arrived.append(words)
        return status == 303

    def send(self, words: str, person: Person, locale: str) -> int:
        """Send the form and look at the answer; 0 when there was none."""
        number = hash(words) % len(self.accused)
        category = list(Category)[number % len(Category)]
        said = {"category": category.value, "words": words, "csrf_token": person.token}
        headers = {"Cookie": person.cookie, "Accept-Language": locale}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            line.request("POST", f"/report/member/{self.accused[number]}", urlencode(said), headers)
            answer = line.getresponse()
            page = unescape(answer.read().decode())
        except (OSError, HTTPException):
            return 0
        finally:
            line.close()
        is_honest = f'lang="{locale}"' in page and self.not_saved[locale] in page
        if answer.status != 303 and not (answer.status == 503 and is_honest):
            self.dishonest.append(f"{answer.status} in {locale}: {page[:2000]}")
        return answer.status

    def get(self, path: str) -> int:
        """Look at a page."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            line.request("GET", path)
            return line.getresponse().status
        finally:
            line.close()

    def missing(self) -> set[str]:
        """Return what is said to have arrived and is not there."""
        db.session.rollback()
        return set(self.arrived) - set(db.session.scalars(sa.select(Report.words)))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let a few report, one thing after the other, each thing once."""
        is_over, numbers = Event(), count()

        def go_on() -> None:
            while not is_over.wait(random.uniform(0, 0.1)):
                self.report(f"Report {next(numbers)} at {time.time()}")

        crowd = [Thread(target=go_on) for _ in range(AT_ONCE)]
        for one in crowd:
            one.start()
        try:
            yield
        finally:
            is_over.set()
            for one in crowd:
                one.join()


def settle(app: Flask) -> Reporters:
    """Make two moderators, and members who report each other; half of those who report have no account."""
    with writing() as session:
        members = [make_member(session, f"Reporter{number}", password=None) for number in range(8)]
        moderators = [make_member(session, f"Moderator{number}", password=None) for number in range(2)]
        accused = [make_member(session, f"Accused{number}", password=None) for number in range(12)]
        session.flush()
        for moderator in moderators:
            grant(session, moderator.id, Role.MODERATOR, now=JOINED)
        keys = [devices.start(session, one, "a phone", stays=True, now=now()) for one in members]
        people = [sign_in(app, one.id, key) for one, key in zip(members, keys, strict=True)]
        visitors = [sign_in(app, one.id, "") for one in members]
        refs = [one.public_id for one in accused]
    sentences = {}
    for locale in LOCALES:
        with in_locale(locale, "UTC"):
            sentences[locale] = str(error_pages.NOT_SAVED)
    return Reporters([*people, *visitors], refs, sentences)

"""Nobody finds out who is a member: a form answers a known and an unknown address alike, byte for byte and in time.

How long they take is measured in test_answers_on_the_tick.py, by `make campaigns` alone.
"""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.gatherings import make_event
from tests.letterbox import same
from tests.people import JOINED, PASSWORD, make_member
from tests.sessions import come_in, key_of
from tests.web.test_sign_up import CAROL
from welcome.accounts.models import Role
from welcome.accounts.service import grant
from welcome.clock import now
from welcome.database import writing

Ask = Callable[[FlaskClient, str], Any]
#: How many ask at the same time while it is measured how long they wait.
AT_ONCE = size("clients", small=4, full=4)


def sign_up(client: FlaskClient, address: str) -> Any:
    return client.post("/register", data={**CAROL, "email": address})


FORMS: dict[str, Ask] = {
    "sign-in": lambda client, address: client.post("/login", data={"email": address, "password": "wrong wrong wrong"}),
    "sign-up": sign_up,
    "reset": lambda client, address: client.post("/reset", data={"email": address}),
    "resend": lambda client, address: client.post("/confirm", data={"email": address}),
}


def told(answer: Any, address: str) -> tuple[int, dict[str, str], str]:
    """Return what an answer says, without the address that was typed and what differs from visit to visit."""
    headers = {name: re.sub(r"=[^;]{20,}", "=...", value) for name, value in answer.headers}
    return answer.status_code, headers, same(answer.text).replace(address, "...")


class Asking:
    """Ask each form about somebody and about nobody; each address is used once."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        with writing() as session:
            event = make_event(session, now())
            organiser = make_member(session, "Organiser")
            session.flush()
            grant(session, organiser.id, Role.ORGANISER, scope_id=event.organisation_id, now=JOINED)
            path, organiser_id = f"/desk/events/{event.public_id}/crew/members", organiser.id
        self.key = key_of(organiser_id)
        self.forms = {**FORMS, "invite": lambda client, address: client.post(path, data={"email": address})}

    def pairs(self, form: str, count: int) -> Iterator[tuple[str, str]]:
        """Yield somebody's address and nobody's, which are equally long."""
        names = [token_hex(8) for _ in range(count)]
        password = hash_password(PASSWORD)  # as this application hashes
        with writing() as session:
            for name in names:
                unconfirmed = {"confirmed_at": None} if form == "resend" else {}
                make_member(session, "K", email=f"{name}@welcome.example", password=password, **unconfirmed)
        yield from ((f"{name}@welcome.example", f"{token_hex(8)}@welcome.example") for name in names)

    def ask(self, form: str, address: str, client: FlaskClient | None = None) -> tuple[Any, float]:
        """Ask, and say how long it took."""
        client = client or self.client
        come_in(client, self.key if form == "invite" else None)
        began = time.perf_counter()
        answer = self.forms[form](client, address)
        return answer, time.perf_counter() - began

    def differing(self) -> list[str]:
        """Name the forms that tell."""
        found = []
        for form in self.forms:
            for known, unknown in self.pairs(form, 3):
                answers = [told(self.ask(form, address)[0], address) for address in (known, unknown)]
                found += [] if answers[0] == answers[1] else [f"{form}: {answers}"[:3000]]
        return found

    def differences(self, form: str, count: int, at_once: int = AT_ONCE) -> list[float]:
        """Return how much longer it took for somebody than for nobody; the two take turns in going first.

        A few ask at once: most of the time they wait for the tick, and the machine stays calm enough to measure.
        """

        def difference(turn: int, pair: tuple[str, str]) -> float:
            client, order = self.app.test_client(), ((0, 1) if turn % 2 else (1, 0))
            taken = {which: self.ask(form, pair[which], client)[1] for which in order}
            return taken[0] - taken[1]

        with ThreadPoolExecutor(at_once) as crowd:
            return list(crowd.map(difference, *zip(*enumerate(self.pairs(form, count)), strict=True)))


def chance(differences: list[float]) -> float:
    """Return the chance to guess right which of two is which (the area under the curve), from 0.5 to 1."""
    longer = sum(1.0 if one > 0 else 0.5 if one == 0 else 0.0 for one in differences) / len(differences)
    return max(longer, 1 - longer)


@pytest.fixture
def asking(app: Flask, client: FlaskClient) -> Asking:
    """Give the forms."""
    return Asking(app, client)


def test_no_form_tells_who_is_a_member(asking: Asking, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asking.differing() == []
    monkeypatch.setitem(app.config, "SECURITY_RETURN_GENERIC_RESPONSES", False)
    assert asking.differing()
    tell(
        "enumeration", f"{len(asking.forms)} forms answer alike, byte for byte", planted="answers that are not generic"
    )


def test_the_measure_is_right() -> None:
    assert (chance([1, 2, 3, 4]), chance([1, -1]), chance([0, -1, -2, -3])) == (1.0, 0.5, 0.875)

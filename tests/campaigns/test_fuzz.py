"""Hundreds of thousands of inputs over every form and every address: no fault, no traceback, no wait over two seconds.

The forms that pages show are filled by what they say of their fields (tests/nonsense.py); then every address is asked
for with nonsense in its path, query, headers and body. Small sizes: tests/web/test_bad_input.py.
"""

from typing import Any

import pytest
from flask import Flask, request

from tests import nonsense
from tests.authz import Reader
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.nonsense import Fuzz
from tests.web.test_bad_input import fuzz as fuzz
from welcome.accounts.access import Policy, access

READERS = (Reader.VISITOR, Reader.PARTICIPANT)


def by_form(fuzz: Fuzz, count: int) -> int:
    """Fill every form of every page so often that so many were sent."""
    forms = [(reader, form) for reader in READERS for form in list(fuzz.forms(reader))]
    began = fuzz.sent
    for reader, form in forms:
        fuzz.fill(reader, form, most=count // len(forms))
    return fuzz.sent - began


def by_address(fuzz: Fuzz, count: int) -> int:
    """Ask for every address until so many were asked for."""
    began = fuzz.sent
    while fuzz.sent < began + count:
        for reader in READERS:
            fuzz.addresses(reader, most=4)
    return fuzz.sent - began


def test_nothing_that_is_sent_breaks_anything(fuzz: Fuzz, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nonsense, "PATIENCE", 2.0)
    known = by_form(fuzz, size("fuzz", small=1_000, full=200_000))
    raw = by_address(fuzz, size("fuzz", small=1_000, full=200_000))
    assert fuzz.faults == []

    @access(Policy.PUBLIC)
    def careless() -> Any:
        return str(int(request.form["theme"]))

    monkeypatch.setitem(app.view_functions, "web.set_theme", careless)
    form = next(form for form in fuzz.forms(Reader.VISITOR) if form.action == "/theme")
    fuzz.fill(Reader.VISITOR, form, most=20)
    assert fuzz.faults
    tell("fuzz", f"{known:,} by form and {raw:,} by address, 0 faults, 0 over 2 s", planted="a form that breaks")

"""Nobody finds out who is a member from how long an answer took, with passwords hashed as in life (0.5 is a guess)."""

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

import pytest
from flask import Flask

from config import Settings
from tests.campaigns.figures import tell
from tests.campaigns.sizes import size
from tests.campaigns.test_enumeration import Asking, chance
from welcome.accounts import same_time
from welcome.app import create_app

PAIRS = size("enumeration", small=0, full=2_000)
PLANTED = 200
MOST = 0.55


def most(count: int) -> float:
    """Return what is allowed: chance alone stays four of its deviations below it, and of few pairs it makes more."""
    return max(MOST, 0.5 + 2 / sqrt(count))


@pytest.fixture
def slow(settings: Settings, app: Flask) -> Iterator[Asking]:
    """Give the forms of an application that hashes passwords as in life."""
    real = create_app(replace(settings, environment="development", limit_sign_in="", limit_sign_up=""))
    real.config["WTF_CSRF_ENABLED"] = False
    with real.app_context():
        yield Asking(real, real.test_client())


def test_no_form_takes_longer_for_a_member(slow: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {form: slow.differences(form, PAIRS // len(slow.forms)) for form in slow.forms}
    each = {form: round(chance(some), 3) for form, some in found.items()}
    print(each)
    monkeypatch.setattr(same_time, "TICK_SECONDS", 1e-6)
    # Without the tick nobody waits: several who ask at once would measure each other.
    planted = chance(slow.differences("resend", PLANTED, at_once=1))
    assert planted > most(PLANTED), planted
    together = [one for some in found.values() for one in some]
    all_ = chance(together)
    assert all_ <= most(len(together)) and max(each.values()) <= most(len(together) // len(found)), each
    tell("enumeration, time", f"AUC {all_:.3f} over {len(together):,} pairs, of one form at most {max(each.values())}",
         planted=f"AUC {planted:.3f} without the tick")  # fmt: skip

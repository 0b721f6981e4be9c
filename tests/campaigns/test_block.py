"""Ten thousand histories of four people who reach out to each other, with blocks in between: nobody is reached after.

What the blocked gets to see is, byte for byte, what they would get to see had the other closed their account.
"""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.campaigns.figures import tell
from tests.campaigns.histories import Histories
from tests.campaigns.sizes import size
from tests.rows import Rows
from tests.web.test_block_histories import NAMES
from welcome.accounts import closing
from welcome.accounts import service as accounts
from welcome.database import writing
from welcome.pairings import pairs

STEPS = 10
#: After each step it is asked who was reached; of so many histories one ends with the post and a few pages, or all.
SOME, ALL, FEW = 5, 50, 4


@pytest.fixture
def histories(app: Flask, client: FlaskClient, today: datetime) -> Histories:
    """Give the four and their town."""
    return Histories(app, client, today)


def faults(histories: Histories, seed: int) -> list[str]:
    """Tell one history and name who meets whom from whom they are apart."""
    histories.begin(seed)
    histories.go_on(STEPS)
    found = list(histories.sights(None if seed % ALL == 0 else FEW)) if seed % SOME == 0 else []
    return [f"{fault}: {histories.told}" for fault in found]


def differences(histories: Histories, seed: int) -> list[str]:
    """Name the pages that tell the blocked from somebody whose friend has closed the account."""
    histories.begin(seed)
    histories.acts = [act for act in histories.acts if act not in {histories.block, histories.close}]
    histories.go_on(STEPS)
    one, other = histories.dice.sample([name for name in NAMES if name not in histories.closed], 2)
    here, seen = Rows(), []
    for act in (accounts.block, closing.close_account):
        with writing() as session:
            told = (histories.ids[one],) if act is closing.close_account else (histories.ids[one], histories.ids[other])
            act(session, *told, now=histories.now)
        seen.append({path: histories.get(other, path) for path in histories.pages()})
        here.restore()
    return [f"{path} of {other}: {histories.told}" for path in seen[0] if seen[0][path] != seen[1].get(path)]


def test_nobody_is_reached_after_a_block(histories: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    count = size("histories", small=20, full=10_000)
    found = [fault for seed in range(count) for fault in faults(histories, seed)]
    assert found == [], "\n".join(found[:20])
    monkeypatch.setattr(pairs, "is_blocked", lambda *_: False)
    with pytest.raises(AssertionError):
        assert not [fault for seed in range(200) for fault in faults(histories, seed)]
    tell(
        "block",
        f"{count:,} histories of {STEPS} steps, 0 contacts after a block",
        planted="pairs that ask for no block",
    )


def test_the_blocked_sees_a_closed_account(histories: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    count = size("closed", small=3, full=300)
    found = [difference for seed in range(count) for difference in differences(histories, seed)]
    assert found == [], "\n".join(found[:20])
    monkeypatch.setattr(pairs, "is_blocked", lambda *_: False)
    assert [difference for seed in range(20) for difference in differences(histories, seed)]
    tell(
        "block, pages",
        f"{count:,} histories, 0 bytes tell a block from a closed account",
        planted="pairs that ask for no block",
    )

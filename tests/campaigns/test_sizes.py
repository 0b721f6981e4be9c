"""Campaigns are small unless somebody asks for all of it."""

import pytest

from tests.campaigns.sizes import size


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, 3),
        ({"WELCOME_CAMPAIGN": "full"}, 1000),
        ({"WELCOME_CAMPAIGN": "full", "WELCOME_CAMPAIGN_KILLS": "50"}, 50),
    ],
)
def test_the_environment_says_how_large(monkeypatch, environ, expected):
    for name in ("WELCOME_CAMPAIGN", "WELCOME_CAMPAIGN_KILLS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert size("kills", small=3, full=1000) == expected

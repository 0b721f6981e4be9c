"""The house keeps itself: its rules hold for every file, and each rule is shown to catch a breach."""

from pathlib import Path

import pytest

from tests import house_rules as rules

ROOT = Path(__file__).parents[1]
DOC = '"""Why."""\n'


def read_house(*tops: str) -> rules.House:
    files = [f for top in tops for f in [ROOT / f"{top}.py", *(ROOT / top).rglob("*.py")] if f.is_file()]
    return {name_of(file): file.read_text("utf-8") for file in sorted(files)}


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


HOUSE = read_house("config", "wsgi", "welcome", "demo", "bench")

BREACHES = [
    (
        rules.floors,
        {"welcome.post.service": "from welcome.events import models", "welcome.events.models": ""},
    ),
    (rules.floors, {"welcome.clock": "if TYPE_CHECKING:\n    from welcome.errors import Refusal"}),
    (rules.floors, {"welcome.events.service": "from welcome import app"}),
    (rules.floors, {"welcome.events.service": "import demo.city"}),
    (rules.floors, {"welcome.matching.solving.graph": "import welcome.matching.rounds.round"}),
    (rules.floors, {"welcome.matching.programme": "from welcome.matching.people.person import Person"}),
    (rules.floors, {"welcome.attic": ""}),
    (
        rules.circles,
        {"welcome.events.a": "from welcome.events import b", "welcome.events.b": "import welcome.events.a"},
    ),
    (
        rules.circles,
        {
            "demo.a": "import demo.b",
            "demo.b": "def f():\n    import demo.c",
            "demo.c": "from demo.a import x",
        },
    ),
    (rules.purity, {"welcome.matching.score": "from flask import g"}),
    (rules.purity, {"welcome.matching.score": "from welcome.clock import now"}),
    (rules.purity, {"welcome.events.rules": "from sqlalchemy import select"}),
    (rules.purity, {"welcome.events.rules": "from welcome.events.service import join"}),
    (rules.purity, {"welcome.events.service": "from flask import session"}),
    (rules.hidden_imports, {"welcome.events.service": "def f():\n    import json"}),
    (rules.hidden_imports, {"welcome.pairings.service": "def f():\n    from sklearn import tree"}),
    (rules.relative_imports, {"welcome.events.service": "from . import models"}),
    (rules.config, {"welcome.web": "from config import Settings"}),
    (rules.config, {"welcome.web": "if TYPE_CHECKING:\n    from config import Settings"}),
    (rules.clocks, {"welcome.events.views": "now = datetime.now(UTC)"}),
    (rules.clocks, {"welcome.events.views": "now = datetime.datetime.now"}),
    (rules.clocks, {"welcome.events.views": "today = date.today()"}),
    (rules.sockets, {"welcome.events.service": "import smtplib"}),
    (rules.sockets, {"welcome.events.service": "from urllib import request"}),
    (rules.transactions, {"welcome.events.service": "def join(session):\n    session.commit()"}),
    (rules.transactions, {"welcome.events.service": "with session.begin_nested():\n    pass"}),
    (rules.front_doors, {"welcome.pairings.views": "from welcome.events.forms import EventForm"}),
    (
        rules.front_doors,
        {"welcome.pairings.views": "from welcome.events import views", "welcome.events.views": ""},
    ),
    (
        rules.thresholds,
        {"welcome.events": DOC + "from welcome.events.models import Event", "welcome.events.models": DOC},
    ),
    (rules.names, {"welcome.events.utils": DOC}),
    (rules.names, {"welcome.events.service": "x = 1"}),
    (rules.sizes, {"welcome.events.service": "x = 1\n" * 401}),
]

ALLOWED = [
    (
        rules.floors,
        {"welcome.events.service": "from welcome.post.service import post\nimport welcome.events.rules"},
    ),
    (rules.floors, {"welcome.app": "from welcome import cli", "demo.city": "import welcome.app"}),
    (rules.floors, {"welcome.matching.rounds.round": "from welcome.matching.people.person import Person"}),
    (rules.purity, {"welcome.matching.score": "import math\nimport numpy as np\nfrom scipy import sparse"}),
    (
        rules.hidden_imports,
        {"welcome.pairings.x": "def f():\n    # It is slow.\n    from sklearn import tree"},
    ),
    (rules.config, {"welcome.app": "if TYPE_CHECKING:\n    from config import Settings"}),
    (rules.clocks, {"welcome.clock": "datetime.now(UTC)", "welcome.app": "clock.now()"}),
    (rules.sockets, {"welcome.post.smtp": "import smtplib"}),
    (rules.transactions, {"welcome.database": "session.commit()"}),
    (rules.front_doors, {"welcome.app": "from welcome.events.views import bp"}),
]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert not list(rule(HOUSE))


@pytest.mark.parametrize(("rule", "house"), BREACHES)
def test_the_rule_catches_a_planted_breach(rule, house):
    assert list(rule(house))


@pytest.mark.parametrize(("rule", "house"), ALLOWED)
def test_the_rule_lets_the_right_way_pass(rule, house):
    assert not list(rule(house))


def test_every_rule_is_proven_by_a_breach():
    assert {rule for rule, _ in BREACHES} == set(rules.RULES)

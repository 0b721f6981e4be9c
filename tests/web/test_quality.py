"""A round's quality and fairness: figures for its coordinator, and nothing by which somebody could be recognised."""

import csv
from io import StringIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.test_preview import compute, desk  # noqa: F401 (a fixture)
from welcome.accounts.service import give_consent
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.models import Area
from welcome.pairings import proposals
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rounds import telling
from welcome.pairings.rounds.groups import Group, guard
from welcome.profiles.models import Profile, Side


@pytest.fixture
def path(desk: FlaskClient) -> str:  # noqa: F811
    """Run a round, and let six pairs find each other."""
    found = desk.post("/desk/programmes/exchange/round").location
    compute()
    pairs = db.session.execute(sa.select(Proposal.public_id, Proposal.one_id, Proposal.other_id)).all()
    for offer, one, other in pairs:
        for person in (one, other):
            with writing() as session:
                proposals.answer(session, offer, person, yes=True, now=now())
    return f"{found}/quality"


def test_the_page_tells_the_figures(desk: FlaskClient, path: str):  # noqa: F811
    page = desk.get(path).text
    for words in ("Total, of what no round exceeds", "Newcomers", "6 of 6 (100%)", "Centrum", "12 of 12 (100%)"):
        assert words in page, words
    assert "<svg" in page and "Bob" not in page
    assert desk.get(path.removesuffix("/quality")).text.count(path) == 1


def test_gender_counts_only_with_consent(desk: FlaskClient, path: str):  # noqa: F811
    with writing() as session:
        session.execute(sa.update(Profile).values(gender="woman"))
        for member_id in session.scalars(sa.select(Profile.member_id).where(Profile.side == Side.NEWCOMER)).all():
            give_consent(session, member_id, "gender", now=now())
    rows = list(csv.reader(StringIO(desk.get(f"{path}.csv").text.removeprefix("\ufeff"))))
    assert ["By gender, of those who say it", "Women", "6 of 6 (100%)"] in rows
    assert ["By level in their new language", "Up to A2", "12 of 12 (100%)"] in rows


def test_the_file_holds_the_same_and_no_formula(desk: FlaskClient, path: str):  # noqa: F811
    with writing() as session:
        session.execute(sa.update(Area).where(Area.name == "Centrum").values(name='=HYPERLINK("x")'))
    answer = desk.get(f"{path}.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert ["What became of it", "Both said yes", "6"] in rows
    assert ["By district", '\'=HYPERLINK("x")', "12 of 12 (100%)"] in rows
    assert not [cell for row in rows for cell in row if cell.startswith(telling.FORMULA)]


def test_there_is_nothing_to_measure_before_a_round_is_done(desk: FlaskClient):  # noqa: F811
    found = desk.post("/desk/programmes/exchange/round").location
    assert desk.get(f"{found}/quality").status_code == 404


@pytest.mark.parametrize(
    ("took_part", "matched", "is_told"), [(4, 0, False), (5, 5, True), (9, 5, False), (10, 5, True), (9, 4, False)]
)
def test_a_group_is_told_only_when_nobody_can_be_recognised(took_part: int, matched: int, is_told: bool):
    assert guard([Group("x", took_part, matched)])[0].is_told is is_told


def test_what_is_hidden_cannot_be_had_by_subtracting():
    groups = guard([Group("newcomer", 233, 33), Group("local", 128, 34), Group("both", 19, 1)])
    assert [group.is_told for group in groups] == [True, False, False]
    assert all(group.is_told for group in guard([Group("newcomer", 20, 10), Group("local", 20, 10)]))


def test_a_share_that_gives_a_small_count_away_is_hidden(desk: FlaskClient):  # noqa: F811
    assert telling.count(4) == "under 5" and telling.share(10, 12) == "hidden"
    assert telling.share(6, 12) == "50%" and telling.share(0, 0) == "–"

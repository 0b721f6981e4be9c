"""Names, addresses, distances, files of areas, and the steps of a life here."""

from datetime import date

import pytest

from welcome.directory import rules
from welcome.directory.rules import AreaRow, BadAreas, NoWebsite, PairRow, life_step


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("  Café  ÉTÉ ", "cafe ete"),
        ("Straße", "strasse"),
        ("Łódź Øresund", "lodz oresund"),
        ("İstanbul ılık", "istanbul ilik"),
        ("مَكتَبة", "مكتبة"),
    ],
)
def test_it_searches_without_marks_and_capitals(typed: str, searched: str) -> None:
    assert rules.plain(typed) == searched


def test_it_makes_an_address_that_nobody_has() -> None:
    assert rules.slug_of("Café Wélcome!") == "cafe-welcome"
    assert rules.slug_of("Café Welcome", {"cafe-welcome", "cafe-welcome-2"}) == "cafe-welcome-3"
    assert rules.slug_of("مكتبة") == "place"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "ftp://x.org", "https://", "hello", "https://a@b.org", "https://a b.org", "http://[x"],
)
def test_it_takes_no_other_address_than_a_website(address: str) -> None:
    with pytest.raises(NoWebsite):
        rules.website_of(address)


def test_it_completes_a_website() -> None:
    assert rules.website_of(" library.example/en ") == "https://library.example/en"
    assert rules.website_of("  ") is None


def test_nearer_areas_are_closer_and_the_far_end_is_out_of_reach() -> None:
    centre, next_door, far = AreaRow("Centre", 0, 0), AreaRow("East", 3, 0), AreaRow("Far", 40, 0)

    assert rules.closeness_of(centre, next_door) == 0.75
    assert rules.closeness_of(centre, far) == 0.0


def test_areas_that_nobody_compared_are_reachable() -> None:
    assert rules.matrix_of([7, 9], []) == [[1.0, 0.5], [0.5, 1.0]]


def test_it_reads_areas_and_pairs() -> None:
    assert rules.read_areas([(2, {"name": "Centre", "x": "0", "y": "1.5"})]) == ([AreaRow("Centre", 0, 1.5)], [])
    assert rules.read_areas([(2, {"name": "Centre", "other": "East", "closeness": ".8"})]) == (
        [],
        [PairRow("Centre", "East", 0.8)],
    )


def test_it_names_every_mistake_with_its_line(app: object) -> None:
    rows = [
        (2, {"name": "Centre", "x": "0", "y": "north"}),
        (3, {"name": "", "x": "0", "y": "0"}),
        (4, {"name": "East", "x": "0", "y": "0"}),
        (5, {"name": "EAST", "x": "0", "y": "0"}),
        (6, {"name": "Nan", "x": "nan", "y": "0"}),
        (7, {"name": "A", "other": "B", "closeness": "2"}),
    ]

    with pytest.raises(BadAreas) as refusal:
        rules.read_areas(rows)

    assert [problem.split(":")[0] for problem in refusal.value.problems] == [
        "Line 2",
        "Line 3",
        "Line 5",
        "Line 6",
        "Line 7",
    ]


@pytest.mark.parametrize(
    ("arrived_on", "step"),
    [
        (date(2026, 12, 1), "before"),
        (date(2026, 11, 1), "first_week"),
        (date(2026, 8, 1), "first_months"),
        (date(2026, 7, 1), "staying"),
        (None, "staying"),
    ],
)
def test_a_step_of_life_follows_from_the_month_of_arrival(arrived_on: date | None, step: str) -> None:
    assert life_step(arrived_on, date(2026, 11, 20)) == step

"""The command line reads people, answers in words or JSON, and tells wrong lines by their number."""

import json

import pytest

from welcome.matching.__main__ import main

BOB = {
    "id": "bob",
    "side": "local",
    "languages": {"nl": {"level": "native", "teaches": True}, "pt": {"level": "A2", "learns": True}},
    "interests": {"choir": 3},
    "slots": ["mon-morning", "sat-evening"],
    "area": "Centre",
    "waiting_since": "2026-01-01",
}
CAROL = {
    "id": "carol",
    "side": "newcomer",
    "languages": {"pt": {"level": "native", "teaches": True}, "nl": {"level": "A2", "learns": True}},
    "interests": {"choir": 2},
    "slots": ["mon-morning"],
    "area": "South",
}


@pytest.fixture
def files(tmp_path):
    people, areas = tmp_path / "people.jsonl", tmp_path / "areas.csv"
    people.write_text("\n".join([json.dumps(BOB), "", json.dumps(CAROL)]), "utf-8")
    areas.write_text("area,area,closeness\nCentre,South,0.6\n", "utf-8")
    return str(people), str(areas)


def test_it_pairs_people_and_says_why(files, capsys):
    people, areas = files
    assert main(["round", people, "--kind", "exchange", "--areas", areas, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (pair,) = told["pairs"]
    assert (pair["first"], pair["second"]) == ("bob", "carol")
    assert pair["facts"]["interests"] == ["choir"]
    assert pair["facts"]["slots"] == ["mon-morning"]
    assert pair["gains"]["language"] == 0.35
    assert told["certificate"]["is_proven"]
    assert told["unmatched"] == []
    assert set(told["seconds"]) == {"reading", "matching"}


def test_it_says_who_is_left_out_and_what_would_help(files, capsys):
    people, _ = files
    assert main(["round", people, "--kind", "exchange"]) == 0
    out = capsys.readouterr().out
    assert "0 pairs, 0 of 2 people" in out
    assert "carol  reach" in out


def test_it_suggests(files, capsys):
    people, areas = files
    assert main(["suggest", people, "--id", "carol", "--areas", areas]) == 0
    out = capsys.readouterr().out
    assert "1 people fit carol" in out
    assert "mind: thin-language" in out


def test_people_who_avoid_each_other_are_never_paired(tmp_path, capsys):
    file = tmp_path / "people.jsonl"
    near = CAROL | {"area": "Centre", "avoid": ["bob", "somebody else"]}
    file.write_text(json.dumps(BOB) + "\n" + json.dumps(near), "utf-8")
    assert main(["round", str(file), "--kind", "exchange", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == []


def test_it_forms_circles(tmp_path, capsys):
    file = tmp_path / "people.jsonl"
    told = [{**person, "id": f"{person['id']}-{at}", "area": "Centre"} for person in (BOB, CAROL) for at in (1, 2)]
    file.write_text("\n".join(json.dumps(person) for person in told), "utf-8")
    assert main(["round", str(file), "--kind", "circles", "--json"]) == 0
    (circle,) = json.loads(capsys.readouterr().out)["circles"]
    assert circle["members"] == ["bob-1", "bob-2", "carol-1", "carol-2"]
    assert (circle["activities"], circle["slots"]) == (["choir"], ["mon-morning"])
    assert main(["round", str(file), "--kind", "circles", "--least-each", "3"]) == 0
    assert "In no circle: bob-1, bob-2, carol-1, carol-2" in capsys.readouterr().out


WRONG = [
    ("{", "line 2: no JSON"),
    ("[]", "line 2: not an object"),
    (json.dumps({"side": "local"}), "line 2: id is missing"),
    (json.dumps(BOB), "line 2: id 'bob' occurs twice"),
    (json.dumps(CAROL | {"languages": {"nl": {"level": "good"}}}), "line 2: languages.nl.level must be one of"),
    (json.dumps(CAROL | {"interests": {"choir": 9}}), "line 2: choir must lie between 1 and 3"),
    (json.dumps(CAROL | {"slots": ["monday"]}), "line 2: slots must be one of"),
    (json.dumps(CAROL | {"slots": "mon-morning"}), "line 2: slots must be a list"),
    (json.dumps(CAROL | {"waiting_since": "soon"}), "line 2: Invalid isoformat"),
    (json.dumps(CAROL | {"colour": "red"}), "line 2: unknown field 'colour'"),
]


@pytest.mark.parametrize(("line", "why"), WRONG)
def test_a_wrong_line_is_told_and_stops_the_rest_unless_asked(tmp_path, capsys, line, why):
    file = tmp_path / "people.jsonl"
    file.write_text("\n".join([json.dumps(BOB), line, json.dumps(CAROL | {"area": "Centre"})]), "utf-8")
    assert main(["round", str(file), "--kind", "exchange"]) == 2
    assert why in capsys.readouterr().err
    assert main(["round", str(file), "--kind", "exchange", "--json", "--skip-bad"]) == 0
    told = capsys.readouterr()
    assert why in told.err
    assert len(json.loads(told.out)["pairs"]) == 1


def test_it_tells_an_id_that_nobody_has(files, capsys):
    assert main(["suggest", files[0], "--id", "dan"]) == 2
    assert "nobody has the id 'dan'" in capsys.readouterr().err

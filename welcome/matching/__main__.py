"""The matcher without a server: ``python -m welcome.matching round PEOPLE.jsonl --kind exchange``."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from welcome.matching.circles.forming import Circles
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind, Programme
from welcome.matching.rounds.round import Round
from welcome.matching.suggestions.suggest import suggest
from welcome.matching.terminal.reading import LEVELS, BadLine, People, read_areas, read_people
from welcome.matching.terminal.telling import (
    circles_as_text,
    round_as_text,
    suggestions_as_text,
    tell_circles,
    tell_round,
    tell_suggestions,
)

WRONG_INPUT = 2
CIRCLES = "circles"


def main(arguments: list[str] | None = None) -> int:
    """Answer one command; return 0, or 2 when the input is wrong."""
    asked = _parser().parse_args(arguments)
    begun = time.perf_counter()
    try:
        people, population = _read(asked)
        programme = Programme(
            Kind.ACTIVITY if asked.kind == CIRCLES else Kind(asked.kind),
            minimum_level=LEVELS.index(asked.minimum_level),
            bridging=asked.bridging,
        )
    except (BadLine, OSError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
        return WRONG_INPUT
    for bad in people.bad:
        sys.stderr.write(f"skipped {bad}\n")
    if asked.command == "suggest" and asked.id not in {entry.id for entry in people.entries}:
        sys.stderr.write(f"nobody has the id {asked.id!r}\n")
        return WRONG_INPUT
    read = time.perf_counter()
    answer = _suggest if asked.command == "suggest" else _circles if asked.kind == CIRCLES else _round
    with _keeping_output_clean():
        told, text = answer(asked, people, population, programme)
    told["seconds"] = {"reading": round(read - begun, 4), "matching": round(time.perf_counter() - read, 4)}
    timing = "Reading took {reading:.2f} s, matching {matching:.2f} s.".format(**told["seconds"])
    sys.stdout.write(json.dumps(told, ensure_ascii=False) if asked.json else f"{text}\n{timing}")
    sys.stdout.write("\n")
    return 0


@contextmanager
def _keeping_output_clean() -> Iterator[None]:
    """Send what the solver itself writes to the standard output (HiGHS does, now and then) to errors."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m welcome.matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (("round", "pair everybody at once"), ("suggest", "suggest people to one person")):
        command = commands.add_parser(name, help=does, description=does)
        command.add_argument("people", metavar="PEOPLE.jsonl", help="one JSON object a line")
        kinds = [*(str(kind) for kind in Kind), *([CIRCLES] if name == "round" else [])]
        command.add_argument("--kind", choices=kinds, required=name == "round")
        command.add_argument("--areas", metavar="AREAS.csv", help="lines of area,area,closeness (0..1)")
        command.add_argument("--minimum-level", choices=LEVELS, default="A2", help="of a common language")
        command.add_argument("--bridging", type=float, help="share of pairs across the sides, 0..1")
        command.add_argument("--json", action="store_true", help="answer in JSON")
        command.add_argument("--skip-bad", action="store_true", help="go on without lines that are wrong")
    commands.choices["round"].add_argument("--seed", type=int, default=0, help="decides between equals")
    commands.choices["round"].add_argument("--least-each", type=int, default=2, help="of a side in a circle")
    commands.choices["suggest"].set_defaults(kind="exchange")
    commands.choices["suggest"].add_argument("--id", required=True, help="whom to suggest people to")
    commands.choices["suggest"].add_argument("--count", type=int, default=5)
    return parser


def _read(asked: argparse.Namespace) -> tuple[People, Population]:
    with Path(asked.people).open(encoding="utf-8") as lines:
        people = read_people(lines, skip_bad=asked.skip_bad)
    closeness = {}
    if asked.areas:
        with Path(asked.areas).open(encoding="utf-8", newline="") as lines:
            closeness = read_areas(lines)
    return people, people.population(closeness)


def _round(
    asked: argparse.Namespace, people: People, population: Population, programme: Programme
) -> tuple[dict[str, Any], str]:
    found = Round(programme, random_state=asked.seed).fit(population)
    told = tell_round(people, population, found)
    return told, round_as_text(told, found.report_)


def _circles(
    asked: argparse.Namespace, people: People, population: Population, programme: Programme
) -> tuple[dict[str, Any], str]:
    found = Circles(programme, least_each=asked.least_each, random_state=asked.seed).fit(population)
    told = tell_circles(people, found)
    return told, circles_as_text(told, found.report_)


def _suggest(
    asked: argparse.Namespace, people: People, population: Population, programme: Programme
) -> tuple[dict[str, Any], str]:
    row = people.row_of(asked.id)
    found = suggest(population, programme, row, count=asked.count)
    told = tell_suggestions(people, programme, row, found)
    return told, suggestions_as_text(told)


if __name__ == "__main__":
    sys.exit(main())

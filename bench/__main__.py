"""``python -m bench NAME``: measure rounds, suggestions, a market, circles, previews, pages or letters.

``--json`` prints one object a line.
"""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from bench import announce, circles, kept, market, optimum, pages, preview, rounds, scarce, shards, suggestions
from bench.town import REGIMES
from welcome.matching.programme import Kind

NAMES = (
    *("round", "optimum", "scarce", "suggest", "market", "circles"),
    *("preview", "shards", "pages", "kept", "announce"),
)


def main() -> None:
    """Run one measurement and print its lines as they come."""
    asked = _parser().parse_args()
    for line in _lines(asked):
        if asked.json:
            print(json.dumps(line), flush=True)
        else:
            print(", ".join(f"{name} {_short(value)}" for name, value in line.items()), flush=True)


def _lines(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for regime in asked.regime or (REGIMES if asked.name == "market" else ["standard"]):
        if asked.name == "round":
            yield from rounds.measure(asked.people or [1_000, 10_000], asked.kind or "exchange", regime, asked.repeats)
        elif asked.name == "market":
            kind, names = asked.kind or "mentorship", asked.ranking or tuple(market.RANKINGS)
            for size in asked.people or [400]:
                yield from market.measure(size, kind, regime, asked.repeats, names=names)
        elif asked.name == "optimum":
            yield from optimum.measure(asked.people or [5_000], asked.kind, regime)
        elif asked.name == "scarce":
            scarcely = regime if asked.regime else "scarce"
            yield from scarce.measure(asked.people or [1_000, 3_000], asked.kind or "exchange", scarcely, asked.repeats)
        elif asked.name == "circles":
            yield from circles.measure(asked.people or [40, 500], regime, asked.repeats)
        elif asked.name == "kept":
            yield from kept.measure(asked.people or [1_200, 10_000], regime)
        elif asked.name == "shards":
            yield from shards.measure(asked.people or [3_000], asked.kind or "exchange", regime)
        elif asked.name == "pages":
            for size in asked.people or [50_000]:
                yield from pages.measure(size)
        elif asked.name == "announce":
            for size in asked.people or [100_000]:
                yield from announce.measure(size)
        elif asked.name == "preview":
            yield from preview.measure(asked.people or [1_000, 10_000], regime)
        else:
            yield from suggestions.measure(asked.people or [57_000], asked.kind or "exchange", regime, asked.asks)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=NAMES, nargs="?", default="round")
    parser.add_argument("--people", type=int, nargs="+", help="sizes of the towns")
    parser.add_argument("--kind", choices=[str(kind) for kind in Kind], help="exchange; market: mentorship")
    parser.add_argument("--regime", choices=list(REGIMES), nargs="+", help="standard; market: all")
    parser.add_argument("--ranking", choices=list(market.RANKINGS), nargs="+", help="market: all")
    parser.add_argument("--repeats", type=int, default=3, help="how often a round is timed, or how many towns")
    parser.add_argument("--asks", type=int, default=1_000, help="how many people ask for suggestions")
    parser.add_argument("--json", action="store_true")
    return parser


def _short(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()

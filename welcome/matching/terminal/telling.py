"""Answers for the terminal, and for programs that read JSON."""

from dataclasses import asdict
from math import isnan
from typing import Any

from welcome.matching.circles.forming import Circles, CirclesReport
from welcome.matching.pairs.openings import Change, Opening
from welcome.matching.pairs.reasons import Explanation, explain
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme
from welcome.matching.rounds.report import Report
from welcome.matching.rounds.round import Round
from welcome.matching.suggestions.suggest import Suggestions
from welcome.matching.terminal.reading import LEVELS, SLOT_NAMES, People

Told = dict[str, Any]


def tell_round(people: People, population: Population, found: Round) -> Told:
    """Describe a round with ids in place of rows."""
    pairs = []
    for (first, second), score in zip(found.pairs_.tolist(), found.scores_.tolist(), strict=True):
        why = explain(population, found.programme, first, second)
        pairs.append(
            {"first": people.entries[first].id, "second": people.entries[second].id, "score": score} | _why(why)
        )
    unmatched = [
        {"id": people.entries[row].id, "reason": str(why.rule), "would_help": _opening(why.opening)}
        for row, why in found.unmatched_.items()
    ]
    return {
        "kind": str(found.programme.kind),
        "pairs": pairs,
        "unmatched": unmatched,
        "certificate": asdict(found.report_),
        "quality": {name: None if isnan(figure) else figure for name, figure in asdict(found.quality_).items()},
        "digest": found.digest_,
        "seed": found.random_state,
    }


def tell_circles(people: People, found: Circles) -> Told:
    """Describe circles with ids in place of rows."""
    circles = [
        {
            "members": [people.entries[row].id for row in circle.rows],
            "score": round(circle.score, 4),
            "slots": [SLOT_NAMES[slot] for slot in circle.slots],
            "activities": list(circle.activities),
            "languages": list(circle.languages),
        }
        for circle in found.circles_
    ]
    return {
        "kind": "circles",
        "circles": circles,
        "unmatched": [{"id": people.entries[row].id} for row in found.unplaced_.tolist()],
        "certificate": asdict(found.report_),
        "digest": found.digest_,
        "seed": found.random_state,
    }


def tell_suggestions(people: People, programme: Programme, row: int, found: Suggestions) -> Told:
    """Describe suggestions with ids in place of rows."""
    chosen = [
        {"id": people.entries[one.row].id, "score": one.why.score, "rank": one.rank} | _why(one.why)
        for one in found.chosen
    ]
    return {
        "kind": str(programme.kind),
        "id": people.entries[row].id,
        "suggestions": chosen,
        "fitting": found.fitting,
        "removed": {str(rule): count for rule, count in found.removed.items()},
        "would_help": [_opening(opening) for opening in found.openings],
    }


def _why(why: Explanation) -> Told:
    facts = asdict(why.facts)
    facts["common"] = [[c.language, LEVELS[c.mine], LEVELS[c.theirs]] for c in why.facts.common]
    facts["slots"] = [SLOT_NAMES[slot] for slot in why.facts.slots]
    return {
        "gains": {str(reason.part): round(reason.points, 4) for reason in why.mine},
        "their_gains": {str(reason.part): round(reason.points, 4) for reason in why.theirs},
        "facts": facts,
        "bridges": why.bridges,
        "caution": None if why.caution is None else str(why.caution),
    }


def _opening(opening: Opening | None) -> Told | None:
    if opening is None:
        return None
    code = opening.code
    if opening.change is Change.SLOT and isinstance(code, int):
        code = SLOT_NAMES[code]
    return {"change": str(opening.change), "to": code, "people": opening.people}


def round_as_text(told: Told, report: Report) -> str:
    """Lay a round out for reading."""
    lines = [f"{len(told['pairs'])} pairs, {report.matched} of {report.people} people"]
    for pair in told["pairs"]:
        lines += [f"{pair['first']} - {pair['second']}  {pair['score']:.2f}", *_pair_as_text(pair)]
    if told["unmatched"]:
        lines += ["", f"Not matched: {len(told['unmatched'])}"]
    lines += [f"{one['id']}  {one['reason']}{_help_as_text(one['would_help'])}" for one in told["unmatched"]]
    proof = "proven the best" if report.is_proven else f"at most {report.gap:.2%} below the best"
    lines += [
        "",
        f"Total {report.total:.4f} of at most {report.bound:.4f}: {proof}.",
        f"Worst pair {report.floor:.2f}; across the sides {report.bridging:.0%}.",
        f"Pairs not made that both would rather have: {told['quality']['blocking_pairs']}.",
        f"Digest {told['digest']}, seed {told['seed']}.",
    ]
    return "\n".join(lines)


def circles_as_text(told: Told, report: CirclesReport) -> str:
    """Lay circles out for reading."""
    lines = [f"{len(told['circles'])} circles, {report.placed} of {report.people} people"]
    for circle in told["circles"]:
        common = [*circle["activities"], *circle["slots"], *circle["languages"]]
        lines += [f"{', '.join(circle['members'])}  {circle['score']:.2f}", f"    share {', '.join(common)}"]
    if told["unmatched"]:
        lines += ["", "In no circle: " + ", ".join(one["id"] for one in told["unmatched"])]
    most = "proven the most" if report.is_number_proven else f"at most {report.bound} people could be placed"
    proof = "proven the best" if report.is_proven else most
    return "\n".join([*lines, "", f"{proof}. Digest {told['digest']}, seed {told['seed']}."])


def suggestions_as_text(told: Told) -> str:
    """Lay suggestions out for reading."""
    lines = [f"{told['fitting']} people fit {told['id']}"]
    for one in told["suggestions"]:
        lines += [f"{one['id']}  {one['score']:.2f}", *_pair_as_text(one)]
    if told["removed"]:
        lines.append("Left out by: " + ", ".join(f"{rule} {count}" for rule, count in told["removed"].items()))
    lines += [_help_as_text(opening).removeprefix("; ").capitalize() for opening in told["would_help"]]
    return "\n".join(lines)


def _pair_as_text(pair: Told) -> list[str]:
    facts = pair["facts"]
    shared = [*facts["interests"], *facts["situations"], *facts["children"], *facts["slots"]]
    spoken = [f"{code} {mine}/{theirs}" for code, mine, theirs in facts["common"]]
    lines = [
        f"    gains {_points(pair['gains'])} | {_points(pair['their_gains'])}",
        f"    speak {', '.join(spoken)}; share {', '.join(shared) or 'nothing named'}; {facts['nearness']}",
    ]
    return lines if pair["caution"] is None else [*lines, f"    mind: {pair['caution']}"]


def _points(gains: dict[str, float]) -> str:
    return f"{sum(gains.values()):.2f} = " + " + ".join(f"{part} {points:.2f}" for part, points in gains.items())


def _help_as_text(opening: Told | None) -> str:
    if opening is None:
        return ""
    return f"; {opening['change']} {opening['to'] or ''}".rstrip() + f" would open {opening['people']} more"

"""What a round comes to: computed from a draft without a session or a clock, kept in rows, and read again from them."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import isnan
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.matching.suggestions.attention import gini
from welcome.pairings import exposure
from welcome.pairings.models.rounds import Placing, Round, Standing
from welcome.pairings.rounds import drafts
from welcome.pairings.rounds.drafts import Draft
from welcome.pairings.rounds.running import AGAINST

Group = tuple[int, ...]
Progress = Callable[[float, str], None]

TOO_FEW, NOT_BALANCED = "too-few", "not-balanced"  #: why a circle has no place for somebody


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to, in members instead of rows. A group is a pair, in a directed programme the giver first."""

    groups: list[tuple[Group, float]]
    prices: dict[int, float]
    unmatched: dict[int, dict[str, Any]]
    figures: dict[str, Any]
    digest: str

    @property
    def matched(self) -> set[int]:
        """Everybody who is in a group."""
        return {person for group, _ in self.groups for person in group}

    def written(self) -> bytes:
        """Write all of it in one way only, so that two outcomes can be compared byte for byte."""
        groups = sorted((sorted(group), score) for group, score in self.groups)
        told = {"groups": groups, "prices": self.prices, "unmatched": self.unmatched, "figures": self.figures}
        return json.dumps({**told, "digest": self.digest}, sort_keys=True).encode()


def compute(drafted: Draft, progress: Progress | None = None) -> Outcome:
    """Find the best round. ``progress`` is told how far it is; what it raises ends the work."""
    tell = progress or (lambda done, step: None)
    return _pairs(drafted, tell) if drafted.least_each is None else _circles(drafted, drafted.least_each, tell)


def _pairs(drafted: Draft, tell: Progress) -> Outcome:
    # The solver brings scipy, which no other page needs.
    from welcome.matching.rounds.round import Round as Matcher

    crowd = drafted.crowd
    found = Matcher(crowd.settings, random_state=drafted.seed)
    found.fit(crowd.population, pinned=drafted.pinned, exposure=drafted.shown, progress=tell)
    paired = zip(found.pairs_.tolist(), found.scores_.tolist(), strict=True)
    return Outcome(
        groups=[((crowd.ids[one], crowd.ids[other]), score) for (one, other), score in paired],
        prices={crowd.ids[row]: float(price) for row, price in enumerate(found.prices_)},
        unmatched={crowd.ids[row]: _reason(left_out) for row, left_out in found.unmatched_.items()},
        figures={**asdict(found.report_), **_quality(found.quality_), **_attention(drafted.shown)},
        digest=found.digest_,
    )


def _circles(drafted: Draft, least_each: int, tell: Progress) -> Outcome:
    # It brings the same solver.
    from welcome.matching.circles.forming import Circles

    crowd = drafted.crowd
    found = Circles(crowd.settings, least_each=least_each, random_state=drafted.seed)
    found.fit(crowd.population, together=drafted.pinned, progress=tell)
    scores = [circle.score for circle in found.circles_]
    report = found.report_
    figures = {
        "people": report.people,
        "matchable": report.placeable,
        "matched": report.placed,
        "pairs": len(scores),
        "floor": min(scores, default=0.0),
        "total": sum(scores),
        "bound": None,
        "is_proven": report.is_proven,
        "gap": 1 - report.placed / report.bound if report.bound else 0.0,
        "bridging": float(least_each > 0),
        "bridging_cost": 0.0,
        "worst": min(scores, default=None),
        "median": median(scores) if scores else None,
        **_attention(drafted.shown),
    }
    left_out = NOT_BALANCED if report.placeable > report.placed else TOO_FEW
    return Outcome(
        groups=[(tuple(crowd.ids[row] for row in circle.rows), circle.score) for circle in found.circles_],
        prices=dict.fromkeys(crowd.ids, 0.0),
        unmatched={crowd.ids[row]: {"rule": left_out} for row in found.unplaced_.tolist()},
        figures=figures,
        digest=found.digest_,
    )


def _quality(quality: Any) -> dict[str, float | None]:
    """Return the figures of quality; JSON knows no NaN."""
    return {name: None if isnan(figure) else figure for name, figure in asdict(quality).items()}


def _attention(shown: exposure.Counts) -> dict[str, float]:
    """Return how evenly people were shown this week."""
    return {"gini": gini(shown), "never_shown": float((shown == 0).mean()) if len(shown) else 0.0}


def _reason(left_out: Any) -> dict[str, Any]:
    opening = left_out.opening
    if opening is None:
        return {"rule": left_out.rule.value}
    return {"rule": left_out.rule.value, "change": opening.change.value, "code": opening.code, "people": opening.people}


def keep(session: Session, kept: Round, drafted: Draft, outcome: Outcome) -> None:
    """Keep what a round came to, with all that it takes to run it again; what it came to before is forgotten."""
    for table in (Standing, Placing):
        session.execute(sa.delete(table).where(table.round_id == kept.id))
    kept.digest, kept.seed, kept.inputs = outcome.digest, drafted.seed, drafts.pack(drafted)
    kept.figures = outcome.figures | {name: kept.figures[name] for name in (AGAINST,) if name in kept.figures}
    matched = outcome.matched
    standings = [
        {
            "round_id": kept.id,
            "member_id": person,
            "is_matched": person in matched,
            "price": price,
            "reason": outcome.unmatched.get(person),
        }
        for person, price in outcome.prices.items()
    ]
    placings = [
        {"round_id": kept.id, "number": number, "member_id": person, "score": score}
        for number, (group, score) in enumerate(outcome.groups)
        for person in group
    ]
    for table, rows in ((Standing, standings), (Placing, placings)):
        whole: Any = table.__table__  # of the model, rows with and without a reason would go in by turns
        if rows:
            session.execute(sa.insert(whole), rows)


def recall(session: Session, programme_id: int, digest: str) -> Outcome | None:
    """Return what a round with this digest came to, if one is kept: the same would come of it again."""
    known = sa.select(Round).where(Round.programme_id == programme_id, Round.digest == digest)
    kept = session.scalar(known.order_by(Round.id.desc()).limit(1))
    return None if kept is None else read(session, kept)


def read(session: Session, kept: Round) -> Outcome:
    """Read what a round came to from its rows."""
    groups: dict[int, list[int]] = defaultdict(list)
    scores: dict[int, float] = {}
    placings = sa.select(Placing.number, Placing.member_id, Placing.score).where(Placing.round_id == kept.id)
    for number, member_id, score in session.execute(placings.order_by(Placing.id)):
        groups[number].append(member_id)
        scores[number] = score
    standings = session.execute(
        sa.select(Standing.member_id, Standing.price, Standing.reason).where(Standing.round_id == kept.id)
    ).all()
    return Outcome(
        groups=[(tuple(groups[number]), scores[number]) for number in groups],
        prices={row.member_id: row.price for row in standings},
        unmatched={row.member_id: row.reason for row in standings if row.reason},
        figures={name: figure for name, figure in kept.figures.items() if name != AGAINST},
        digest=kept.digest or "",
    )


def is_reproduced(session: Session, kept: Round) -> bool | None:
    """Run a round again from what went in; return whether every byte is the same, None when that is forgotten."""
    if kept.inputs is None or kept.digest is None:
        return None
    drafted = drafts.unpack(kept.inputs)
    return drafted.digest == kept.digest and compute(drafted).written() == read(session, kept).written()

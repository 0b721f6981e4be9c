"""Try settings on everybody who waits, without telling anybody: a round that is computed, counted and thrown away.

Only counts and scores are kept, no names, and those for one day. A programme has one preview; the next replaces it.
"""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock
from welcome.matching.programme import Part as Weight
from welcome.pairings import population, programmes, refusals
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import arrangements, making
from welcome.pairings.rounds.making import Draft, Outcome
from welcome.pairings.states import RoundKind, RoundState

KEEP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings that a coordinator tries: weights as they stand on the sliders, the bridging share in percent."""

    weights: dict[str, int]
    bridging: int
    minimum_level: int
    hold_days: int

    @classmethod
    def of(cls, programme: Programme) -> Self:
        """Return a programme's present settings."""
        settings = population.settings_of(programme)
        chosen = {part: settings.weights.get(part, 0.0) for part in Weight} if settings.weights else settings.shares()
        weights = chosen if max(chosen.values()) <= 1 else settings.shares()  # not all were set by sliders
        return cls(
            weights={part.value: round(100 * weight) for part, weight in weights.items()},
            bridging=round(100 * (settings.bridging or 0)),
            minimum_level=settings.minimum_level,
            hold_days=programme.hold_days,
        )

    def apply(self, programme: Programme) -> None:
        """Make them the programme's settings."""
        programme.weights = {name: weight / 100 for name, weight in self.weights.items()}
        dial = self.bridging / 100 if self.bridging else None
        programme.settings = {**programme.settings, "bridging": dial, "minimum_level": self.minimum_level}
        programme.hold_days = self.hold_days


def find(session: Session, programme_id: int) -> Round | None:
    """Return the programme's preview."""
    previews = sa.select(Round).where(Round.programme_id == programme_id, Round.kind == RoundKind.PREVIEW)
    return session.scalar(previews.order_by(Round.id.desc()).limit(1))


def trial_of(kept: Round) -> Trial:
    """Return what a preview tries."""
    return Trial(**kept.settings)


def start(session: Session, slug: str, trial: Trial, *, now: datetime) -> Round:
    """Ask for a preview; what was previewed before is forgotten."""
    programme = programmes.get_programme(session, slug)
    lock(session, Programme, programme.id)
    _forget(session, Round.programme_id == programme.id)
    kept = Round(
        programme_id=programme.id,
        kind=RoundKind.PREVIEW,
        started_at=now,
        due_at=now,
        seed=now.toordinal(),
        settings=asdict(trial),
    )
    session.add(kept)
    session.flush()
    return kept


def draft(session: Session, kept: Round, *, now: datetime) -> dict[str, Draft]:
    """Read everybody for the settings that are tried, for the present ones, and for both as if nothing was arranged."""
    trial, programme = trial_of(kept), kept.programme
    present = making.draft_round(session, kept.id, now=now)
    drafts = {"tried": _with(present, trial)}
    if trial != Trial.of(programme):
        drafts["present"] = present
    if any(arrangements.read_pairs(session, programme.id)):
        drafts["free"] = _with(making.draft_round(session, kept.id, arranged=False, now=now), trial)
    return drafts


def _with(drafted: Draft, trial: Trial) -> Draft:
    settings = replace(
        drafted.crowd.settings,
        weights={Weight(name): float(weight) for name, weight in trial.weights.items()},
        bridging=trial.bridging / 100 if trial.bridging else None,
        minimum_level=trial.minimum_level,
    )
    crowd = replace(drafted.crowd, settings=settings)
    pins = ((crowd.ids[one], crowd.ids[other]) for one, other in drafted.pinned)
    return replace(drafted, crowd=crowd, pinned=arrangements.rows_of(crowd, pins))


def keep(kept: Round, outcomes: dict[str, Outcome], *, now: datetime) -> None:
    """Keep the counts of a preview: what is, what would be, what changes, and what the arrangements cost."""
    tried = outcomes["tried"]
    present = outcomes.get("present", tried)
    kept.figures = {"present": _counted(present), "tried": _counted(tried), "changes": _changes(present, tried)}
    if "free" in outcomes:
        kept.figures["cost"] = _cost(outcomes["free"].figures, tried.figures)
    kept.state, kept.done_at, kept.step, kept.leased_until = RoundState.PREVIEWED, now, None, None
    kept.digest = tried.digest


def _cost(free: dict[str, Any], tried: dict[str, Any]) -> dict[str, Any]:
    """Return what arranging costs: people who find nobody, and the share of the total score."""
    total = 1 - tried["total"] / free["total"] if free["total"] else 0.0
    return {"people": free["matched"] - tried["matched"], "total": total}


def _counted(outcome: Outcome) -> dict[str, Any]:
    reasons = Counter(reason["rule"] for reason in outcome.unmatched.values())
    return {**outcome.figures, "left_out": len(outcome.unmatched), "reasons": dict(reasons.most_common())}


def _changes(present: Outcome, tried: Outcome) -> dict[str, int]:
    before = {(one, other) for one, other, _ in present.pairs}
    after = {(one, other) for one, other, _ in tried.pairs}
    people_before, people_after = ({person for pair in pairs for person in pair} for pairs in (before, after))
    return {
        "same": len(before & after),
        "new": len(after - before),
        "gained": len(people_after - people_before),
        "lost": len(people_before - people_after),
    }


def keep_settings(session: Session, slug: str, public_id: str) -> None:
    """Take the settings of a preview over into the programme, if it is still the preview that was looked at."""
    programme = programmes.get_programme(session, slug)
    kept = find(session, programme.id)
    if kept is None or kept.public_id != public_id:
        raise refusals.PreviewGone
    trial_of(kept).apply(programme)


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the previews of yesterday."""
    _forget(session, Round.started_at < now - KEEP)


def _forget(session: Session, condition: sa.ColumnElement[bool]) -> None:
    session.execute(sa.delete(Round).where(Round.kind == RoundKind.PREVIEW, condition))

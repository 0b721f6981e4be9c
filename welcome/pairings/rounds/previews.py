"""Try settings on everybody who waits, without telling anybody: a round that is computed, looked at and thrown away.

A programme has one preview; the next replaces it. What was solved is kept for a day, so that the same people under the
same settings are not solved twice: a preview is held against the present settings and, where a coordinator arranged
something, against the same settings without it.
"""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.database import lock
from welcome.matching.programme import Part as Weight
from welcome.matching.programme import Programme as Settings
from welcome.pairings import population, programmes, refusals
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.rounds import arrangements, costs, drafts, outcomes, running
from welcome.pairings.rounds.drafts import LEAST_EACH, Draft
from welcome.pairings.rounds.outcomes import Outcome
from welcome.pairings.states import ProgrammeKind, RoundKind, RoundState

KEEP = timedelta(days=1)
TRIED, PRESENT, FREE = "tried", "present", "free"


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings that a coordinator tries: weights as they stand on the sliders, shares in percent."""

    weights: dict[str, int]
    minimum_level: int
    hold_days: int
    bridging: int = 0
    floor: int = 0
    least_each: int | None = None

    @classmethod
    def of(cls, programme: Programme) -> Self:
        """Return a programme's present settings."""
        settings = population.settings_of(programme)
        chosen = {part: settings.weights.get(part, 0.0) for part in Weight} if settings.weights else settings.shares()
        weights = chosen if max(chosen.values()) <= 1 else settings.shares()  # not all were set by sliders
        is_circle = programme.kind is ProgrammeKind.CIRCLES
        return cls(
            weights={part.value: round(100 * weight) for part, weight in weights.items()},
            bridging=round(100 * (settings.bridging or 0)),
            minimum_level=settings.minimum_level,
            hold_days=programme.hold_days,
            floor=round(100 * settings.floor),
            least_each=programme.settings.get("least_each", LEAST_EACH) if is_circle else None,
        )

    def apply(self, programme: Programme) -> None:
        """Make them the programme's settings."""
        programme.weights = {name: weight / 100 for name, weight in self.weights.items()}
        dial = self.bridging / 100 if self.bridging else None
        chosen = {"bridging": dial, "minimum_level": self.minimum_level, "floor": self.floor / 100}
        if self.least_each is not None:
            chosen["least_each"] = self.least_each
        programme.settings = {**programme.settings, **chosen}
        programme.hold_days = self.hold_days

    def on(self, drafted: Draft) -> Draft:
        """Return the same people under these settings."""

        def change(settings: Settings) -> Settings:
            return replace(
                settings,
                weights={Weight(name): weight / 100 for name, weight in self.weights.items()},
                bridging=self.bridging / 100 if self.bridging else None,
                minimum_level=self.minimum_level,
                floor=self.floor / 100,
            )

        return replace(drafts.with_settings(drafted, change), least_each=self.least_each)


def find(session: Session, programme_id: int) -> Round | None:
    """Return the programme's preview."""
    previews = sa.select(Round).where(Round.programme_id == programme_id, Round.kind == RoundKind.PREVIEW)
    return session.scalar(previews.order_by(Round.id.desc()).limit(1))


def trial_of(kept: Round) -> Trial:
    """Return what a preview tries."""
    return Trial(**kept.settings)


def start(session: Session, slug: str, trial: Trial, *, now: datetime) -> Round:
    """Ask for a preview. What was previewed before may be what this one is held against; the rest is forgotten."""
    programme = programmes.get_programme(session, slug)
    lock(session, Programme, programme.id)
    earlier = (Round.programme_id == programme.id, Round.kind == RoundKind.PREVIEW)
    session.execute(sa.delete(Round).where(*earlier, Round.state != RoundState.PREVIEWED))
    session.execute(sa.update(Round).where(*earlier).values(kind=RoundKind.COMPARISON))
    kept = Round(
        programme_id=programme.id,
        kind=RoundKind.PREVIEW,
        started_at=now,
        due_at=now,
        seed=running.seed_of(now),
        settings=asdict(trial),
    )
    session.add(kept)
    session.flush()
    return kept


def draft(session: Session, kept: Round, *, now: datetime) -> dict[str, Draft]:
    """Read everybody for the settings that are tried, for the present ones, and for both as if nothing was arranged."""
    trial, present = trial_of(kept), Trial.of(kept.programme)
    read = drafts.draft_round(session, kept.id, now=now)
    found = {TRIED: trial.on(read)}
    if trial != present:
        found[PRESENT] = present.on(read)
    if any(arrangements.read_pairs(session, kept.programme_id)):
        found[FREE] = trial.on(drafts.draft_round(session, kept.id, arranged=False, now=now))
    return found


def keep_comparison(session: Session, kept: Round, drafted: Draft, outcome: Outcome, *, now: datetime) -> None:
    """Keep what a preview is held against, for the next one."""
    other = Round(
        programme_id=kept.programme_id,
        kind=RoundKind.COMPARISON,
        state=RoundState.PREVIEWED,
        started_at=now,
        due_at=now,
        done_at=now,
        settled_at=now,
    )
    session.add(other)
    session.flush()
    outcomes.keep(session, other, drafted, outcome)


def finish(kept: Round, found: dict[str, Outcome], *, now: datetime) -> None:
    """Note what changes against the present settings, and what the arrangements cost."""
    tried = found[TRIED]
    present = found.get(PRESENT, tried)
    against: dict[str, Any] = {"present": counted(present), "changes": _changes(present, tried)}
    if FREE in found:
        against["cost"] = costs.of_change(found[FREE].figures, tried.figures)
    kept.figures = {**kept.figures, running.AGAINST: against}
    kept.state, kept.done_at, kept.step, kept.leased_until = RoundState.PREVIEWED, now, None, None
    kept.progress = 1.0


def counted(outcome: Outcome) -> dict[str, Any]:
    """Return the figures of an outcome, and why people were left out."""
    reasons = Counter(reason["rule"] for reason in outcome.unmatched.values())
    return {**outcome.figures, "left_out": len(outcome.unmatched), "reasons": dict(reasons.most_common())}


def _changes(present: Outcome, tried: Outcome) -> dict[str, int]:
    before, after = ({frozenset(group) for group, _ in outcome.groups} for outcome in (present, tried))
    return {
        "same": len(before & after),
        "new": len(after - before),
        "gained": len(tried.matched - present.matched),
        "lost": len(present.matched - tried.matched),
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
    tried = Round.kind.in_((RoundKind.PREVIEW, RoundKind.COMPARISON))
    session.execute(sa.delete(Round).where(tried, Round.started_at < now - KEEP))

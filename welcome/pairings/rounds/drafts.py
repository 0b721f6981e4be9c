"""Everything that decides a round, read at one moment; and packed, so that it can be run again within a week."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.matching.circles.together import told_apart
from welcome.matching.people.fingerprint import digest
from welcome.matching.people.person import Person, Spoken
from welcome.matching.people.population import Population
from welcome.matching.programme import Kind
from welcome.matching.programme import Part as Weight
from welcome.matching.programme import Programme as Settings
from welcome.pairings import exposure, history, population, programmes, rules, seats
from welcome.pairings.models.programmes import Enrolment, Programme
from welcome.pairings.models.rounds import Round
from welcome.pairings.population import Crowd
from welcome.pairings.rounds import arrangements
from welcome.pairings.states import ProgrammeKind

LEAST_EACH = 2  #: newcomers, and locals, in a circle, unless the programme says otherwise
SETS = ("children", "situations", "offers", "wishes")


@dataclass(frozen=True, slots=True)
class Draft:
    """What goes into a round. ``least_each`` is for circles, and None where two people are paired."""

    programme_id: int
    crowd: Crowd
    seed: int
    shown: exposure.Counts
    pinned: list[tuple[int, int]]  # rows
    least_each: int | None = None

    @property
    def digest(self) -> str:
        """The fingerprint of all of it: the same one means the same round."""
        crowd = self.crowd
        if self.least_each is not None:
            wanted = told_apart(self.least_each, self.pinned)
            return digest(crowd.population, crowd.settings, self.seed, wanted, None)
        return digest(crowd.population, crowd.settings, self.seed, self.pinned, self.shown)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as they are kept beside the round."""
        told = asdict(self.crowd.settings)
        return {**told, "least_each": self.least_each} if self.least_each is not None else told


def draft(session: Session, slug: str, *, seed: int = 0, now: datetime) -> Draft:
    """Read everybody who waits in a programme."""
    return _draft(session, programmes.get_programme(session, slug), seed, now)


def draft_round(session: Session, round_id: int, *, arranged: bool = True, now: datetime) -> Draft:
    """Read everybody for a round that was asked for; as if nothing had been arranged, if that is asked for."""
    kept = session.get_one(Round, round_id)
    return _draft(session, kept.programme, kept.seed, now, arranged=arranged)


def _draft(session: Session, programme: Programme, seed: int, now: datetime, *, arranged: bool = True) -> Draft:
    enrolled = set(session.scalars(sa.select(Enrolment.member_id).where(Enrolment.programme_id == programme.id)))
    apart = history.apart_pairs(session, enrolled, now=now) | seats.sat_together(session, since=now - rules.ASK_AGAIN)
    pins, forbidden = arrangements.read_pairs(session, programme.id) if arranged else ([], set())
    crowd = population.read_crowd(session, programme, apart=apart | forbidden)
    shown = exposure.read(session, crowd.ids, now=now)
    if programme.kind is ProgrammeKind.CIRCLES:
        together = arrangements.rows_together(crowd, pins)
        return Draft(programme.id, crowd, seed, shown, together, programme.settings.get("least_each", LEAST_EACH))
    return Draft(programme.id, crowd, seed, shown, arrangements.rows_of(crowd, pins))


def pack(drafted: Draft) -> str:
    """Write a draft as text."""
    crowd = drafted.crowd
    first, second = np.divmod(crowd.population.forbidden, max(1, len(crowd.ids)))
    told = {
        "programme_id": drafted.programme_id,
        "ids": crowd.ids,
        "people": [_plain(person) for person in crowd.people],
        "closeness": crowd.population.closeness.tolist(),
        "forbidden": np.column_stack([first, second])[first < second].tolist(),
        "settings": asdict(crowd.settings),
        "seed": drafted.seed,
        "shown": drafted.shown.tolist(),
        "pinned": drafted.pinned,
        "least_each": drafted.least_each,
    }
    return b64encode(zlib.compress(json.dumps(told, separators=(",", ":")).encode())).decode()


def unpack(packed: str) -> Draft:
    """Read a draft that was packed."""
    told = json.loads(zlib.decompress(b64decode(packed)))
    ids, people = told["ids"], [_person(words) for words in told["people"]]
    closeness = np.array(told["closeness"], dtype=np.float64).reshape(-1, len(told["closeness"]))
    forbidden = [(one, other) for one, other in told["forbidden"]]
    crowd = Crowd(
        ids,
        {member_id: row for row, member_id in enumerate(ids)},
        Population.of(people, closeness=closeness, forbidden=forbidden),
        _settings(told["settings"]),
        people,
    )
    pinned = [(one, other) for one, other in told["pinned"]]
    shown = np.array(told["shown"], dtype=np.int64)
    return Draft(told["programme_id"], crowd, told["seed"], shown, pinned, told["least_each"])


def _plain(person: Person) -> dict[str, Any]:
    return {
        **{name: value for name, value in vars(person).items() if name not in SETS},
        **{name: sorted(getattr(person, name)) for name in SETS},
    }


def _person(words: dict[str, Any]) -> Person:
    languages = {code: Spoken(*spoken) for code, spoken in words["languages"].items()}
    return Person(**{**words, "languages": languages, **{name: frozenset(words[name]) for name in SETS}})


def _settings(words: dict[str, Any]) -> Settings:
    weights = words["weights"] and {Weight(name): value for name, value in words["weights"].items()}
    return Settings(**{**words, "kind": Kind(words["kind"]), "weights": weights})


def with_settings(drafted: Draft, change: Callable[[Settings], Settings]) -> Draft:
    """Return the same people under other settings; what is pinned is asked again."""
    crowd = replace(drafted.crowd, settings=change(drafted.crowd.settings))
    pins = ((crowd.ids[one], crowd.ids[other]) for one, other in drafted.pinned)
    ask_again = arrangements.rows_of if drafted.least_each is None else arrangements.rows_together
    return replace(drafted, crowd=crowd, pinned=ask_again(crowd, pins))

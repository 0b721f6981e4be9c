"""What an event's page tells of those who make it: organisations that take part, and shifts that need hands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.directory.models import Organisation
from welcome.events.crew.models import CoHost, Helper, InvitationState, Shift, Stand, StandState
from welcome.events.models import Occurrence


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that organises too or has a stand."""

    name: str
    slug: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A shift, and whether the reader has taken it."""

    shift: Shift
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What can be read, and done, beside coming."""

    hosts: list[Partner]
    stands: list[Partner]
    tasks: list[Task]


def partner_parts(event_id: int) -> list[sa.Select[str, str, str, int]]:
    """Select who organises an event too and who has a stand there, as rows that fit beside others in one statement."""
    of_hosts = CoHost.organisation_id == Organisation.id, CoHost.event_id == event_id
    of_stands = Stand.organisation_id == Organisation.id, Stand.event_id == event_id
    none = sa.literal(0)
    return [
        sa.select(sa.literal("host"), Organisation.slug, Organisation.name, none).where(
            *of_hosts, CoHost.state == InvitationState.ACCEPTED
        ),
        *(
            sa.select(sa.literal(kind), Organisation.slug, words, none).where(
                *of_stands, Stand.state == StandState.CONFIRMED
            )
            for kind, words in (("stand", Organisation.name), ("label", Stand.label))
        ),
    ]


def read_board(
    session: Session, occurrence: Occurrence, reader_id: int | None, rows: Sequence[sa.Row[str, str, str, int]]
) -> Board:
    """Return what such rows say, with the shifts of one date, which are read by one statement."""
    labels = {slug: label for kind, slug, label, _none in rows if kind == "label"}
    partners = [(kind, Partner(name, slug, labels.get(slug, ""))) for kind, slug, name, _none in rows]
    partners.sort(key=lambda one: (one[1].label, one[1].name.casefold()))
    return Board(
        hosts=[replace(partner, label="") for kind, partner in partners if kind == "host"],
        stands=[partner for kind, partner in partners if kind == "stand"],
        tasks=_tasks(session, occurrence, reader_id),
    )


def _tasks(session: Session, occurrence: Occurrence, reader_id: int | None) -> list[Task]:
    mine = sa.exists().where(Helper.shift_id == Shift.id, Helper.member_id == reader_id)
    chosen = sa.select(Shift, mine).where(Shift.occurrence_id == occurrence.id).options(joinedload(Shift.occurrence))
    in_order = chosen.order_by(Shift.starts_after, Shift.id)
    return [Task(shift, bool(is_mine)) for shift, is_mine in session.execute(in_order)]

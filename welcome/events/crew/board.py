"""What an event's page tells of those who make it: organisations that take part, and shifts that need hands."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.directory.models import Organisation
from welcome.events.crew.models import CoHost, Helper, InvitationState, Shift, Stand, StandState
from welcome.events.models import Event, Occurrence


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


def read_board(session: Session, event: Event, occurrence: Occurrence, reader_id: int | None) -> Board:
    """Read it all by two statements."""
    host, stand = sa.literal("host").label("role"), sa.literal("stand")
    hosts = sa.select(host, Organisation.name, Organisation.slug, sa.literal("").label("label")).join(
        CoHost, CoHost.organisation_id == Organisation.id
    )
    stands = sa.select(stand, Organisation.name, Organisation.slug, Stand.label).join(
        Stand, Stand.organisation_id == Organisation.id
    )
    both = sa.union_all(
        hosts.where(CoHost.event_id == event.id, CoHost.state == InvitationState.ACCEPTED),
        stands.where(Stand.event_id == event.id, Stand.state == StandState.CONFIRMED),
    )
    rows = sorted(session.execute(both), key=lambda row: (row[3], row[1].casefold()))
    return Board(
        hosts=[Partner(name, slug) for role, name, slug, _label in rows if role == "host"],
        stands=[Partner(name, slug, label) for role, name, slug, label in rows if role == "stand"],
        tasks=_tasks(session, occurrence, reader_id),
    )


def _tasks(session: Session, occurrence: Occurrence, reader_id: int | None) -> list[Task]:
    mine = sa.exists().where(Helper.shift_id == Shift.id, Helper.member_id == reader_id)
    chosen = sa.select(Shift, mine).where(Shift.occurrence_id == occurrence.id).options(joinedload(Shift.occurrence))
    in_order = chosen.order_by(Shift.starts_after, Shift.id)
    return [Task(shift, bool(is_mine)) for shift, is_mine in session.execute(in_order)]

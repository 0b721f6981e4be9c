"""Whom could I meet, and why: for each programme that a member joined, exact and fresh."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.accounts.service import blocked_ids
from welcome.directory.models import Area
from welcome.errors import NotFound
from welcome.matching.pairs.constraints import Rule
from welcome.matching.pairs.nearby import meetable
from welcome.matching.pairs.openings import Opening
from welcome.matching.pairs.reasons import Explanation
from welcome.matching.suggestions.attention import Attention
from welcome.matching.suggestions.suggest import suggest
from welcome.pairings import exposure, history, pairs, population, programmes, refusals
from welcome.pairings.crowd.kept import members_of
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.rounds import Round, Standing
from welcome.pairings.programmes import Place
from welcome.pairings.states import RoundState
from welcome.profiles.models import Profile, Side
from welcome.visits.thanks import wished_by_both

COUNT = 5


@dataclass(frozen=True, slots=True)
class Face:
    """What everybody may see of a member before both said yes: first name, side, district."""

    id: int
    public_id: str
    first_name: str
    side: str
    area: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """One suggested person, with the reasons for both."""

    face: Face
    programme: Programme
    why: Explanation
    is_new: bool = False  #: the reader was not shown them this week


@dataclass(frozen=True, slots=True)
class Group:
    """What one programme suggests; where it is nobody, what is known about why."""

    place: Place
    cards: tuple[Card, ...] = ()
    has_profile: bool = True
    fitting: int = 0
    removed: tuple[tuple[Rule, int], ...] = ()
    openings: tuple[Opening, ...] = ()


def read_faces(session: Session, member_ids: list[int]) -> dict[int, Face]:
    """Read the cards of present members."""
    rows = session.execute(
        sa.select(Member.id, Member.public_id, Member.first_name, Profile.side, Area.name)
        .outerjoin(Profile, Profile.member_id == Member.id)
        .outerjoin(Area, Area.id == Profile.area_id)
        .where(Member.id.in_(member_ids), Member.is_present)
    )
    return {
        member_id: Face(member_id, public_id, first_name, (side or Side.BOTH).value, area)
        for member_id, public_id, first_name, side, area in rows
    }


def read_groups(session: Session, member_id: int, *, now: datetime, count: int = COUNT) -> list[Group]:
    """Return the suggestions of every programme that a member takes part in; nobody is shown twice."""
    hidden = history.met_or_asked(session, member_id, now=now)
    places = [
        place
        for place in programmes.read_places(session, member_id)
        if place.enrolment is not None and place.enrolment.paused_at is None and place.programme.pairs_two
    ]
    groups = []
    wished = wished_by_both(session, member_id) if places else set()
    for place in places:
        group = _group(session, place, member_id, hidden, wished, count, now)
        hidden |= {card.face.id for card in group.cards}
        groups.append(group)
    return groups


def _group(
    session: Session, place: Place, member_id: int, hidden: set[int], wished: set[int], count: int, now: datetime
) -> Group:
    if place.is_full:
        return Group(place)
    programme = place.programme
    everybody = members_of(session, programme).without(blocked_ids(session, member_id))
    crowd = population.with_places_left(session, programme, everybody, keep=member_id)
    row = crowd.rows.get(member_id)
    if row is None:
        return Group(place, has_profile=False)
    attention, seen = _attention(session, programme.id, crowd, row, now)
    found = suggest(
        crowd.population,
        crowd.settings,
        row,
        count=count,
        attention=attention,
        hidden=crowd.rows_of(hidden),
        wished=crowd.rows_of(wished),
    )
    faces = read_faces(session, [crowd.ids[chosen.row] for chosen in found.chosen])
    cards = tuple(
        Card(faces[crowd.ids[chosen.row]], programme, chosen.why, is_new=crowd.ids[chosen.row] not in seen)
        for chosen in found.chosen
        if crowd.ids[chosen.row] in faces
    )
    if cards:
        return Group(place, cards, True, found.fitting)
    return Group(place, (), True, found.fitting, tuple(found.removed.items()), found.openings)


def _attention(
    session: Session, programme_id: int, crowd: population.Crowd, row: int, now: datetime
) -> tuple[Attention, set[int]]:
    """Gather what spreads suggestions: the last round's prices, how often people were shown, and who is asked;
    and whom the reader was shown this week.

    Only of those who fit: it changes with every page that somebody opens, so nothing of it is kept.
    """
    ids = [crowd.ids[other] for other in meetable(crowd.population, crowd.settings, row).tolist()]
    last = (
        sa.select(Round.id)
        .where(Round.programme_id == programme_id, Round.state == RoundState.PROPOSED)
        .order_by(Round.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    standing = sa.select(Standing.member_id, Standing.price).where(Standing.round_id == last)
    prices = session.execute(standing.where(exposure.among(Standing.member_id, ids)))
    looks = exposure.read_looks(session, programme_id, crowd.ids[row], ids, now=now)
    shown = crowd.column((one, number - (one in looks.seen)) for one, number, _ in looks.weeks)
    attention = Attention(
        prices=crowd.column((member_id, price) for member_id, price in prices),
        shown=shown.clip(0).astype(np.int64),
        before=crowd.column((one, before) for one, _, before in looks.weeks),
        asked=crowd.column(looks.asked).astype(np.int64),
        cap=exposure.cap_of(looks.in_all, len(crowd.ids)),
    )
    return attention, looks.seen


def get_card(session: Session, member_id: int, other_public_id: str, slug: str) -> Card:
    """Return one person as a suggestion, for the page on which they are asked."""
    programme = programmes.get_programme(session, slug)
    other = session.scalar(sa.select(Member).where(Member.public_id == other_public_id))
    other = pairs.check_there(session, member_id, other)
    if not population.limits_hold(session, member_id, other.id):
        raise refusals.NobodyThere
    why = population.explain_pair(session, programme, member_id, other.id)
    if why is None:
        raise NotFound
    return Card(read_faces(session, [other.id])[other.id], programme, why)

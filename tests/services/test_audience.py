"""Whom a programme is for: asked when somebody joins and in every round, by what they consent to say."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests import town
from tests.people import JOINED, make_member
from welcome.accounts.service import withdraw_consent
from welcome.pairings import population, programmes, refusals
from welcome.pairings.states import OpenTo, ProgrammeKind
from welcome.profiles.models import Side

NOW = JOINED + timedelta(days=3)


@pytest.mark.parametrize(
    ("open_to", "gender", "side", "may_join"),
    [
        (OpenTo.EVERYONE, None, Side.LOCAL, True),
        (OpenTo.WOMEN, "woman", Side.LOCAL, True),
        (OpenTo.WOMEN, "man", Side.LOCAL, False),
        (OpenTo.WOMEN, None, Side.LOCAL, False),
        (OpenTo.NEWCOMERS, None, Side.NEWCOMER, True),
        (OpenTo.NEWCOMERS, None, Side.BOTH, True),
        (OpenTo.NEWCOMERS, None, Side.LOCAL, False),
    ],
)
def test_a_programme_takes_those_whom_it_is_for(
    session: Session, open_to: OpenTo, gender: str | None, side: Side, may_join: bool
):
    programme = town.open_programme(session, ProgrammeKind.CIRCLES, open_to=open_to)
    member = make_member(session, "Ada")
    session.flush()
    town.settle(session, member, side, town.BOB, gender=gender)
    if not may_join:
        with pytest.raises(refusals.NotForThem):
            programmes.join_programme(session, "circles", member.id, now=NOW)
        return
    programmes.join_programme(session, "circles", member.id, now=NOW)
    assert population.read_crowd(session, programme).ids == [member.id]


def test_who_takes_their_consent_back_is_matched_there_no_more(session: Session):
    programme = town.open_programme(session, open_to=OpenTo.WOMEN)
    member = make_member(session, "Ada")
    session.flush()
    town.settle(session, member, Side.LOCAL, town.BOB, gender="woman")
    programmes.join_programme(session, "exchange", member.id, now=NOW)
    assert population.read_crowd(session, programme).ids == [member.id]
    withdraw_consent(session, member.id, "gender", now=NOW)
    assert population.read_crowd(session, programme).ids == []

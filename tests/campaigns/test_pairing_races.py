"""Everybody answers at the same moment, from several processes: never one match too many, never an error.

In full, a thousand people say yes at once.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import town
from tests.campaigns.sizes import size
from tests.crowds import Crowds, crowds_of, in_turns, matches, open_programmes, people
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.conversations.models import Participant
from welcome.database import db, writing
from welcome.pairings import requests
from welcome.pairings.models.requests import Request
from welcome.pairings.models.rounds import Proposal
from welcome.pairings.rounds import drafts, outcomes, sending
from welcome.pairings.states import Part, RequestState
from welcome.profiles.models import Side

PAIRS = 12
ACCEPTANCES = size("acceptances", small=48, full=1000)
REFUSED = {"NoPlaceForMe", "NoPlaceForThem", "TooLate"}


@pytest.fixture(scope="module")
def crowds(whole_app: Flask, database_url: str) -> Iterator[Crowds]:
    """Start the processes once."""
    with crowds_of(database_url) as found:
        yield found


@pytest.fixture
def exchange(app: Flask) -> None:
    """Open the programmes."""
    open_programmes()


def test_crossed_questions_become_one_match_each(exchange: None, crowds: Crowds) -> None:
    bobs, carols = people(Side.LOCAL, town.BOB, "Bob", PAIRS), people(Side.NEWCOMER, town.CAROL, "Carol", PAIRS)
    there = [["ask", one.id, other.public_id] for one, other in zip(bobs, carols, strict=True)]
    back = [["ask", other.id, one.public_id] for one, other in zip(bobs, carols, strict=True)]
    told = crowds.say(there, back)
    assert told == {"done": 2 * PAIRS}
    assert len(matches()) == PAIRS
    assert set(db.session.scalars(sa.select(Request.state))) == {RequestState.ACCEPTED}


def asked_by_all(mentors: list[Member], askers: list[Member]) -> list[str]:
    """Let every asker ask one mentor; return the questions' public ids."""
    pairs = [(asker.id, mentors[number % len(mentors)].public_id) for number, asker in enumerate(askers)]
    with writing() as session:
        return [requests.ask(session, one, other, "mentorship", now=now()).public_id for one, other in pairs]


def rush_for_a_mentor(crowds: Crowds, *, planted: bool = False) -> tuple[Counter[str], int]:
    """Let one mentor with one place say yes to many at once; return what was told, and how many matches there are."""
    mentor = people(Side.LOCAL, town.BOB, "Bob", 1, Part.MENTOR)[0]
    askers = people(Side.NEWCOMER, town.CAROL, "Carol", PAIRS, Part.MENTEE)
    mentor_id = mentor.id
    questions = asked_by_all([mentor], askers)
    shares = in_turns([["accept", question, mentor_id] for question in questions])
    return crowds.say(*shares, planted=planted), len(matches())


def test_a_mentor_with_one_place_is_never_given_two(exchange: None, crowds: Crowds) -> None:
    told, count = rush_for_a_mentor(crowds)
    assert count == 1 and told == {"done": 1, "NoPlaceForMe": PAIRS - 1}


def test_the_same_rush_catches_who_looked_before_they_held_the_lock(exchange: None, crowds: Crowds) -> None:
    assert rush_for_a_mentor(crowds, planted=True)[1] > 1


def test_one_person_asked_by_a_crowd_and_asking_back(exchange: None, crowds: Crowds) -> None:
    bob = people(Side.LOCAL, town.BOB, "Bob", 1)[0]
    carols = people(Side.NEWCOMER, town.CAROL, "Carol", 6)
    there = [["ask", carol.id, bob.public_id] for carol in carols]
    back = [["ask", bob.id, carol.public_id] for carol in carols]
    told = crowds.say(there[:3], there[3:], back[:3], back[3:])
    assert len(matches()) == 1
    assert not [word for word in told if "Traceback" in word]


def test_a_round_to_which_all_say_yes_at_once(exchange: None, crowds: Crowds) -> None:
    pairs = ACCEPTANCES // 2
    people(Side.LOCAL, town.BOB, "Bob", pairs)
    people(Side.NEWCOMER, town.CAROL, "Carol", pairs)
    drafted = drafts.draft(db.session(), "exchange", now=now())
    db.session.rollback()
    outcome = outcomes.compute(drafted)
    with writing() as session:
        sending.propose(session, drafted, outcome, now=now())
    offers = db.session.execute(sa.select(Proposal.public_id, Proposal.one_id, Proposal.other_id)).all()
    db.session.rollback()
    ones, others = ([["yes", path, row[side]] for path, *row in offers] for side in (0, 1))
    twice = ones[::10]
    told = crowds.say(*in_turns(ones + others[::-1] + twice))
    assert told == {"done": 2 * pairs, "TooLate": len(twice)} and len(offers) == pairs
    assert Counter(person for match in matches() for person in (match.one_id, match.other_id)).most_common(1)[0][1] == 1
    talking = sa.select(sa.func.count(Participant.id))
    assert len(matches()) == pairs and db.session.scalar(talking) == 2 * pairs


def test_more_want_a_mentor_than_there_are_places(exchange: None, crowds: Crowds) -> None:
    """Each mentee has asked two mentors, and every mentor says yes to everybody who asked."""
    places = 2
    mentees = people(Side.NEWCOMER, town.CAROL, "Carol", ACCEPTANCES // 2, Part.MENTEE)
    mentors = people(Side.LOCAL, town.BOB, "Bob", max(2, ACCEPTANCES // 10), Part.MENTOR, capacity=places)
    asked = [(mentee, mentors[(2 * at + turn) % len(mentors)]) for at, mentee in enumerate(mentees) for turn in (0, 1)]
    sentences = []
    with writing() as session:
        for mentee, mentor in asked:
            question = requests.ask(session, mentee.id, mentor.public_id, "mentorship", now=now())
            sentences.append(["accept", question.public_id, mentor.id])
    told = crowds.say(*in_turns(sentences))
    assert set(told) <= {"done", *REFUSED} and sum(told.values()) == len(asked)
    mentor_ids = {mentor.id for mentor in mentors}
    taken = Counter(person for match in matches() for person in (match.one_id, match.other_id))
    assert len(matches()) == told["done"] == places * len(mentors), "every place is taken"
    assert {taken[person] for person in mentor_ids} == {places}
    assert {count for person, count in taken.items() if person not in mentor_ids} == {1}

"""Whoever lets three in a row wait without a word is given a break, kindly: hopes are not spent on the silent.

A no is an answer; only what lapses counts, and every sign of life begins the count anew.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from welcome.pairings import letters, rules
from welcome.pairings.models.programmes import Enrolment
from welcome.post.service import post

Held = Mapping[tuple[int, int], Enrolment]


def hear(held: Held, programme_id: int, member_id: int) -> None:
    """Note a sign of life. Needs the lock."""
    enrolment = held.get((programme_id, member_id))
    if enrolment is not None:
        enrolment.ignored = 0


def miss(session: Session, held: Held, programme_id: int, member_id: int, *, now: datetime) -> None:
    """Note that somebody waited for a member's answer in vain; pause at the third in a row. Needs the lock."""
    enrolment = held.get((programme_id, member_id))
    if enrolment is None or enrolment.paused_at is not None:
        return
    enrolment.ignored += 1
    if enrolment.ignored >= rules.IGNORED_IN_A_ROW:
        enrolment.paused_at = now
        key = f"{enrolment.id}:{now.date()}"
        post(session, letters.PAUSED, member_id, {"enrolment": enrolment.id}, key=key, now=now)

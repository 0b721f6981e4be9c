"""What mentors and coordinators hear about the steps before somebody is shown as a mentor."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.accounts.models import Member
from welcome.pairings.models.programmes import Programme
from welcome.pairings.models.vetting import Vetted
from welcome.pairings.vetting.mentors import missing_of
from welcome.pairings.vetting.wording import say_vetting_step
from welcome.post.letters import Context, Letter, Recipient, Unwanted

CHANGED = Unwanted("this is no longer how things stand")


def _applied(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    programme, member = session.get(Programme, args["programme"]), session.get(Member, args["member"])
    if programme is None or member is None or not member.is_present or not missing_of(session, programme, member.id):
        return CHANGED
    link = f"/desk/programmes/{programme.slug}/mentors"
    return {"name": member.first_name, "programme": programme, "link": link}


def _ready(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    programme = session.get(Programme, args["programme"])
    if programme is None or missing_of(session, programme, reader.id):
        return CHANGED
    return {"programme": programme, "link": "/people"}


def _ends(session: Session, reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    row = session.get(Vetted, args["vetted"])
    if row is None or row.valid_until is None or not row.member.is_present:
        return CHANGED
    is_own = row.member_id == reader.id
    return {
        "is_own": is_own,
        "is_over": row.lapsed_at is not None,
        "name": row.member.first_name,
        "valid_until": row.valid_until,
        "step_name": say_vetting_step(row.step),
        "programme": row.programme,
        "link": "/programmes" if is_own else f"/desk/programmes/{row.programme.slug}/mentors",
    }


MENTOR_APPLIED = Letter("mentor_applied", _applied)
MENTOR_READY = Letter("mentor_ready", _ready)
VETTING_ENDS = Letter("vetting_ends", _ends)

LETTERS = (MENTOR_APPLIED, MENTOR_READY, VETTING_ENDS)

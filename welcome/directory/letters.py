"""Letters to those who keep the guide: please look again, and somebody has found a mistake."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from welcome.directory.models import Correction, CorrectionState, Organisation
from welcome.directory.vocabulary import PARTS
from welcome.post.letters import Context, Letter, Recipient, Unwanted


def _ask_to_check(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    organisation = session.get(Organisation, args["organisation_id"])
    if organisation is None:
        return Unwanted("the organisation is gone")
    if (
        organisation.reminded_on is None
        or (organisation.checked_on or organisation.created_at.date()) >= organisation.reminded_on
    ):
        return Unwanted("somebody has looked meanwhile")
    return {"organisation": organisation, "link": f"/desk/organisations/{organisation.slug}"}


def _tell_of_correction(session: Session, _reader: Recipient, args: Mapping[str, Any]) -> Context | Unwanted:
    correction = session.get(Correction, args["correction_id"])
    if correction is None or correction.state is not CorrectionState.OPEN:
        return Unwanted("it was answered meanwhile")
    keeper = correction.organisation
    link = f"/desk/organisations/{keeper.slug}" if keeper and args.get("is_keeper") else "/desk/corrections"
    return {"correction": correction, "part": PARTS[correction.part], "link": link}


GUIDE_CHECK = Letter("guide_check", _ask_to_check)
CORRECTION_RECEIVED = Letter("correction_received", _tell_of_correction)

LETTERS = (GUIDE_CHECK, CORRECTION_RECEIVED)

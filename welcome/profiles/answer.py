"""What the answers to all steps of the profile have in common: start from what is known, keep what was answered."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from welcome.database import db
from welcome.errors import Refusal
from welcome.i18n import gettext as _
from welcome.profiles import service


class Answer:
    """The form of one step, filled with what is known or with what was typed."""

    form_type: ClassVar[type[Any]]
    #: Fields that are kept by consent alone.
    optional: ClassVar[tuple[str, ...]] = ()
    #: The field beside which a refusal is said.
    blamed: ClassVar[str]

    def __init__(self, member_id: int) -> None:
        self.member_id = member_id
        self.profile = service.get_profile(db.session(), member_id)
        self.is_growing = False
        self.form = self.form_type(data=self.known())
        self.prepare()

    def known(self) -> dict[str, Any]:
        """Return what the form starts from."""
        return {}

    def prepare(self) -> None:
        """Fill in what can be chosen."""

    def is_ready(self) -> bool:
        """Whether what was typed can be kept."""
        return bool(self.form.validate())

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the answer."""
        raise NotImplementedError

    def blame(self, refusal: Refusal) -> None:
        """Say a refusal beside its field."""
        self.form[self.blamed].errors = [str(refusal)]

    def consents(self) -> set[str]:
        """Return the optional fields whose box is ticked."""
        return {name for name in self.optional if self.form[f"{name}_consent"].data}

    def left_out(self) -> list[str]:
        """Say which answers were not kept because their box was not ticked."""
        missing = [name for name in self.optional if self.answered(name) and name not in self.consents()]
        return [_("One answer was not kept, because you did not tick the box below it.")] if missing else []

    def answered(self, name: str) -> bool:
        """Whether an optional field was filled in."""
        return bool(self.form[name].data)

    def agreed(self) -> dict[str, bool]:
        """Return the consent boxes as they stand: what is kept was consented to."""
        return {f"{name}_consent": bool(getattr(self.profile, name)) for name in self.optional}

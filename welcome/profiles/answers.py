"""The answer to each step of the profile."""

from datetime import datetime
from typing import Any, cast

from babel.dates import get_month_names
from flask import current_app, request
from flask import session as door  # which of the two doors a newcomer or local came in by
from sqlalchemy.orm import Session

from welcome.clock import now as this_instant
from welcome.database import db
from welcome.directory import service as directory
from welcome.errors import Refusal
from welcome.i18n import choose_locale, day_names, known_languages, language_name, reader_locale
from welcome.profiles import filling, forms, rules, service, vocabulary
from welcome.profiles.answer import Answer
from welcome.profiles.interests import GROUPS
from welcome.profiles.models import ShownTo, Side
from welcome.web import whole


class SideAnswer(Answer):
    """Which side, and since when."""

    form_type = forms.SideForm
    optional = ("arrived_on",)
    blamed = "year"

    def known(self) -> dict[str, Any]:
        """Return the side and the month of arrival."""
        arrived_on = self.profile.arrived_on
        return {
            "side": self.profile.side.value if self.profile.side else door.get("side"),
            "month": str(arrived_on.month) if arrived_on else "",
            "year": str(arrived_on.year) if arrived_on else "",
            **self.agreed(),
        }

    def prepare(self) -> None:
        """Offer months by their names in the reader's language."""
        names = get_month_names("wide", "stand-alone", reader_locale())
        self.form.offer([names[month] for month in range(1, 13)], this_instant().year)

    def answered(self, name: str) -> bool:
        """Whether a month of arrival was chosen."""
        return self.form.arrived_on is not None

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the side and the month."""
        side, arrived_on = forms.side_of_form(self.form), self.form.arrived_on
        filling.save_side(session, self.member_id, side, arrived_on, consents=bool(self.consents()), now=now)


class LanguagesAnswer(Answer):
    """Every language in a row of its own; rows are added and removed by sending the form."""

    form_type = forms.LanguagesForm
    blamed = "rows"

    def known(self) -> dict[str, Any]:
        """Return the languages, or what somebody will most likely say first."""
        mine = service.languages_of(db.session(), [self.member_id]).get(self.member_id, [])
        rows = [
            {
                "code": spoken.language,
                "level": vocabulary.LEVEL_CODES[spoken.level],
                "teaches": spoken.teaches,
                "learns": spoken.learns,
            }
            for spoken in mine
        ]
        return {"rows": rows or self._likely()}

    def _likely(self) -> list[dict[str, Any]]:
        """Guess from the language of the page: who reads Portuguese in a Dutch town speaks it, and may learn Dutch."""
        own, here = choose_locale(), current_app.config["DEFAULT_LOCALE"]
        if own == here or self.profile.side is not Side.NEWCOMER:
            return [{}]
        return [{"code": own, "level": vocabulary.LEVEL_CODES[rules.NATIVE]}, {"code": here, "learns": True}]

    def prepare(self) -> None:
        """Add or remove a row where that was asked for."""
        rows = self.form.rows
        removed = request.form.get("remove", type=whole)
        if removed is not None and removed < len(rows):
            del rows.entries[removed]
            self.is_growing = True
        wants_more = "add" in request.form and len(rows) < rules.MOST_LANGUAGES
        if wants_more or not len(rows):
            rows.append_entry()
        self.is_growing = self.is_growing or "add" in request.form
        self.form.offer(known_languages())

    def is_ready(self) -> bool:
        """Whether all rows can be kept."""
        return not self.is_growing and bool(self.form.validate()) and bool(self.form.is_complete())

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the rows in which a language is named."""
        filling.save_languages(session, self.member_id, [row.language for row in self.form.chosen()], now=now)

    def blame(self, refusal: Refusal) -> None:
        """Say it beside the row of that language, with the language's name."""
        code = refusal.values.get("language")
        rows = [row for row in self.form.chosen() if row.code.data == code]
        if rows:
            refusal = type(refusal)(language=language_name(str(code)))
        self.form.blame(rows[-1].code if rows else self.form.rows, str(refusal))


class InterestsAnswer(Answer):
    """What is liked and loved."""

    form_type = forms.InterestsForm
    blamed = "likes"
    groups = GROUPS

    def strengths(self) -> dict[str, int]:
        """Return the interests as they are kept."""
        return service.interests_of(db.session(), [self.member_id]).get(self.member_id, {})

    def known(self) -> dict[str, Any]:
        """Return the interests, liked and loved."""
        mine = self.strengths()
        return {"likes": list(mine), "loves": [code for code, strength in mine.items() if strength == 3]}

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the interests."""
        filling.save_interests(session, self.member_id, self.form.strengths(self.strengths()), now=now)


class AvailabilityAnswer(Answer):
    """The week."""

    form_type = forms.AvailabilityForm
    blamed = "slots"

    def known(self) -> dict[str, Any]:
        """Return the slots."""
        return {"slots": [str(slot) for slot in vocabulary.slots_of(self.profile.slots)]}

    @property
    def days(self) -> list[str]:
        """Return the names of the days."""
        return day_names()

    @property
    def parts(self) -> list[str]:
        """Return the names of the parts of a day."""
        return [str(part) for part in vocabulary.DAYPARTS]

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the slots as bits."""
        mask = vocabulary.mask_of(int(slot) for slot in self.form.slots.data)
        filling.save_availability(session, self.member_id, mask, now=now)


class AreaAnswer(Answer):
    """The area, and online."""

    form_type = forms.AreaForm
    blamed = "area"

    def known(self) -> dict[str, Any]:
        """Return the area and whether online is fine."""
        return {"area": str(self.profile.area_id or ""), "meets_online": self.profile.meets_online}

    def prepare(self) -> None:
        """Offer the city's areas."""
        self.form.offer([(str(area.id), area.name) for area in directory.areas(db.session())])

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the area."""
        area_id = int(self.form.area.data) if self.form.area.data else None
        filling.save_area(session, self.member_id, area_id, meets_online=self.form.meets_online.data, now=now)


class FamilyAnswer(Answer):
    """Situation, children and planned stay, each by consent."""

    form_type = forms.FamilyForm
    optional = ("situations", "children", "planned_stay")
    blamed = "situations"

    def known(self) -> dict[str, Any]:
        """Return what is kept."""
        stay = self.profile.planned_stay or ""
        lists = {"situations": self.profile.situations, "children": self.profile.children}
        return {**lists, "planned_stay": stay, **self.agreed()}

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep what is consented to; delete the rest."""
        values = {name: self.form[name].data for name in self.optional}
        filling.save_family(session, self.member_id, values, self.consents(), now=now)


class OffersAnswer(Answer):
    """Offers and wishes."""

    form_type = forms.OffersForm
    blamed = "about"

    def known(self) -> dict[str, Any]:
        """Return what is kept."""
        return {"offers": self.profile.offers, "wishes": self.profile.wishes, "about": self.profile.about}

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep offers, wishes and words."""
        form = self.form
        filling.save_offers(session, self.member_id, form.offers.data, form.wishes.data, form.about.data or "", now=now)


class LimitsAnswer(Answer):
    """Who may see the member, and whom they see."""

    form_type = forms.LimitsForm
    optional = ("gender",)
    blamed = "gender"

    def known(self) -> dict[str, Any]:
        """Return what is kept."""
        return {"shown_to": self.profile.shown_to.value, "gender": self.profile.gender or "", **self.agreed()}

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep the limits."""
        gender = cast(str, self.form.gender.data) or None
        shown_to, consents = ShownTo(self.form.shown_to.data), bool(self.consents())
        filling.save_limits(session, self.member_id, shown_to, gender, consents=consents, now=now)


ANSWERS: dict[str, type[Answer]] = {
    "side": SideAnswer,
    "languages": LanguagesAnswer,
    "interests": InterestsAnswer,
    "availability": AvailabilityAnswer,
    "area": AreaAnswer,
    "family": FamilyAnswer,
    "offers": OffersAnswer,
    "limits": LimitsAnswer,
}

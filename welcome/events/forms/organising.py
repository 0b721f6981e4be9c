"""What organisers write: an event, its date, why it is called off."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Form, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from welcome.directory.models import Venue
from welcome.events.accessibility import known_only
from welcome.events.forms.fields import cents, count, has_number
from welcome.events.forms.knowing import KNOWN, YES_NO, KnowingPart
from welcome.events.forms.repeating import RepeatPart
from welcome.events.models import EventKind
from welcome.events.plans import Facts, Place, Speaking, When
from welcome.events.series import Meant, Reach
from welcome.i18n import gettext as _
from welcome.i18n import lazy_gettext as _l
from welcome.i18n import lazy_pgettext, ngettext
from welcome.profiles.interests import GROUPS
from welcome.profiles.vocabulary import LEVELS
from welcome.validation import stripped

KINDS = {
    EventKind.OPEN: _l("Open to everyone"),
    EventKind.WELCOME: _l("Welcome event: for people who have just arrived"),
    EventKind.BRIDGING: _l("Bridging meetup: places for newcomers and for locals"),
}
INTEREST_FIELDS = ("interest", "second_interest", "third_interest")


class WhenPart(Form):
    """A date and its place."""

    day = DateField(_l("Day"), [InputRequired(_l("Please choose a day."))])
    starts = TimeField(_l("Starts at"), [InputRequired(_l("Please say when it starts."))])
    ends = TimeField(_l("Ends at"), [InputRequired(_l("Please say when it ends."))])
    last_day = DateField(_l("Ends on another day"), [Optional()])
    venue = SelectField(_l("Place"), default="")
    place_note = StringField(_l("How to find it"), [Length(max=300)], filters=[stripped])

    def offer_venues(self, venues: list[Venue]) -> None:
        """Fill in the places that can be chosen."""
        named = [SelectChoice(str(venue.id), venue.name) for venue in venues]
        self.venue.choices = [SelectChoice("", _l("Another place: I describe it below")), *named]

    def when(self, zone: str) -> When:
        """Return the date by the clock on the wall."""
        last = self.last_day.data or self.day.data
        return When(_at(self.day.data, self.starts.data), _at(last, self.ends.data), zone)

    def place(self) -> Place:
        """Return where it is."""
        return Place(int(self.venue.data) if self.venue.data else None, self.place_note.data or "")


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


class FactsPart(KnowingPart):
    """Everything about an event but its date."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Please give it a title.")), Length(max=200)],
        filters=[stripped],
    )
    about = TextAreaField(
        _l("What happens?"),
        [Length(max=8000)],
        filters=[stripped],
        description=_l("You can use markdown: **bold**, lists with a dash, [words](https://address)."),
    )
    kind = RadioField(
        _l("For whom?"), choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()], default="open"
    )
    language = SelectField(_l("Main language"))
    level = SelectField(_l("How much of it does one need?"), default="0")
    second_language = SelectField(_l("Another language"))
    second_level = SelectField(_l("How much of that one?"), default="0")
    third_language = SelectField(_l("And another language"), default="")
    third_level = SelectField(_l("How much of that one?"), default="0")
    text_language = SelectField(_l("In which language did you write this?"), default="")
    cost = RadioField(
        _l("What does it cost?"),
        choices=[
            SelectChoice("free", _l("Free")),
            SelectChoice("paid", _l("It costs something")),
            SelectChoice("unknown", _l("Not known")),
        ],
        default="free",
    )
    price = StringField(_l("Price in euros"), filters=[stripped])
    children_welcome = RadioField(_l("Are children welcome?"), choices=YES_NO, default="unknown")
    is_step_free = RadioField(_l("Can one get in without steps?"), choices=YES_NO, default="unknown")
    capacity = count(lazy_pgettext("seats", "Places"), 1, 10_000, _l("Leave it empty if as many as like can come."))
    newcomer_places = count(_l("Places for newcomers"), 1, 5_000)
    local_places = count(_l("Places for locals"), 1, 5_000)
    opens_to_all_hours = count(_l("Hours before the start at which unused places open to all"), 0, 720)
    arrived_within_weeks = count(_l("For people who arrived in the last … weeks"), 1, 208)
    interest = SelectField(_l("What is it about?"))
    second_interest = SelectField(_l("And what else?"))
    third_interest = SelectField(_l("And what else?"))

    def offer(self, languages: list[tuple[str, str]]) -> None:
        """Fill in what can be chosen."""
        named = [SelectChoice(code, name) for code, name in languages]
        self.language.choices = [SelectChoice("", _l("Please choose")), *named]
        self.text_language.choices = [SelectChoice("", _l("Please choose")), *named]
        self.second_language.choices = self.third_language.choices = [SelectChoice("", _l("None")), *named]
        levels = [SelectChoice(str(level), label) for level, label in LEVELS.items() if level < 7]
        for field in (self.level, self.second_level, self.third_level):
            field.choices = [SelectChoice("0", _l("None: beginners welcome")), *levels]
        for name in INTEREST_FIELDS:
            self[name].choices = interest_choices()

    def validate_language(self, field: SelectField) -> None:
        """Every event says which language is spoken."""
        if not field.data:
            raise ValidationError(_l("Please say which language is spoken."))

    def validate_price(self, field: StringField) -> None:
        """A price is an amount."""
        if self.cost.data == "paid" and cents(field.data) is None:
            raise ValidationError(_l("Please write the price as an amount, such as 2.50."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A bridging meetup has places for both sides. (A field that may be empty is not asked about it.)"""
        is_valid = bool(super().validate(extra_validators))
        if self.kind.data != EventKind.BRIDGING:
            return is_valid
        newcomers = has_number(self.newcomer_places, _l("A bridging meetup needs places for newcomers."))
        locals_ = has_number(self.local_places, _l("A bridging meetup needs places for locals."))
        return is_valid and newcomers and locals_

    def facts(self) -> Facts:
        """Return what was said."""
        kind, is_bridging = EventKind(self.kind.data), self.kind.data == EventKind.BRIDGING
        spoken = {self.language.data: Speaking(self.language.data, int(self.level.data), True)}
        for code, level in (
            (self.second_language.data, self.second_level.data),
            (self.third_language.data, self.third_level.data),
        ):
            if code:
                spoken.setdefault(code, Speaking(code, int(level)))
        chosen = dict.fromkeys(self[name].data for name in INTEREST_FIELDS if self[name].data)
        return Facts(
            title=self.title.data,
            about=self.about.data,
            kind=kind,
            languages=tuple(spoken.values()),
            cost_cents={"free": 0, "paid": cents(self.price.data), "unknown": None}[self.cost.data],
            children_welcome=KNOWN[self.children_welcome.data],
            is_step_free=KNOWN[self.is_step_free.data],
            access=known_only(self.chosen_access()),
            setting=self.chosen_setting(),
            text_language=self.text_language.data or None,
            interests=tuple(chosen),
            capacity=None if is_bridging else self.capacity.data,
            newcomer_places=self.newcomer_places.data if is_bridging else None,
            local_places=self.local_places.data if is_bridging else None,
            opens_to_all_hours=48 if self.opens_to_all_hours.data is None else self.opens_to_all_hours.data,
            arrived_within_weeks=self.arrived_within_weeks.data if kind is EventKind.WELCOME else None,
        )


class EditForm(FactsPart, FlaskForm):
    """Change what an event says."""


class ReachPart(Form):
    """Which dates of a series are meant; each choice says how many guests it concerns."""

    reach = RadioField(_l("Which dates?"), default=Reach.ONE.value)

    def offer_reaches(self, meant: Mapping[Reach, Meant]) -> None:
        """Fill in what can be chosen."""
        self.reach.choices = [SelectChoice(one.value, _reach_label(one, meant[one])) for one in meant]

    def chosen_reach(self) -> Reach:
        """Return what was chosen."""
        return Reach(self.reach.data)


def _reach_label(reach: Reach, meant: Meant) -> str:
    names = {
        Reach.ONE: _("Only this date"),
        Reach.LATER: _("This and all later dates (%(number)s)", number=len(meant.ids)),
        Reach.ALL: _("All dates that are still to come (%(number)s)", number=len(meant.ids)),
    }
    guests = ngettext("%(num)s guest", "%(num)s guests", meant.guests)
    return str(_("%(dates)s: %(guests)s", dates=names[reach], guests=guests))


class MoveForm(ReachPart, WhenPart, FlaskForm):
    """Give dates another time or place."""


class EditDateForm(ReachPart, FactsPart, FlaskForm):
    """Let some dates of a series say something else."""


class AddDateForm(WhenPart, FlaskForm):
    """One more date."""


class NewForm(FactsPart, WhenPart, RepeatPart, FlaskForm):
    """A new event with its first date, and how it repeats."""


class CancelForm(FlaskForm):
    """Why it is called off."""

    reason = StringField(
        _l("Why? Your guests will read this."),
        [Optional(), Length(max=300)],
        filters=[stripped],
    )


def interest_choices() -> list[SelectChoice]:
    """Return every interest in its group."""
    leaves = [
        SelectChoice(f"{group}.{leaf}", label, optgroup=str(name))
        for group, (name, members) in GROUPS.items()
        for leaf, label in members.items()
    ]
    return [SelectChoice("", _l("Nothing special")), *leaves]

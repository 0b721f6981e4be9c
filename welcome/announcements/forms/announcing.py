"""Forms about what organisers announce, and about a moderator's second yes."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from welcome.announcements.announcing.audience import Audience
from welcome.announcements.models import Purpose
from welcome.directory.models import Area
from welcome.i18n import known_languages
from welcome.i18n import lazy_gettext as _l
from welcome.profiles.interests import GROUPS
from welcome.profiles.models import Side

LONGEST = 600
LONGEST_REASON = 300
PURPOSES = {Purpose.COME: _l("To come"), Purpose.HELP: _l("To lend a hand")}
SIDES = {"": _l("Everybody"), Side.NEWCOMER.value: _l("Newcomers"), Side.LOCAL.value: _l("Locals")}


class AnnounceForm(FlaskForm):
    """What an organiser tells people, and whom."""

    purpose = RadioField(
        _l("What do you ask of people?"), choices=[SelectChoice(one.value, label) for one, label in PURPOSES.items()]
    )
    words = TextAreaField(
        _l("Your words"),
        [InputRequired(_l("Please write a few words.")), Length(max=LONGEST)],
        description=_l("When and where is added by itself. People read your words as you write them."),
    )
    side = RadioField(_l("For whom?"), choices=[SelectChoice(code, label) for code, label in SIDES.items()], default="")
    languages = SelectMultipleField(_l("Who speaks one of these languages"), [Optional()])
    areas = SelectMultipleField(_l("Who lives in one of these districts"), [Optional()], coerce=int)
    interests = SelectMultipleField(
        _l("Who likes one of these"),
        [Optional()],
        choices=[
            SelectChoice(f"{group}.{leaf}", label, optgroup=name)
            for group, (name, leaves) in GROUPS.items()
            for leaf, label in leaves.items()
        ],
    )
    with_children = BooleanField(_l("Only people with children"))

    def offer(self, areas: list[Area]) -> None:
        """Fill in what can be chosen here and now."""
        self.languages.choices = [SelectChoice(code, name) for code, name in known_languages()]
        self.areas.choices = [SelectChoice(area.id, area.name) for area in areas]

    def audience(self) -> Audience:
        """Return the audience that was described."""
        return Audience(
            side=self.side.data or "",
            languages=tuple(self.languages.data or ()),
            area_ids=tuple(self.areas.data or ()),
            interests=tuple(self.interests.data or ()),
            with_children=self.with_children.data,
        )


class SecondYesForm(FlaskForm):
    """A moderator's yes, or no with a reason."""

    because = TextAreaField(
        _l("If you say no: why?"),
        [Optional(), Length(max=LONGEST_REASON)],
        description=_l("The organiser reads this."),
    )

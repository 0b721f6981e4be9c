"""What one has to know before one can come: accessibility, and whether it is outdoors."""

from wtforms import Form, FormField, RadioField
from wtforms.fields.choices import SelectChoice

from welcome.events.accessibility import QUESTIONS
from welcome.events.models import Setting
from welcome.i18n import lazy_gettext as _l

KNOWN = {"yes": True, "no": False, "unknown": None}
YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No")), SelectChoice("unknown", _l("Not known"))]
SETTINGS = {
    Setting.INDOORS: _l("Indoors"),
    Setting.OUTDOORS: _l("Outdoors"),
    Setting.BOTH: _l("Both"),
}


class AccessPart(Form):
    """One question for each thing that keeps people away when nobody tells."""


for _code, _label in QUESTIONS.items():
    setattr(AccessPart, _code, RadioField(_label, choices=YES_NO, default="unknown"))


class KnowingPart(Form):
    """What one has to know before one can come."""

    setting = RadioField(
        _l("Indoors or outdoors?"),
        choices=[
            *(SelectChoice(setting.value, label) for setting, label in SETTINGS.items()),
            SelectChoice("", _l("Not known")),
        ],
        default="",
    )
    access = FormField(AccessPart)

    def chosen_setting(self) -> Setting | None:
        """Return whether it is indoors."""
        return Setting(self.setting.data) if self.setting.data else None

    def chosen_access(self) -> dict[str, bool | None]:
        """Return the answers about accessibility."""
        return {code: KNOWN[self.access[code].data] for code in QUESTIONS}

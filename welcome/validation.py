"""What a form says by itself when something was typed that it cannot read: our plain sentences, in every language.

WTForms has sentences of its own, but not in all our languages, and curt ones.
"""

from flask_babel import LazyString
from flask_wtf import FlaskForm
from wtforms.meta import DefaultMeta

from welcome.i18n import gettext, ngettext
from welcome.i18n import lazy_gettext as _l

#: What WTForms would say, and what we say.
SENTENCES: dict[str, LazyString] = {
    "This field is required.": _l("Please fill this in."),
    "Invalid input.": _l("Please write this in another way."),
    "Not a valid choice.": _l("Please choose one of these answers."),
    "Invalid Choice: could not coerce.": _l("Please choose one of these answers."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Please choose among these answers."),
    "Not a valid integer value.": _l("Please type a whole number, such as 12."),
    "Not a valid decimal value.": _l("Please type a number, such as 12.50."),
    "Not a valid float value.": _l("Please type a number, such as 12.50."),
    "Not a valid date value.": _l("This day does not exist. Please write it as year-month-day: 2027-03-31."),
    "Not a valid time value.": _l("This time does not exist. Please write it as hours:minutes: 18:30."),
    "Not a valid datetime value.": _l("There is no such date and time."),
    "Not a valid week value.": _l("There is no such week."),
    "Invalid email address.": _l("This does not look like an e-mail address."),
    "Invalid URL.": _l("This does not look like the address of a page. It begins with https://"),
    "Number must be at least %(min)s.": _l("Please type %(min)s or more."),
    "Number must be at most %(max)s.": _l("Please type %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": _l("Please type a number from %(min)s to %(max)s."),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "Please write at least %(min)d and at most %(max)d characters."
    ),
}


def stripped(text: str | None) -> str:
    """Take away the space around a text: a filter for fields of words."""
    return (text or "").strip()


class Sentences:
    """What WTForms asks for a translation."""

    def gettext(self, text: str) -> str:
        """Return our sentence in the reader's language."""
        return str(SENTENCES.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return how long a text may be, in the reader's language."""
        if "longer" in many:
            said = ngettext(
                "Please write at most %(num)s character.", "Please write at most %(num)s characters.", number
            )
        elif "at least" in many:
            said = ngettext(
                "Please write %(num)s character or more.", "Please write %(num)s characters or more.", number
            )
        else:
            said = gettext("Please choose among these answers.")
        return str(said)


def init_app() -> None:
    """Let every form speak our sentences, and the forms within forms too."""
    sentences = Sentences()
    for meta in (DefaultMeta, FlaskForm.Meta):
        meta.get_translations = lambda _meta, _form: sentences

"""What forms say by themselves is in our words, and WTForms has no sentence that we forgot."""

import re
from pathlib import Path

import pytest
import wtforms
from flask import Flask
from flask_babel import force_locale
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, NumberRange

from welcome.i18n import LOCALES
from welcome.validation import SENTENCES

#: Said to programmers, or by fields and validators that no form of ours has.
NOT_OURS = re.compile(
    r"field name|equal to|Date must|IP address|Mac|UUID|must be one of|can't be any|edited|disabled|CSRF|None"
)


class Form(FlaskForm):
    """One field for each kind of mistake."""

    number = IntegerField()
    few = IntegerField(validators=[NumberRange(max=5)])
    day = DateField()
    choice = SelectField(choices=[SelectChoice("a", "A")])
    words = StringField(validators=[Length(max=3)])


TYPED = MultiDict({"number": "twelve", "few": "12", "day": "2026-02-31", "choice": "z", "words": "much too long"})


def said(app: Flask, code: str) -> list[str]:
    """Return what the form says in a language."""
    with app.test_request_context(), force_locale(code):
        form = Form(TYPED, meta={"csrf": False})
        assert not form.validate()
        return [str(errors[0]) for errors in form.errors.values()]


def test_it_speaks_plainly(app: Flask) -> None:
    assert said(app, "en") == [
        "Please type a whole number, such as 12.",
        "Please type 5 or less.",
        "This day does not exist. Please write it as year-month-day: 2027-03-31.",
        "Please choose one of these answers.",
        "Please write at most 3 characters.",
    ]


@pytest.mark.parametrize("code", sorted(set(LOCALES) - {"en"}))
def test_it_speaks_every_language(app: Flask, code: str) -> None:
    assert not set(said(app, code)) & set(said(app, "en"))


def test_no_sentence_of_wtforms_is_forgotten() -> None:
    source = (Path(wtforms.__file__).parent / "locale" / "wtforms.pot").read_text()
    known = set(re.findall(r'^msgid "(.+)"$', source, re.M)) - set(SENTENCES)
    plural = set(re.findall(r'^msgid "(.+)"\nmsgid_plural', source, re.M))
    assert [text for text in known - plural if not NOT_OURS.search(text)] == []

"""Fields that say in words what is wrong with a day, a time, a number or an amount."""

from typing import Any

from wtforms import IntegerField
from wtforms.fields import DateField, TimeField
from wtforms.validators import NumberRange, Optional

from welcome.i18n import lazy_gettext as _l


class Day(DateField):
    """A day that exists."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day, or say what is wrong with it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(_l("This day does not exist. Please write it as year-month-day: 2027-03-31.")) from problem


class Hour(TimeField):
    """A time of the day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a time, or say what is wrong with it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(_l("This time does not exist. Please write it as hours:minutes: 18:30.")) from problem


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a number, or say what is wrong with it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(_l("Please write a number in digits.")) from problem


def count(label: Any, low: int, high: int, description: Any = "") -> Number:
    """Make a field for a number that may be left out."""
    message = _l("Please write a number from %(low)s to %(high)s.", low=low, high=high)
    return Number(label, [Optional(), NumberRange(low, high, message)], description=description)


def has_number(field: Number, sentence: Any) -> bool:
    """Return whether a number was given; otherwise say what is missing, once."""
    if not field.data and not field.errors:
        field.errors = [sentence]
    return bool(field.data)


def stripped(text: str | None) -> str:
    """Take away the space around a text."""
    return (text or "").strip()


def cents(text: str | None) -> int | None:
    """Read an amount with a point or a comma; None when it is none."""
    whole, _point, rest = (text or "").replace(",", ".").replace("€", "").strip().partition(".")
    if not (whole.isdecimal() and len(whole) < 6 and (not rest or (rest.isdecimal() and len(rest) <= 2))):
        return None
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)

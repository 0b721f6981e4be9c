"""Numbers and amounts, as organisers write them."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional


def count(label: Any, low: int, high: int, description: Any = "") -> IntegerField:
    """Make a field for a number that may be left out."""
    return IntegerField(label, [Optional(), NumberRange(low, high)], description=description)


def has_number(field: IntegerField, sentence: Any) -> bool:
    """Return whether a number was given; otherwise say what is missing, once."""
    if not field.data and not field.errors:
        field.errors = [sentence]
    return bool(field.data)


def cents(text: str | None) -> int | None:
    """Read an amount with a point or a comma; None when it is none."""
    whole, _point, rest = (text or "").replace(",", ".").replace("€", "").strip().partition(".")
    if not (whole.isdecimal() and len(whole) < 6 and (not rest or (rest.isdecimal() and len(rest) <= 2))):
        return None
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)

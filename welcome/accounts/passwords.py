"""What a password must be: long, and not one of those that everybody tries first. Nothing else is asked."""

from functools import cache
from pathlib import Path
from typing import Any

from flask_security import PasswordUtil

from welcome.i18n import gettext as _

SHORTEST = 10
LONGEST = 200
COMMON = Path(__file__).parent / "common_passwords.txt"


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords of ten characters or more that are tried first, in small letters."""
    return frozenset(COMMON.read_text(encoding="utf-8").split("\n"))


def is_easy(password: str, *known: str) -> bool:
    """Return whether a password is common, one sign over and over, or what is known about its owner."""
    small = password.casefold()
    return small in common_passwords() or len(set(small)) < 4 or small in {text.casefold() for text in known}


class Passwords(PasswordUtil):
    """Flask-Security asks here whether a new password will do."""

    def validate(self, password: str, is_register: bool, **known: Any) -> tuple[list[str] | None, str]:
        """Return what is wrong with a password (or None), and its normalised form."""
        normal = self.normalize(password)
        if len(normal) < SHORTEST:
            return [_("Please use %(number)s characters or more.", number=SHORTEST)], normal
        if len(normal) > LONGEST:
            return [_("Please use %(number)s characters or fewer.", number=LONGEST)], normal
        if is_easy(normal, *_about(known)):
            return [_("Many people use this password, so it is easy to guess. Please choose another one.")], normal
        return None, normal


def _about(known: dict[str, Any]) -> list[str]:
    member = known.get("user")
    about = (member.email, member.first_name) if member else (known.get("email"), known.get("first_name"))
    return [text for text in about if text]

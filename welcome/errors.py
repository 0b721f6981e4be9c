"""Refusals: every "no" that a person can be shown, as a sentence in their language."""

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import LazyString, lazy_gettext


class Refusal(Exception):
    """Say no to a person.

    Subclasses set ``message``, a lazily translated sentence; its placeholders are filled from the keyword arguments.
    """

    message: ClassVar[LazyString] = lazy_gettext("This is not possible right now.")
    status: ClassVar[int] = 409

    def __init__(self, **values: object) -> None:
        super().__init__()
        self.values = values

    def __str__(self) -> str:
        sentence = str(self.message)
        return sentence % self.values if self.values else sentence

    @property
    def words(self) -> dict[str, str]:
        """What the sentence is filled with, as it can be written down; ``recall`` makes a refusal of it again."""
        return {name: str(value) for name, value in self.values.items()}


def recall(name: str, words: Mapping[str, str]) -> Refusal:
    """Return a refusal that was written down by its name, so that each reader sees it in their own language."""
    kinds = [Refusal]
    for one in kinds:
        if one.__name__ == name:
            return one(**words)
        kinds.extend(one.__subclasses__())
    return Refusal()


class NotFound(Refusal):
    """There is no such thing, or it is not for this reader: they cannot tell which."""

    message = lazy_gettext("This page does not exist, or it is not open to you.")
    status = 404


class Forbidden(Refusal):
    """The reader is known and may not do this."""

    message = lazy_gettext("You may not do this.")
    status = 403

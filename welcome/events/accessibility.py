"""What people need to know before they can decide to come: asked one by one, and "not known" is an answer too."""

from collections.abc import Mapping

from flask_babel import LazyString

from welcome.i18n import lazy_gettext as _l

#: Beside the question about steps, which has a column of its own because one can search for it.
QUESTIONS: Mapping[str, LazyString] = {
    "toilet": _l("Accessible toilet"),
    "parking": _l("Parking nearby"),
    "transport": _l("Public transport nearby"),
    "loop": _l("Hearing loop"),
    "quiet": _l("Quiet space"),
    "sign": _l("Sign language"),
    "dogs": _l("Assistance dogs welcome"),
}
STEP_FREE = _l("Step-free entrance")


def known_only(answers: Mapping[str, bool | None]) -> dict[str, bool]:
    """Keep the answers that were given to questions that there are."""
    return {code: bool(answers[code]) for code in QUESTIONS if answers.get(code) is not None}


def by_answer(is_step_free: bool | None, answers: Mapping[str, bool]) -> dict[bool | None, list[LazyString]]:
    """Sort all eight questions by their answers: what there is, what there is not, what nobody said."""
    sorted_: dict[bool | None, list[LazyString]] = {True: [], False: [], None: []}
    sorted_[is_step_free].append(STEP_FREE)
    for code, label in QUESTIONS.items():
        sorted_[answers.get(code)].append(label)
    return sorted_

"""The steps that every instance begins with: when each helps, and what it says."""

from welcome.announcements.journey.steps import Step
from welcome.i18n import lazy_gettext as _l

STEPS: tuple[Step, ...] = (
    Step(
        "before",
        -1,
        _l("Before departure"),
        _l("Before you come: what helps now"),
        (
            _l("Soon you will be here. A few things are easier when they are begun before the journey."),
            _l("The city guide shows who helps with registering and with a home. You may write to them already now."),
            _l("You can also ask somebody who lives here. A familiar name makes the first days lighter."),
        ),
        ("arriving", "home", "language"),
    ),
    Step(
        "first_week",
        0,
        _l("The first week"),
        _l("Your first days here"),
        (
            _l("Welcome! The first days are full. Three things are enough: register, find a doctor, know who to ask."),
            _l("Nobody expects you to know how things work here. The city guide names who answers such questions."),
        ),
        ("arriving", "health", "help"),
    ),
    Step(
        "first_month",
        1,
        _l("The first month"),
        _l("Your first month: time to meet people"),
        (
            _l("When the papers are done, the days can become quiet. Now is a good moment to meet people."),
            _l("Begin with one thing that comes back every week: a walk, a club. Meeting again makes friends."),
        ),
        ("meeting", "language", "family"),
    ),
    Step(
        "third_month",
        3,
        _l("The third month"),
        _l("Three months here: go on with the language"),
        (
            _l("After three months the new has become normal, and for many this is the hardest time. It passes."),
            _l("Practise the language for an hour a week with somebody who wants to learn yours. You both gain."),
        ),
        ("language", "work", "sport"),
    ),
    Step(
        "half_year",
        6,
        _l("Half a year"),
        _l("Half a year here: what you can give"),
        (
            _l("You know your way by now. What you can do is wanted here: teach, cook, repair, listen, organise."),
            _l("Volunteers are welcome, also with little of the language. Many found their first friends that way."),
        ),
        ("giving", "work", "culture"),
    ),
    Step(
        "year",
        12,
        _l("A year"),
        _l("A year here: welcome somebody yourself"),
        (
            _l("A whole year! You know now what helped you, and what you would have liked to know."),
            _l("Somebody has just arrived who asks what you asked then. You can be the person who answers."),
        ),
        ("giving", "meeting", "culture"),
    ),
)

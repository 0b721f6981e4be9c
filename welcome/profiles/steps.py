"""What each step of the profile says: its name, its question, and what it is good for once it is answered."""

from dataclasses import dataclass

from flask_babel import LazyString

from welcome.i18n import gettext as _
from welcome.i18n import lazy_gettext as _l
from welcome.i18n import ngettext


@dataclass(frozen=True, slots=True)
class Step:
    """The words of one step."""

    code: str
    name: LazyString
    question: LazyString
    lead: LazyString
    good_for: LazyString
    icon: str


STEPS = {
    step.code: step
    for step in (
        Step(
            "side",
            _l("You and the city"),
            _l("How long have you been here?"),
            _l("People who are new and people who know the city meet here. You decide which of them you are."),
            _l("Events now show you the places that are kept for you."),
            "road",
        ),
        Step(
            "languages",
            _l("Languages"),
            _l("Which languages do you speak?"),
            _l("Also the one you have just begun. Practising works best when both of you win."),
            _l("We can now look for people to practise with."),
            "language",
        ),
        Step(
            "availability",
            _l("Your week"),
            _l("When do you usually have time?"),
            _l("A normal week is enough. Only you see it; we use it to find times that suit both."),
            _l("We now suggest people who have time when you do."),
            "clock",
        ),
        Step(
            "interests",
            _l("Interests"),
            _l("What do you like to do?"),
            _l("Tick what you like. Friendships grow from doing things together, again and again."),
            _l("Others now see what you both like, and nothing more."),
            "heart",
        ),
        Step(
            "area",
            _l("Your area"),
            _l("Where in the city are you?"),
            _l("A part of the city is enough. We never ask for an address and never show a distance."),
            _l("We now look for people and events close to you first."),
            "pin",
        ),
        Step(
            "family",
            _l("Your situation"),
            _l("What is your life like now?"),
            _l("You may skip all of this. Each answer is kept only if you tick the box below it."),
            _l("We can now find people who are in a similar situation."),
            "children",
        ),
        Step(
            "offers",
            _l("Give and ask"),
            _l("What can you help with, and what would help you?"),
            _l("Everybody is good at something. Newcomers too: cooking, coding, listening."),
            _l("Mentors and people with questions can now find each other."),
            "exchange",
        ),
        Step(
            "limits",
            _l("Who sees you"),
            _l("Who may meet you?"),
            _l("You decide, and you need no reason. Nobody is ever told what you chose here."),
            _l("From now on this holds everywhere: in suggestions, in rounds and in circles."),
            "shield",
        ),
    )
}


def thanks(step: str, count: int | None) -> str:
    """Say what a step is good for now; with how many people it fits, where that can be told."""
    if count is None:
        return str(STEPS[step].good_for)
    if step == "languages":
        return str(ngettext("%(num)s person fits your languages.", "%(num)s people fit your languages.", count))
    if step == "interests":
        return str(ngettext("%(num)s person likes what you like.", "%(num)s people like some of what you like.", count))
    if step == "availability":
        return str(ngettext("%(num)s person has time when you do.", "%(num)s people have time when you do.", count))
    return str(_("%(num)s other members are in your area.", num=count))

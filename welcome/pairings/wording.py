"""Say in the reader's language what the matcher, the requests and the meetings know as codes."""

# gettext comes without types, and every function here returns what it says.
# mypy: disable-error-code="no-any-return"

from collections.abc import Iterable
from dataclasses import dataclass

from welcome.i18n import format_list, language_name, ngettext
from welcome.i18n import gettext as _
from welcome.matching.pairs.constraints import Rule
from welcome.matching.pairs.openings import Change, Opening
from welcome.matching.pairs.reasons import Caution, Explanation, Facts, Nearness
from welcome.matching.pairs.reasons import Reason as Counted
from welcome.matching.programme import Part as Weight
from welcome.pairings.service import Step, StepKind
from welcome.pairings.states import OpenTo, Part, ProgrammeKind
from welcome.pairings.times import say_time
from welcome.profiles.vocabulary import SENSITIVE, interest_label, slot_label, topic_label

MOST_NAMED = 3
FEW = 5  #: counts below this are not told


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and what kind of reason it is (it picks the sign)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """What a suggestion says: what each would gain, what both share, one caution."""

    gets: str | None
    gives: str | None
    shared: tuple[Reason, ...]
    caution: str | None


def listed(words: Iterable[str]) -> str:
    """Join a few words as the reader's language does."""
    return format_list(list(words)[:MOST_NAMED])


def say_why(why: Explanation, name: str) -> Why:
    """Say a two-sided reason: for each side three sentences at most, of which two are shared."""
    gets, gives = _gets(why, name), _gives(why, name)
    shared = _shared(why, 2 if gets or gives else 3)
    return Why(gets, gives, shared, say_caution(why.caution, why.facts))


def _gets(why: Explanation, name: str) -> str | None:
    """Say what the reader would gain: help with a topic or with a language, whichever counts more here."""
    topics, languages = why.facts.they_offer, why.facts.they_teach
    if languages and not (topics and _topics_count_more(why.mine)):
        return _("%(name)s can help you with %(languages)s.", name=name, languages=_languages(languages))
    if topics:
        return _("%(name)s can help you with: %(topics)s.", name=name, topics=_topics(topics))
    return None


def _gives(why: Explanation, name: str) -> str | None:
    """Say what the other would gain."""
    topics, languages = why.facts.i_offer, why.facts.i_teach
    if languages and not (topics and _topics_count_more(why.theirs)):
        return _("You can help %(name)s with %(languages)s.", name=name, languages=_languages(languages))
    if topics:
        return _("You can help %(name)s with: %(topics)s.", name=name, topics=_topics(topics))
    return None


def _topics_count_more(reasons: Iterable[Counted]) -> bool:
    points = {reason.part: reason.points for reason in reasons}
    return points.get(Weight.GOALS, 0.0) >= points.get(Weight.LANGUAGE, 0.0)


def _languages(codes: Iterable[str]) -> str:
    return listed(language_name(code) for code in codes)


def _topics(codes: Iterable[str]) -> str:
    return listed(topic_label(code) for code in codes)


def _shared(why: Explanation, most: int) -> tuple[Reason, ...]:
    """Say what both share, in the order in which it counted for both."""
    points: dict[Weight, float] = {}
    for reason in (*why.mine, *why.theirs):
        points[reason.part] = points.get(reason.part, 0.0) + reason.points
    if why.caution is Caution.ONE_SLOT:
        points.pop(Weight.TIME, None)  # the caution says it
    said = (_say_part(part, why.facts) for part in sorted(points, key=lambda part: -points[part]))
    return tuple(reason for reason in said if reason is not None)[:most]


def _say_part(part: Weight, facts: Facts) -> Reason | None:
    if part is Weight.INTERESTS and facts.interests:
        interests = listed(interest_label(code) for code in facts.interests)
        return Reason("interest", _("You both like: %(interests)s.", interests=interests))
    if part is Weight.TIME and facts.slots:
        times = format_list([slot_label(slot) for slot in facts.slots[:MOST_NAMED]])
        return Reason("time", _("You are both often free: %(times)s.", times=times))
    if part is Weight.NEARNESS and facts.nearness in (Nearness.SAME, Nearness.NEAR):
        if facts.nearness is Nearness.SAME:
            return Reason("area", _("You live in the same district."))
        return Reason("area", _("Your districts are close to each other."))
    if part is Weight.SITUATION and {*facts.situations, *facts.children} - SENSITIVE:
        return Reason("situation", _("You are in a similar situation."))
    if part is Weight.LANGUAGE and facts.common and not (facts.they_teach or facts.i_teach):
        common = _languages(language.language for language in facts.common)
        return Reason("language", _("You can talk in %(languages)s.", languages=common))
    return None


def say_caution(caution: Caution | None, facts: Facts) -> str | None:
    """Say the one thing to know before asking."""
    if caution is Caution.THIN_LANGUAGE:
        return _("You share only a little of a common language. Patience and a translator on the phone help.")
    if caution is Caution.ONLY_ONLINE:
        return _("You live far apart: you would meet online.")
    if caution is Caution.NO_SHARED_SLOT:
        return _("You have no free time in common yet: you would write first.")
    if caution is Caution.UNKNOWN_AREA:
        return _("We do not know whether you live near each other.")
    if caution is Caution.ONE_SLOT and facts.slots:
        return _("You share one free time in the week: %(time)s.", time=slot_label(facts.slots[0]))
    return None


def say_nobody(removed: Iterable[tuple[Rule, int]], fitting: int) -> str:
    """Say why nobody is suggested."""
    removed = tuple(removed)
    if fitting and any(rule is Rule.ASKED for rule, _number in removed):
        return _("Everybody who fits has questions to answer first. Look again in a few days.")
    if fitting and any(rule is Rule.EXPOSURE for rule, _number in removed):
        return _("Everybody who fits has been shown to many people this week. Look again on Monday.")
    if fitting:
        return _("You have asked or met everybody who fits at the moment. New people join every week.")
    last = [rule for rule, number in removed if number]
    if not last:
        return _("Nobody else has joined yet. As soon as somebody does, you see them here.")
    sentences = {
        Rule.EXCHANGE: _("Nobody here yet teaches what you learn and learns what you teach."),
        Rule.LANGUAGE: _("Nobody here yet speaks a language well enough that you speak too."),
        Rule.TIME: _("Nobody who fits is free at the times you gave."),
        Rule.REACH: _("Nobody who fits lives near enough."),
        Rule.INTEREST: _("Nobody here yet likes what you like."),
        Rule.ROLE: _("There is nobody on the other side of this programme yet."),
        Rule.CAPACITY: _("Everybody who would fit has found somebody at the moment."),
    }
    return sentences.get(last[-1], _("Nobody fits at the moment. New people join every week."))


def say_opening(opening: Opening) -> str:
    """Say what one change would open."""
    many = opening.people >= FEW
    people = ngettext("%(num)s more person", "%(num)s more people", opening.people) if many else _("a few more people")
    if opening.change is Change.SLOT:
        return _(
            "If you had time on %(slot)s, %(people)s would fit.", slot=slot_label(int(opening.code or 0)), people=people
        )
    if opening.change is Change.ONLINE:
        return _("If you also met online, %(people)s would fit.", people=people)
    if opening.change is Change.TEACH:
        return _(
            "If you helped others with %(language)s, %(people)s would fit.",
            language=language_name(str(opening.code)),
            people=people,
        )
    if opening.change is Change.LEARN:
        return _(
            "If you also learned %(language)s, %(people)s would fit.",
            language=language_name(str(opening.code)),
            people=people,
        )
    if opening.change is Change.INTEREST:
        return _(
            "If you also liked %(interest)s, %(people)s would fit.",
            interest=interest_label(str(opening.code)),
            people=people,
        )
    return _("If you also wrote to each other instead of meeting, %(people)s would fit.", people=people)


def say_kind(kind: ProgrammeKind) -> str:
    """Say what a kind of programme is for."""
    return {
        ProgrammeKind.EXCHANGE: _("You help each other with a language: half the time yours, half the time theirs."),
        ProgrammeKind.MENTORSHIP: _("Somebody who knows the way helps somebody who is new, for a few months."),
        ProgrammeKind.ACTIVITY: _("Do something you both like, together."),
        ProgrammeKind.HOSTING: _("Somebody who is at home here opens a door: a meal, a walk, a feast day together."),
        ProgrammeKind.CIRCLES: _("Three to six people who all like the same thing meet around it."),
    }[kind]


def say_open_to(open_to: OpenTo) -> str | None:
    """Say whom a programme is for, if it is not for everybody."""
    return {OpenTo.NEWCOMERS: _("For newcomers"), OpenTo.WOMEN: _("For women")}.get(open_to)


OF_CIRCLES = (StepKind.CIRCLE, StepKind.CIRCLE_CHECK, StepKind.CIRCLE_MEETING)


def say_step(step: Step) -> tuple[str, str]:
    """Say what is next, and the words on its button."""
    at = say_time(step.at) if step.at and step.kind in (StepKind.MEETING, StepKind.CIRCLE_MEETING) else ""
    if step.kind in OF_CIRCLES:
        activity = interest_label(step.name)
        return {
            StepKind.CIRCLE: (_("A circle around: %(activity)s", activity=activity), _("Look and answer")),
            StepKind.CIRCLE_CHECK: (_("Did your circle meet? %(activity)s", activity=activity), _("Answer in private")),
            StepKind.CIRCLE_MEETING: (_("Your circle meets on %(time)s.", time=at), _("See your circle")),
        }[step.kind]
    return {
        StepKind.CHECK: (_("Did you meet %(name)s?", name=step.name), _("Answer in private")),
        StepKind.REQUEST: (_("%(name)s would like to meet you", name=step.name), _("Look and answer")),
        StepKind.PROPOSAL: (_("We think that you and %(name)s fit", name=step.name), _("Look and answer")),
        StepKind.CHOOSE: (_("%(name)s offers times to meet", name=step.name), _("Choose a time")),
        StepKind.MEETING: (_("You meet %(name)s on %(time)s", name=step.name, time=at), _("See the plan")),
        StepKind.PLAN: (_("Find a time to meet %(name)s", name=step.name), _("Offer times")),
        StepKind.WAITING: (_("Waiting for %(name)s", name=step.name), _("See where it stands")),
    }[step.kind]


def say_role(role: Part) -> str:
    """Name a role in a programme."""
    return {
        Part.PARTNER: _("Partner"),
        Part.MENTOR: _("I would like to help as a mentor"),
        Part.MENTEE: _("I would like to have a mentor"),
    }[role]

"""What an event says, between its row and plain values that forms, imports and copies work with."""

from datetime import datetime

from welcome.directory.rules import plain
from welcome.events import rules
from welcome.events.models import Event, EventLanguage
from welcome.events.plans import Facts, Speaking
from welcome.texts.service import all_words, note_change, words_of

COPIED = (
    *("title", "about", "kind", "cost_cents", "cost_note", "children_welcome", "is_step_free"),
    *("setting", "text_language"),
    *("newcomer_places", "local_places", "opens_to_all_hours", "arrived_within_weeks"),
)


def facts_of(event: Event) -> Facts:
    """Return what an event says, as plain values."""
    languages = tuple(Speaking(one.code, one.level, one.is_main) for one in event.languages)
    same = {name: getattr(event, name) for name in COPIED}
    return Facts(
        **same,
        access=dict(event.access),
        languages=languages,
        interests=tuple(event.interests),
        capacity=event.capacity,
    )


def state_facts(event: Event, facts: Facts, *, now: datetime) -> None:
    """Write down what an event says."""
    rules.check_facts(facts)
    before = words_of(event)
    for name in COPIED:
        setattr(event, name, getattr(facts, name))
    note_change(event, before, now=now)
    event.access = dict(facts.access)
    event.search_words = plain(all_words(event))
    if not event.is_bridging:
        event.newcomer_places = event.local_places = None
    event.capacity, event.interests, event.updated_at = rules.capacity_of(facts), list(facts.interests), now
    known = {one.code: one for one in event.languages}
    event.languages = [known.get(said.code) or EventLanguage(code=said.code) for said in facts.languages]
    for language, said in zip(event.languages, facts.languages, strict=True):
        language.level, language.is_main = said.level, said.is_main

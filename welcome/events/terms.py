"""How people get a place at an event: its organisers' choice, which its dates and its copies follow."""

from dataclasses import asdict

from welcome.events import rules
from welcome.events.models import Event
from welcome.events.plans import Terms


def terms_of(event: Event) -> Terms:
    """Return how people get a place, as plain values."""
    return Terms(**{name: getattr(event, name) for name in Terms.__slots__})


def set_terms(event: Event, terms: Terms) -> None:
    """Write down how people get a place; the caller lets the dates follow."""
    if terms.first_timer_places:
        rules.check_kept(
            rules.Promised(event.capacity, event.newcomer_places, event.local_places, terms.first_timer_places)
        )
    for name, value in asdict(terms).items():
        setattr(event, name, value)

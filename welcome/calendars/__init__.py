"""Calendars: events that go out to people's own calendars and come in from other people's."""

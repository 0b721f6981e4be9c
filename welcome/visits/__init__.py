"""Visits: what happens at the event and the day after, from the list at the door to two questions and the counts."""

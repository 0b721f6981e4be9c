"""Announcements: who hears of an event, at the right moment of their own arrival, once, in their language."""

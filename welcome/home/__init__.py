"""The front door: what is next for a member, what is on for a visitor, and how this place works."""

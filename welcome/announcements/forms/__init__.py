"""The forms of this room, by subject."""

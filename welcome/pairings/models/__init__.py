"""The tables of this room, by subject."""

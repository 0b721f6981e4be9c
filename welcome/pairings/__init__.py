"""Pairings: programmes that bring two people together, from a suggestion to the third meeting."""

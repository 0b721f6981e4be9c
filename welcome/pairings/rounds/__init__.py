"""Rounds: a programme is solved for everybody who waits, tried beforehand, sent, followed and measured."""

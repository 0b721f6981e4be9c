"""Circles of three to six people around an activity."""

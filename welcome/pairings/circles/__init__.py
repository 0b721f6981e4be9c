"""Circles: three to six people who meet around something that all of them like."""

"""Whom one person could meet, now."""

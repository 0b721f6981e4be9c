"""The one place that asks what time it is, so that a test can answer."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)

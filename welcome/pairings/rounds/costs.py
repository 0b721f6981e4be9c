"""What a coordinator's change costs everybody else."""

from typing import Any


def of_change(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return how many people find nobody because of a change, and the share of the total score that it costs."""
    total = 1 - after["total"] / before["total"] if before["total"] else 0.0
    return {"people": before["matched"] - after["matched"], "total": total}

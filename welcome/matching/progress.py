"""Telling how far a round is, and stopping it: whoever listens may raise."""

from collections.abc import Callable

# Told the share done, 0..1, and the name of the step.
Progress = Callable[[float, str], None]


def untold(done: float, step: str) -> None:
    """Listen to nothing."""


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return a listener for one part of the work, which begins and ends at these shares of the whole."""

    def tell(done: float, step: str) -> None:
        progress(start + (end - start) * done, step)

    return tell

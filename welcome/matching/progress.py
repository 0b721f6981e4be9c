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


class Steady:
    """Tells a listener shares that never fall, and can tell the last one again: then it may stop the work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0.0
        self._step = ""

    def __call__(self, done: float, step: str) -> None:
        """Tell how far the work is, at least as far as before."""
        self._done, self._step = max(self._done, done), step
        self._progress(self._done, step)

    def still(self, done: float, step: str) -> None:
        """Tell that the work goes on within the same step."""
        self._progress(self._done, self._step)

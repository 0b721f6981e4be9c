"""Who does the heavy work. Every tier gives the same round, byte for byte; they differ in time alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from importlib.util import find_spec


class Tier(StrEnum):
    """What the inner loops run on."""

    NUMPY = "numpy"  # and scipy: always there
    COMPILED = "compiled"  # numba, the optional extra `fast`
    ORTOOLS = "ortools"  # the assignment alone; the rest as numpy

    @property
    def is_there(self) -> bool:
        """Whether what it needs is installed."""
        return self is Tier.NUMPY or find_spec("numba" if self is Tier.COMPILED else "ortools") is not None


_chosen: ContextVar[Tier | None] = ContextVar("tier", default=None)


def tier() -> Tier:
    """Return the tier in use: the one asked for, or compiled code where it is installed."""
    return _chosen.get() or (Tier.COMPILED if Tier.COMPILED.is_there else Tier.NUMPY)


@contextmanager
def using(asked: Tier | str | None) -> Iterator[None]:
    """Use one tier within a ``with`` block; None leaves the choice as it is.

    Raises
    ------
    ValueError
        If there is no such tier, or what it needs is not installed.
    """
    wanted = tier() if asked is None else Tier(asked)
    if not wanted.is_there:
        raise ValueError(f"what the tier {wanted} needs is not installed")
    token = _chosen.set(wanted)
    try:
        yield
    finally:
        _chosen.reset(token)

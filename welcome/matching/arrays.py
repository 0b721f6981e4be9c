"""Names for the few kinds of array that the engine room passes around."""

from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Anything = npt.NDArray[Any]

# Row numbers: an index array of any shape, or the slice that means everybody.
Rows = Ints | slice


def is_one(rows: Rows) -> TypeGuard[Ints]:
    """Say whether rows name a single row, to be set beside many."""
    return not isinstance(rows, slice) and rows.shape == (1,)


def is_list(rows: Rows) -> TypeGuard[Ints]:
    """Say whether rows are a plain list of row numbers."""
    return not isinstance(rows, slice) and rows.ndim == 1

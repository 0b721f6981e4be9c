"""Names for the few kinds of array that the engine room passes around."""

from typing import Any

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Anything = npt.NDArray[Any]

# Row numbers: an index array of any shape, or the slice that means everybody.
Rows = Ints | slice

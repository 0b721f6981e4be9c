"""The assignment by numba: an auction, then shortest paths."""

"""The compiled tier (numba): the same answers as numpy and scipy give, sooner. Loaded only where numba is installed."""

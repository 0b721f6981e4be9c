"""Finding, scoring and picking pairs one by one, by numba: the same to the last bit as for whole arrays."""

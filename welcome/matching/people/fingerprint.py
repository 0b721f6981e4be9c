"""People by what they say: an order that does not depend on the input's, and a hash of all of it."""

import hashlib

import numpy as np

from welcome.matching.arrays import Anything, Ints
from welcome.matching.people.population import Population
from welcome.matching.programme import Programme


def fair_order(population: Population, seed: int) -> Ints:
    """Order people by what they say, not by where they stand, then shuffle them by the seed.

    Who says exactly the same as another keeps the order of rows; they can stand for each other.

    Returns
    -------
    int64 (n,)
        The rows in their new order.
    """
    if not len(population):
        return np.arange(0)
    columns = population.columns().values()
    told = [np.ascontiguousarray(c).reshape(len(population), -1).view(np.uint8) for c in columns]
    whole = np.ascontiguousarray(np.concatenate(told, axis=1))
    order = np.argsort(whole.view(f"V{whole.shape[1]}").ravel(), kind="stable")
    return np.random.default_rng(seed).permutation(order)


def digest(population: Population, programme: Programme, seed: int, pinned: object, exposure: Ints | None) -> str:
    """Hash everything that decides a round, in hexadecimal (SHA-256)."""
    told = hashlib.sha256(repr((programme, programme.shares(), seed, population.vocabulary)).encode())
    more: list[Anything] = [population.closeness, population.forbidden, np.asarray(pinned, dtype=np.int64)]
    if exposure is not None:
        more.append(exposure)
    for column in [*population.columns().values(), *more]:
        told.update(repr(column.shape).encode() + np.ascontiguousarray(column).tobytes())
    return told.hexdigest()

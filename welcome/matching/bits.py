"""Small sets as bits, so that thousands of people are compared in one stroke.

A column of sets is an array of shape ``(words, people)``: bit ``k % 64`` of word ``k // 64`` says
whether a person holds the ``k``-th code of the vocabulary.
"""

from collections.abc import Collection, Sequence

import numpy as np

from welcome.matching.arrays import Bools, Ints, Words

WORD = 64


def words_for(vocabulary: Sequence[str]) -> int:
    """Return how many 64-bit words a set over this vocabulary needs (at least one)."""
    return max(1, -(-len(vocabulary) // WORD))


def bits_for(count: int) -> int:
    """Return how many bits hold any number below ``count`` (at least one)."""
    return max(1, (count - 1).bit_length())


def pack(sets: Sequence[Collection[str]], vocabulary: Sequence[str]) -> Words:
    """Write one set a person as a column.

    Parameters
    ----------
    sets : sequence of n collections of codes
    vocabulary : sequence of str
        Every code that may occur; its position is its bit.

    Returns
    -------
    ndarray of uint64, shape (words, n)

    Raises
    ------
    ValueError
        If a set holds a code outside the vocabulary.
    """
    place = {code: at for at, code in enumerate(vocabulary)}
    rows = [[0] * len(sets) for _ in range(words_for(vocabulary))]
    for person, codes in enumerate(sets):
        for code in codes:
            if code not in place:
                raise ValueError(f"unknown code {code!r}")
            word, bit = divmod(place[code], WORD)
            rows[word][person] |= 1 << bit
    return np.array(rows, dtype=np.uint64).reshape(len(rows), len(sets))


def unpack(words: Words, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of one set, in the order of the vocabulary; ``words`` has shape (words,)."""
    whole = sum(int(word) << (WORD * at) for at, word in enumerate(words))
    return tuple(code for at, code in enumerate(vocabulary) if whole >> at & 1)


def meet(left: Words, right: Words) -> Bools:
    """Say where two columns share at least one code; the first axis (words) is used up."""
    shared = (left[0] & right[0]) != 0
    for word in range(1, len(left)):
        shared = shared | ((left[word] & right[word]) != 0)
    return np.asarray(shared, dtype=np.bool_)


def shared_count(left: Words, right: Words) -> Ints:
    """Count the codes that two columns share; the first axis (words) is used up."""
    return np.asarray(np.bitwise_count(left & right).sum(axis=0), dtype=np.int64)


def size(column: Words) -> Ints:
    """Count the codes in each set of a column of shape (words, n)."""
    return np.asarray(np.bitwise_count(column).sum(axis=0), dtype=np.int64)

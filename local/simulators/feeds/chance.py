"""Draws for one book from a hash of seed and number, and tables that turn a draw into a choice at once.

Knows no book. Faster than hashing each decision: one hash gives every draw of a book, and each choice is one look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import shake_128
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")

# A draw is a whole number of 16 bits; a table has one slot for each of its values.
SLOTS = 65_536
# Returns the next draw.
Draw = Callable[[], int]

# More than any book uses: 250 words of summary, 85 for a table of contents, and fewer than 100 for the rest.
_DRAWS = 448


def draws(seed: int, number: int) -> Iterator[int]:
    """Returns the draws of a book, from 0 to 65,535; they depend on seed and number alone (and on a machine's order of bytes)."""
    return iter(memoryview(shake_128(b"%d:%d" % (seed, number)).digest(2 * _DRAWS)).cast("H"))


def chance(proportion: float) -> int:
    """Returns the number that a draw is below in this proportion of all cases."""
    return round(proportion * SLOTS)


def weighted(shares: Mapping[T, float]) -> tuple[T, ...]:
    """Returns a table in which each choice has slots in proportion to its share. The shares may have any sum."""
    return _table(list(shares), list(shares.values()), floor=0)


def skewed(choices: Sequence[T], flat: float) -> tuple[T, ...]:
    """Returns a table whose choices follow Zipf's law, the first being the most frequent. Each has at least one slot.

    The larger `flat` is, the smaller is the lead of the first ones (Mandelbrot's form: 1 / (rank + flat)).
    """
    return _table(choices, [1 / (rank + flat) for rank in range(1, len(choices) + 1)], floor=1)


def _table(choices: Sequence[T], weights: Sequence[float], floor: int) -> tuple[T, ...]:
    spare = SLOTS - floor * len(choices)
    total = sum(weights)
    slots: list[T] = []
    for place, (choice, reached) in enumerate(zip(choices, accumulate(weights), strict=True), start=1):
        slots += [choice] * (floor * place + round(spare * reached / total) - len(slots))
    return tuple(slots)

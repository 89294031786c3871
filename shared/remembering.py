"""Remembers what a function returned for short texts: the same dates, prices and sizes are in many records. Knows no text.

What is remembered is bounded in number and size, whatever a sender writes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

MOST = 2_000
"""Results that are remembered of one function."""
LONGEST = 200
"""Characters of a text that is remembered; few longer ones are in two records."""

_Result = TypeVar("_Result")


def remembered(function: Callable[[str], _Result]) -> Callable[[str], _Result]:
    """Returns a pure function that works out its result for a short text once, as long as the text stays in use."""
    of_short = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def of_any(text: str) -> _Result:
        return of_short(text) if len(text) <= LONGEST else function(text)

    return of_any

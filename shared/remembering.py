"""Remembers what a function returned for short texts: the same dates, prices and sizes are in many records. Knows no text.

What is remembered is bounded in number and size, whatever a sender writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import TypeVar

MOST = 2_000
"""Results that are remembered of one function. One more, and all are forgotten: those in use are soon there again."""
LONGEST = 200
"""Characters of a text that is remembered; few longer ones are in two records."""

_Asked = TypeVar("_Asked", bound=Sized)
_Result = TypeVar("_Result")


class _Results(dict[_Asked, _Result]):
    """What was asked -> the result, which is worked out where it is missing."""

    def __init__(self, function: Callable[[_Asked], _Result], length: Callable[[_Asked], int]) -> None:
        super().__init__()
        self._function = function
        self._length = length

    def __missing__(self, asked: _Asked) -> _Result:
        result = self._function(asked)
        if self._length(asked) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[asked] = result
        return result


def remembered(function: Callable[[_Asked], _Result], length: Callable[[_Asked], int] = len) -> Callable[[_Asked], _Result]:
    """Returns a pure function that works out its result for a short text once.

    `length` returns the size, in characters, of what the function is asked where that is not a text but a tuple of texts.
    """
    # Python looks up a key several times faster than it calls a function.
    return _Results(function, length).__getitem__

"""How long to wait before the next attempt. Owns the one formula; who waits, and when to give up, it must not know."""

from __future__ import annotations

import random


def pause_after(failures: int, *, first: float, longest: float) -> float:
    """The pause in seconds after so many failures in a row: `first` after one, then twice the last, `longest` at most."""
    return min(longest, first * 2.0 ** min(max(failures - 1, 0), 32))


def spread(pause: float) -> float:
    """The pause cut by up to a half at random, so that many processes do not come back at once."""
    return pause * random.uniform(0.5, 1.0)


class Backoff:
    """Counts failures in a row and gives the pause after each; spread where several processes wait for one thing."""

    def __init__(self, first: float, longest: float, *, spread: bool = True) -> None:
        """Pauses are in seconds."""
        self._first = first
        self._longest = longest
        self._spread = spread
        self._failures = 0

    def reset(self) -> None:
        """Begin with the shortest pause again."""
        self._failures = 0

    def next(self) -> float:
        """Note a failure; returns the pause after it in seconds."""
        self._failures += 1
        pause = pause_after(self._failures, first=self._first, longest=self._longest)
        return spread(pause) if self._spread else pause

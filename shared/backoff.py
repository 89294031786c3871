"""Computes how long to wait before the next attempt. Owns the one formula; must not know who waits or when to give up."""

from __future__ import annotations

import random


def pause_after(failures: int, *, first: float, longest: float) -> float:
    """Returns the pause in seconds after so many failures in a row: `first` after one, then double, at most `longest`."""
    return min(longest, first * 2.0 ** min(max(failures - 1, 0), 32))


def spread(pause: float) -> float:
    """Shortens a pause by up to a half at random, so that many processes do not try again at the same moment."""
    return pause * random.uniform(0.5, 1.0)


class Backoff:
    """Counts failures in a row and computes the pause after each. Spreads pauses, as several processes may wait for one thing."""

    def __init__(self, first: float, longest: float, *, spread: bool = True) -> None:
        """Pauses are in seconds."""
        self._first = first
        self._longest = longest
        self._spread = spread
        self._failures = 0

    def reset(self) -> None:
        """Starts with the shortest pause again."""
        self._failures = 0

    def next(self) -> float:
        """Counts a failure and returns the pause after it in seconds."""
        self._failures += 1
        pause = pause_after(self._failures, first=self._first, longest=self._longest)
        return spread(pause) if self._spread else pause

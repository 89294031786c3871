"""Limits how often a caller may do something: a token bucket for each caller. Does no I/O; the time is passed in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from math import ceil


class Rates:
    """A bucket for each caller holds `burst` requests at most and gets `per_second` new ones a second.

    A caller that was away for longest is forgotten when there are more than `most_callers`: its bucket is the fullest.
    """

    def __init__(self, *, per_second: float, burst: int, most_callers: int = 10_000) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._most_callers = most_callers
        # Per caller, who asked last at the end: what the bucket held, and when.
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, caller: Hashable, now: float) -> int:
        """Takes one request out of the caller's bucket and returns 0; for an empty one, returns the seconds to wait."""
        held, at = self._buckets.get(caller, (self._burst, now))
        held = min(self._burst, held + max(0.0, now - at) * self._per_second)
        allowed = held >= 1
        self._buckets[caller] = (held - allowed, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > self._most_callers:
            self._buckets.popitem(last=False)
        return 0 if allowed else ceil((1 - held) / self._per_second)

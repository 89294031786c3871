"""The fuse: when nearly everything is poison, the fault is ours, and a consumer should stand still, not bury it all."""

from __future__ import annotations

from collections import deque
from itertools import repeat

from shared.messaging.subscription import ConsumerLimits


class Fused(Exception):
    """Too much was poison; the message at hand is not dead-lettered and not committed past."""


class Fuse:
    """Counts poison in a row and poison's share of the last messages."""

    def __init__(self, limits: ConsumerLimits) -> None:
        self._limits = limits
        self._in_a_row = 0
        self._last: deque[bool] = deque(maxlen=limits.fuse_window)

    def passed(self, count: int) -> None:
        """So many messages were dealt with."""
        self._in_a_row = 0
        self._last.extend(repeat(False, min(count, self._limits.fuse_window)))

    def poisoned(self) -> None:
        """One more is poison. Raises Fused when that is one too many."""
        self._in_a_row += 1
        self._last.append(True)
        if self._in_a_row >= self._limits.fuse_consecutive:
            raise Fused(f"{self._in_a_row} messages in a row were poison")
        share = sum(self._last) / self._limits.fuse_window
        if len(self._last) == self._limits.fuse_window and share > self._limits.fuse_share:
            raise Fused(f"{share:.0%} of the last {self._limits.fuse_window} messages were poison")

    def reset(self) -> None:
        """Begin counting anew."""
        self._in_a_row = 0
        self._last.clear()

"""The fuse: stops a consumer when many messages in a row, or most of the last ones, are poison.

Then the fault is most likely in our own code, and dead-lettering everything would make it worse.
"""

from __future__ import annotations

from collections import deque
from itertools import repeat

from shared.messaging.subscription import ConsumerLimits


class Fused(Exception):
    """A consumer must stop until a person acts: too many messages were poison, or some are gone from Kafka.

    The current message is neither dead-lettered nor committed.
    """


class Fuse:
    """Counts the poison messages in a row, and their share of the last messages."""

    def __init__(self, limits: ConsumerLimits) -> None:
        self._limits = limits
        self._in_a_row = 0
        self._last: deque[bool] = deque(maxlen=limits.fuse_window)

    def passed(self, count: int) -> None:
        """Notes that `count` messages were handled."""
        self._in_a_row = 0
        self._last.extend(repeat(False, min(count, self._limits.fuse_window)))

    def poisoned(self) -> None:
        """Notes one more poison message. Raises Fused when a limit is reached."""
        self._in_a_row += 1
        self._last.append(True)
        if self._in_a_row >= self._limits.fuse_consecutive:
            raise Fused(f"{self._in_a_row} messages in a row were poison")
        share = sum(self._last) / self._limits.fuse_window
        if len(self._last) == self._limits.fuse_window and share > self._limits.fuse_share:
            raise Fused(f"{share:.0%} of the last {self._limits.fuse_window} messages were poison")

    def reset(self) -> None:
        """Starts counting from zero again."""
        self._in_a_row = 0
        self._last.clear()

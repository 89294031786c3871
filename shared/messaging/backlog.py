"""Finds out since when a consumer is behind. Does no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aiokafka import TopicPartition

from shared.clock import Clock


class Backlog:
    """Follows a consumer's lag.

    The consumer is behind while more than `most_waiting` messages wait, and while messages wait in a partition that does not
    move. Both are normal for `allowed_seconds`: after an outage, or while a message waits for another one.
    """

    def __init__(self, clock: Clock, *, most_waiting: int, allowed_seconds: float) -> None:
        self._clock = clock
        self._most_waiting = most_waiting
        self._allowed_seconds = allowed_seconds
        self._waiting = 0
        self._large_since: datetime | None = None
        # Per partition in which messages wait: its position, and since when it has been there.
        self._unmoved: dict[TopicPartition, tuple[int, datetime]] = {}

    def note(self, lags: Mapping[TopicPartition, int], positions: Mapping[TopicPartition, int]) -> None:
        """Notes lag and position of each partition that is assigned now. After a clock went back, times count from now."""
        now = self._clock.now()
        self._waiting = sum(lags.values())
        self._large_since = min(self._large_since or now, now) if self._waiting > self._most_waiting else None
        unmoved: dict[TopicPartition, tuple[int, datetime]] = {}
        for tp, position in positions.items():
            known = self._unmoved.get(tp)
            if lags[tp]:
                unmoved[tp] = (position, min(known[1], now) if known is not None and known[0] == position else now)
        self._unmoved = unmoved

    def overdue(self) -> str:
        """Returns how far and since when the consumer is behind, and what to do; "" while that is normal."""
        if self._large_since is not None and self._is_over(self._large_since):
            return (
                f"more than {self._most_waiting} messages have waited since {self._large_since.isoformat()}, "
                f"now {self._waiting}: add a worker, up to the number of partitions; if they do not get fewer, read its log"
            )
        tp, (position, since) = min(self._unmoved.items(), key=lambda item: item[1][1], default=(None, (0, self._clock.now())))
        if tp is not None and self._is_over(since):
            return (
                f"partition {tp.partition} of {tp.topic} has been at offset {position} since {since.isoformat()} and "
                f"{self._waiting} messages wait: this worker's log names what the message there waits for"
            )
        return ""

    def seconds(self) -> float:
        """Returns for how long the consumer has been behind, also where that is normal; 0 if it is not behind."""
        moments = [at for _, at in self._unmoved.values()]
        if self._large_since is not None:
            moments.append(self._large_since)
        now = self._clock.now()
        return (now - min(moments, default=now)).total_seconds()

    def _is_over(self, since: datetime) -> bool:
        return (self._clock.now() - since).total_seconds() > self._allowed_seconds

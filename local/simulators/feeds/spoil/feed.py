"""A feed in which every nth record is spoiled, and the note of what was spoiled. Knows no format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain, cycle
from typing import Generic, TypeVar


class Way(Enum):
    """A way to spoil one record: a sentence about the record, and whether a careful reader can still take it.

    A reader keeps a record aside that is not `salvageable`. In every case it takes the record before and the one after.
    A `huge` way makes megabytes of one record.
    """

    def __init__(self, sentence: str, salvageable: bool, huge: bool = False) -> None:
        self.sentence = sentence
        self.salvageable = salvageable
        self.huge = huge


W = TypeVar("W", bound=Way)


class SpoiledFeed(Generic[W]):
    """The chunks of a feed, to be read once. `spoiled` has the number of each spoiled book so far, with its way."""

    def __init__(
        self,
        records: Iterable[tuple[int, bytes]],
        spoil: Callable[[bytes, W], bytes],
        ways: Sequence[W],
        every: int,
        around: tuple[bytes, bytes] = (b"", b""),
    ) -> None:
        self.spoiled: list[tuple[int, W]] = []
        self._records = records
        self._spoil = spoil
        self._ways = ways
        self._every = every
        self._around = around

    def __iter__(self) -> Iterator[bytes]:
        start, end = self._around
        if start:
            yield start
        # A huge record in each round would make a feed of gigabytes.
        turns = chain(self._ways, cycle([way for way in self._ways if not way.huge] or self._ways))
        for place, (number, record) in enumerate(self._records, start=1):
            if place % self._every:
                yield record
                continue
            way = next(turns)
            self.spoiled.append((number, way))
            yield self._spoil(record, way)
        if end:
            yield end

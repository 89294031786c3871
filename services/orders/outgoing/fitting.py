"""Cuts what an event lists, so that it stays far below the size of a Kafka record."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

from shared.contracts.base import Contract

C = TypeVar("C", bound=Contract)


def that_fit(items: Sequence[C], most_bytes: int) -> tuple[C, ...]:
    """Returns the first of these that have at most so many bytes together."""
    sizes = accumulate(len(item.model_dump_json().encode()) for item in items)
    fitting = sum(size <= most_bytes for size in sizes)
    return tuple(items[:fitting])

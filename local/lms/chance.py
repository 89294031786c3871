"""Computes every decision of the LMS as a hash of its subject, so that the same orders have the same result in every run.

Pure. Must not use the time, the order of arrival or random ids, which differ from run to run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_SCALE = 2**64


@dataclass(frozen=True, slots=True)
class Chance:
    """The decisions of one seed."""

    seed: int

    def happens(self, proportion: float, *about: object) -> bool:
        """Returns whether something that happens in `proportion` of all cases happens in this case."""
        return self._number(about) < proportion * _SCALE

    def digits(self, count: int, *about: object) -> str:
        """Returns `count` decimal digits, at most 18."""
        return f"{self._number(about) % 10**count:0{count}d}"

    def _number(self, about: tuple[object, ...]) -> int:
        text = "\x1f".join(str(part) for part in (self.seed, *about))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

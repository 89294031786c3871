"""How long a supplier in trouble is left alone. Pure: must not know who waits."""

from __future__ import annotations

from dataclasses import dataclass

from shared.backoff import pause_after


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses in seconds: the first, which doubles, the longest, and the longest for which a supplier may ask."""

    first: float
    longest: float
    longest_asked: float

    def after(self, failures: int, asked: float | None = None) -> float:
        """Returns the pause after so many failures in a row: at least what the supplier asks for, as far as it may."""
        pause = pause_after(failures, first=self.first, longest=self.longest)
        return max(pause, min(asked or 0.0, self.longest_asked))

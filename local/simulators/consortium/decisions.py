"""Makes every decision of the consortium from a hash of the seed and the subject, never of the time or order of arrival."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of a line."""

    ACCEPT = "accept"
    BACK_ORDER = "back_order"
    REFUSE = "refuse"
    SUBSTITUTE = "substitute"
    UNKNOWN_WORD = "unknown_word"
    PRICE = "price"


class Manner(StrEnum):
    """How the consortium deals with a cancellation of copies that wait. Copies that were picked are too late in each."""

    PROMPT = "prompt"
    LATE = "late"
    TWICE = "twice"
    SILENT = "silent"  # the request is forgotten: no answer, and the copies stay ordered
    DESPATCHED = "despatched"  # they were on the lorry: they are sent
    SENT = "sent"  # cancelled in the office, and sent by the warehouse all the same


@dataclass(frozen=True, slots=True)
class Proportions:
    """Shares of 1, except the first five and `price`, which are weights of a line's outcome.

    `waits`: of the copies of a back-ordered line, but at least one. Those that begin with `cancel_`: of
    the lines in cancellations.
    """

    accept: float = 0.73
    back_order: float = 0.15
    refuse: float = 0.05
    substitute: float = 0.05
    unknown_word: float = 0.02
    partial_ship: float = 0.2
    late_ship: float = 0.1
    release: float = 0.6
    send_twice: float = 0.1
    lost_answer: float = 0.0
    waits: float = 0.5
    cancel_late: float = 0.0
    cancel_twice: float = 0.0
    cancel_silent: float = 0.0
    cancel_despatched: float = 0.0
    cancel_sent: float = 0.0
    price: float = 0.0


class Decisions:
    """Decides about named things: the same seed and the same names always give the same decision."""

    def __init__(self, seed: int, proportions: Proportions) -> None:
        self.proportions = proportions
        self._seed = seed

    def share(self, purpose: str, *names: object) -> float:
        """Returns a number in [0, 1) for `purpose`, spread evenly over all names."""
        return self.number(10**12, purpose, *names) / 10**12

    def number(self, below: int, purpose: str, *names: object) -> int:
        """Returns a whole number in [0, below)."""
        text = "\x1f".join(str(part) for part in (self._seed, purpose, *names))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest()) % below

    def outcome(self, *names: object) -> Outcome:
        """Returns the outcome of a line, chosen by the weights."""
        weights = [(outcome, float(getattr(self.proportions, outcome))) for outcome in Outcome]
        rest = self.share("outcome", *names) * sum(weight for _, weight in weights)
        for outcome, weight in weights:
            if rest < weight:
                return outcome
            rest -= weight
        return Outcome.ACCEPT

    def manner(self, *names: object) -> Manner:
        """Returns how a line in a cancellation is dealt with."""
        rest = self.share("cancellation", *names)
        for manner in Manner:
            width = 0.0 if manner is Manner.PROMPT else float(getattr(self.proportions, f"cancel_{manner}"))
            if rest < width:
                return manner
            rest -= width
        return Manner.PROMPT

"""The two exceptions by which a handler decides a message's fate. Anything else is retried a few times, then poison."""

from __future__ import annotations


class RetryLater(Exception):
    """Not now: the same message comes again after a pause and holds up only its own partition.

    `after` is the least pause in seconds; without it the consumer's own growing back-off applies.
    """

    def __init__(self, text: str, after: float | None = None) -> None:
        super().__init__(text)
        self.after = after


class Poison(Exception):
    """Never: the message is dead-lettered with this reason and the partition goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReasonRequired(ValueError):
    """A dead letter may not be discarded without saying why."""


class NoSuchDeadLetter(LookupError):
    """No dead letter has this id."""


class DeadLetterSettled(ValueError):
    """The dead letter was replayed or discarded before; what was asked now contradicts that."""

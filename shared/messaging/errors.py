"""Exceptions of the messaging layer. A handler raises RetryLater or Poison to decide what happens to a message.

After any other exception the message is retried a few times and then dead-lettered. A record that is no event reaches no
handler: it is dead-lettered at once (`handling.py`).
"""

from __future__ import annotations


class RetryLater(Exception):
    """The message cannot be handled now. It is delivered again after a pause; only its own partition waits.

    `after` is the shortest pause in seconds; without it the consumer's own growing back-off applies.
    """

    def __init__(self, text: str, after: float | None = None) -> None:
        super().__init__(text)
        self.after = after


class Poison(Exception):
    """The message can never be handled. It is dead-lettered with this reason, and the partition continues."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReasonRequired(ValueError):
    """A dead letter cannot be discarded without a reason."""


class NoSuchDeadLetter(LookupError):
    """There is no dead letter with this id."""


class DeadLetterSettled(ValueError):
    """The dead letter was already replayed, or already discarded, and cannot be settled in the other way."""

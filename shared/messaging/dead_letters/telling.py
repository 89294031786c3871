"""What is published when a message is given up or settled. A service passes how: this layer knows no contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messaging.envelope import Envelope


@dataclass(frozen=True, slots=True)
class LetterNews:
    """A dead letter that waits for a person, or was settled at `settled_at`."""

    dead_letter_id: UUID
    consumer: str
    event_type: str
    council_id: str | None
    reason: str
    dead_at: datetime
    settled_at: datetime | None = None


Tell = Callable[[LetterNews], Envelope | None]
"""Returns the event that says it; None where nothing is published."""


def tell_nobody(_: LetterNews) -> None:
    """Publishes nothing."""

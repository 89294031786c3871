"""What a part of a process says of itself, for `/readyz` and the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class HealthState(StrEnum):
    """`degraded` still serves (a broker is away, the outbox absorbs it); `failed` takes the process out of service."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """One check: its name, its state and a sentence on what is wrong."""

    name: str
    state: HealthState
    detail: str = ""


class Part(Protocol):
    """Something that runs beside the API for as long as the process lives: a relay, a consumer, a mailbox poller."""

    name: str

    async def run(self) -> None:
        """Work until cancelled; then finish what was begun within 15 seconds. Raises only what it cannot mend itself."""

    def health(self) -> list[Health]:
        """How the part is doing, at once, without I/O."""

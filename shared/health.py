"""The health that a part of a process reports, for `/readyz` and the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class HealthState(StrEnum):
    """`degraded`: still serves requests (for instance without the broker); `failed`: must not receive requests."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """One check: its name, its state, and a sentence that explains what is wrong."""

    name: str
    state: HealthState
    detail: str = ""


class Part(Protocol):
    """Work that runs next to the API as long as the process runs: a relay, a consumer, a mailbox poller."""

    name: str

    async def run(self) -> None:
        """Works until cancelled; then finishes what it began within `DRAIN_SECONDS`. Raises only what it cannot handle itself."""

    def health(self) -> list[Health]:
        """Returns the health of the part immediately, without I/O."""

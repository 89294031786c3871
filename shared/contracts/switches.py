"""What the events of switches have alike: one strand's are as another's."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event


class SwitchState(StrEnum):
    """The life of a switch: planned until its first day, running while something of it is open, then done; or withdrawn."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class SwitchChanged(Event):
    """A council's switch of a scope from one supplier to another came to a state. Published again, its latest state."""

    switch_id: UUID
    version: int = Field(description="1 when it was planned, one more with each state")
    state: SwitchState
    from_supplier: str | None
    to_supplier: str | None
    branches: tuple[str, ...] = Field(description="Empty: any branch")
    materials: tuple[str, ...] = Field(description="Empty: any material")
    first_day: date
    open_copies: str | None = Field(description="What becomes of open copies; null where the strand has none")
    reason: str
    at: datetime = Field(description="When it came to this state")

    def key(self) -> str:
        """Returns an identity that nothing else in the topic has: it may be compacted."""
        return f"switch/{self.switch_id}"

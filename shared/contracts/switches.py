"""What the events of switches have alike: a council changes its supplier or route in one strand, from a day on."""

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
    """A council planned a switch of a strand, or the switch came to another state. Nothing but the state changes."""

    switch_id: UUID
    version: int = Field(description="1 when it was planned, and one more with each state")
    state: SwitchState
    from_supplier: str | None
    to_supplier: str | None
    branches: tuple[str, ...] = Field(description="Codes of the branches in scope; empty: any")
    materials: tuple[str, ...] = Field(description="Materials in scope; empty: any")
    first_day: date = Field(description="First day of the new supplier or route")
    open_copies: str | None = Field(description="What becomes of copies that were open, such as `move`; null: nothing")
    reason: str = Field(description="Why, in the council's words")
    at: datetime = Field(description="When it came to this state")

    def key(self) -> str:
        # Not the bare id: where the topic is compacted, nothing else in it has this key.
        return f"switch/{self.switch_id}"

"""HTTP shapes of whatever has a history: its entries, and a person's reason."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shared.texts import Text


class StepView(BaseModel):
    """One entry of a history. Without states: an event that changed no state."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    from_state: str | None
    to_state: str | None
    cause: str
    reason: str
    actor: str
    correlation_id: str


class Reason(BaseModel):
    """The reason of a person's decision; it is kept in the history."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=3, max_length=300)

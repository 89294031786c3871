"""HTTP shapes of whatever has a history: its entries, and a person's reason."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import words
from shared.texts import Text


class StepView(BaseModel):
    """One entry of a history. Without states: an event that changed no state."""

    model_config = ConfigDict(from_attributes=True)

    noted_at: datetime = Field(validation_alias="at", description="When it happened here, to the microsecond")
    from_state: str | None = Field(description="State before it; null for an event that changed no state", examples=["queried"])
    to_state: str | None = Field(description="State after it; null for an event that changed no state", examples=["matched"])
    cause: words.Cause
    reason: str = Field(description='Why, in words; "" where there is nothing to add', examples=["Agreed by telephone"])
    actor: words.Actor
    correlation_id: words.CorrelationId


class Reason(BaseModel):
    """The reason of a person's decision; it is kept in the history."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=3, max_length=300, description="Why, in the person's words", examples=["Agreed by telephone"])

"""HTTP shapes of routes of copies."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.texts import Text


class SupplierTold(BaseModel):
    """The lines whose suppliers were told where their copies are delivered, and how, such as by telephone."""

    model_config = ConfigDict(extra="forbid")

    line_keys: list[Annotated[str, Field(max_length=22)]] = Field(min_length=1, max_length=1_000)
    reason: Text = Field(min_length=3, max_length=300)

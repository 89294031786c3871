"""HTTP shapes of what people tell suppliers themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.contracts import words
from shared.http.steps import Reason


class SupplierTold(Reason):
    """The lines whose suppliers were told what was asked, such as where copies are delivered, and how, such as by telephone."""

    line_keys: list[Annotated[words.LineKey, Field(max_length=22)]] = Field(
        min_length=1, max_length=1_000, description="Keys of the lines of the order of which you told their suppliers"
    )

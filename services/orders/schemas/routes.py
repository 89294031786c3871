"""HTTP shapes of routes of copies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.http.steps import Reason


class SupplierTold(Reason):
    """The lines whose suppliers were told where their copies are delivered, and how, such as by telephone."""

    line_keys: list[Annotated[str, Field(max_length=22)]] = Field(min_length=1, max_length=1_000)

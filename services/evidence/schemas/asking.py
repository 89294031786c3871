"""The parameters of a question about copies. Decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked, By, Wanted
from shared.texts import Reference

Day = date | None
Name = Annotated[Reference | None, Field(max_length=100)]


class Period(BaseModel):
    """Which days."""

    model_config = ConfigDict(extra="forbid")

    first: date = Field(alias="from", description="First day", examples=["2026-11-01"])
    last: date = Field(alias="to", description="Last day; five years from the first at most", examples=["2026-11-30"])

    def asked(self, council: str | None) -> Asked:
        """Returns the question of a council; None: of staff of all councils."""
        return Asked(council, self.first, self.last, By.SUPPLIER)


class Selection(BaseModel):
    """Which copies. Different parameters narrow further."""

    model_config = ConfigDict(extra="forbid")

    first: Day = Field(default=None, alias="from", description="First day; needed without `switch`", examples=["2026-11-01"])
    last: Day = Field(
        default=None,
        alias="to",
        description="Last day; five years from the first at most; needed without `switch`",
        examples=["2026-11-30"],
    )
    supplier: Name = Field(default=None, description="Only copies ordered from it")
    trial: Name = Field(default=None, description="Only copies in either arm of it: of a trial of ordering, or of deliveries")
    branch: Name = Field(default=None, description="Only copies for it")
    material: Name = None
    switch: UUID | None = Field(
        default=None,
        description="Only copies in the scope of this switch: since its first day, or until `to`, against as many days before "
        "it, or from `from` on",
    )

    def wanted(self, council: str | None) -> Wanted:
        """Returns the question of a council; None: of staff of all councils."""
        return Wanted(council, self.first, self.last, None, self.supplier, self.trial, self.branch, self.material, self.switch)


class Question(Selection):
    """Which copies, and how to group them."""

    by: By | None = Field(default=None, description="Without it: by arm with `trial`, and else by supplier")

    def wanted(self, council: str | None) -> Wanted:
        """Returns the question of a council; None: of staff of all councils."""
        return replace(super().wanted(council), by=self.by)

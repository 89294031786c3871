"""The parameters of a question about copies. Decides nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked, By, Wanted
from shared.days import Day
from shared.texts import Reference

Name = Annotated[Reference | None, Field(max_length=100)]
OF_MATERIAL = "Only articles of this kind, in the words that sourcing rules use"


class Period(BaseModel):
    """Which days."""

    model_config = ConfigDict(extra="forbid")

    first: Day = Field(alias="from", description="First day", examples=["2026-11-01"])
    last: Day = Field(alias="to", description="Last day; five years from the first at most", examples=["2026-11-30"])

    def asked(self, council: str | None) -> Asked:
        """Returns the question of a council; None: of staff of all councils."""
        return Asked(council, self.first, self.last, By.SUPPLIER)


class Selection(BaseModel):
    """Which copies. Different parameters narrow further."""

    model_config = ConfigDict(extra="forbid")

    first: Day | None = Field(
        default=None, alias="from", description="First day; needed without `switch_id`", examples=["2026-11-01"]
    )
    last: Day | None = Field(
        default=None,
        alias="to",
        description="Last day; five years from the first at most; needed without `switch_id`",
        examples=["2026-11-30"],
    )
    supplier_id: Name = Field(default=None, description="Only copies ordered from this supplier", examples=["national"])
    trial: Name = Field(
        default=None, description="Only copies in either arm of this trial, of ordering or of deliveries", examples=["bookseller"]
    )
    branch: Name = Field(default=None, description="Only copies for the branch of this code", examples=["IPSW"])
    material: Name = Field(default=None, description=OF_MATERIAL, examples=["book"])
    switch_id: UUID | None = Field(
        default=None,
        description="Only copies in the scope of this switch: since its first day, or until `to`, against as many days before "
        "it, or from `from` on",
    )

    def wanted(self, council: str | None) -> Wanted:
        """Returns the question of a council; None: of staff of all councils."""
        return Wanted(
            council, self.first, self.last, None, self.supplier_id, self.trial, self.branch, self.material, self.switch_id
        )


class Question(Selection):
    """Which copies, and how to group them."""

    by: By | None = Field(default=None, description="Without it: by arm with `trial`, and else by supplier")

    def wanted(self, council: str | None) -> Wanted:
        """Returns the question of a council; None: of staff of all councils."""
        return replace(super().wanted(council), by=self.by)

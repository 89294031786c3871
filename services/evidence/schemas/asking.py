"""The parameters of a question about copies. Decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked, By
from shared.texts import Reference

Name = Annotated[Reference | None, Field(max_length=100)]


class Period(BaseModel):
    """Of which days."""

    model_config = ConfigDict(extra="forbid")

    first: date = Field(alias="from", description="First day", examples=["2026-11-01"])
    last: date = Field(alias="to", description="Last day; five years from the first at most", examples=["2026-11-30"])

    def asked(self, council: str | None) -> Asked:
        """Returns the question of a council; None: of staff of all councils."""
        return Asked(council, self.first, self.last, By.SUPPLIER)


class Selection(Period):
    """Which copies. Different parameters narrow further."""

    supplier: Name = Field(default=None, description="Only copies ordered from it")
    trial: Name = Field(default=None, description="Only copies in either arm of it")
    branch: Name = Field(default=None, description="Only copies for it")
    material: Name = None

    def asked(self, council: str | None) -> Asked:
        """Returns the question of a council; None: of staff of all councils."""
        return Asked(council, self.first, self.last, By.SUPPLIER, self.supplier, self.trial, self.branch, self.material)


class Question(Selection):
    """Which copies, and how to group them."""

    by: By = By.SUPPLIER

    def asked(self, council: str | None) -> Asked:
        """Returns the question of a council; None: of staff of all councils."""
        return replace(super().asked(council), by=self.by)

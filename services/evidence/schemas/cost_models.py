"""HTTP shapes of councils' cost models. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.cost_models import Activity, CostModel, Effort, gaps
from shared.texts import Text

Minutes = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=7, decimal_places=2)]


class EffortBody(BaseModel):
    """What an activity takes once."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    minutes: Minutes = Field(description="Minutes for one copy, title, query or discrepancy, as a decimal text", examples=["2.5"])
    hourly_rate: int = Field(ge=0, le=10_000_000, description="Of an hour, in minor units of the currency", examples=[1850])
    borne_by: Text = Field(default="council", min_length=1, max_length=60, description="Who bears it: council, supplier, hub")


class NewCostModel(BaseModel):
    """What a council's own work costs from a day on. An activity that is left out is not known, and named where it is missing."""

    model_config = ConfigDict(extra="forbid")

    valid_to: date | None = Field(default=None, description="Last day; null: until the next model begins")
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
    activities: dict[Activity, EffortBody] = Field(min_length=1)

    def of(self, council: str, valid_from: date, *, by: str, at: datetime) -> CostModel:
        """Returns the model that a person of the council sets."""
        efforts = {name: Effort(each.minutes, each.hourly_rate, each.borne_by) for name, each in self.activities.items()}
        return CostModel(council, valid_from, self.valid_to, self.currency, efforts, by, at)


class CostModelView(BaseModel):
    """A cost model, who set it and when."""

    model_config = ConfigDict(from_attributes=True)

    valid_from: date
    valid_to: date | None
    currency: str
    activities: dict[Activity, EffortBody] = Field(validation_alias="efforts")
    set_by: str
    set_at: datetime


class CostModelsView(BaseModel):
    """A council's cost models in order of their first days."""

    items: list[CostModelView]
    gaps: list[str] = Field(description="Days after the first model's beginning on which none applies, each in a sentence")


def cost_models_view(models: Sequence[CostModel]) -> CostModelsView:
    """Returns a council's cost models, with the gaps between and after them."""
    named = [gap.in_words for gap in gaps(models, models[0].valid_from, None)] if models else []
    return CostModelsView(items=[CostModelView.model_validate(model) for model in models], gaps=named)

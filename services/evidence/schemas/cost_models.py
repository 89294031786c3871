"""HTTP shapes of councils' cost models. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, WithJsonSchema

from services.evidence.domain.cost_models import Activity, CostModel, Effort, gaps
from shared.contracts.words import Actor, Currency
from shared.days import Day
from shared.http.paging import Page, PageQuery
from shared.texts import Text

# Where a request has it: a text, so that it is exact; a number is taken as well.
_WRITTEN = {"type": "string", "pattern": r"^\d{1,5}(\.\d{1,2})?$", "maxLength": 8}
Minutes = Annotated[
    Decimal,
    Field(ge=0, le=10_000, max_digits=7, decimal_places=2),
    WithJsonSchema(_WRITTEN, mode="validation"),
]
_EFFORTS = {"receiving": {"minutes": "2.5", "hourly_rate": 1_850, "borne_by": "council"}}
_OF_ACTIVITIES = "What each activity takes; one that is left out is not known"
_VALID_UNTIL = "Last day, included; null: until the next model begins"


class EffortBody(BaseModel):
    """What an activity takes once."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    minutes: Minutes = Field(description="Minutes for one copy, title, query or discrepancy, as a decimal text", examples=["2.5"])
    hourly_rate: int = Field(ge=0, le=10_000_000, description="Of an hour, in minor units of the currency", examples=[1850])
    borne_by: Text = Field(default="council", min_length=1, max_length=60, description="Who bears it: council, supplier, hub")


class NewCostModel(BaseModel):
    """What a council's own work costs from a day on. An activity that is left out is not known, and named where it is missing."""

    model_config = ConfigDict(extra="forbid")

    valid_until: Day | None = Field(default=None, description=_VALID_UNTIL)
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$", max_length=3, description="Code of ISO 4217 of the rates")
    activities: dict[Activity, EffortBody] = Field(
        min_length=1, max_length=len(Activity), description=_OF_ACTIVITIES, examples=[_EFFORTS]
    )

    def of(self, council: str, valid_from: date, *, by: str, at: datetime) -> CostModel:
        """Returns the model that a person of the council sets."""
        efforts = {name: Effort(each.minutes, each.hourly_rate, each.borne_by) for name, each in self.activities.items()}
        return CostModel(council, valid_from, self.valid_until, self.currency, efforts, by, at)


class CostModelView(BaseModel):
    """A cost model, who set it and when."""

    model_config = ConfigDict(from_attributes=True)

    valid_from: date = Field(description="First day")
    valid_until: date | None = Field(description=_VALID_UNTIL)
    currency: Currency
    activities: dict[Activity, EffortBody] = Field(
        validation_alias=AliasChoices("efforts", "activities"), description=_OF_ACTIVITIES, examples=[_EFFORTS]
    )
    set_by: Actor
    set_at: datetime = Field(description="When it was set")


class CostModelsView(Page[CostModelView]):
    """A council's cost models in order of their first days."""

    gaps: list[str] = Field(
        description="Days after the first model's beginning on which none applies, each in a sentence; of all pages",
        examples=[["From 2026-12-01 on no cost model applies: work on these days is not counted. PUT one for 2026-12-01."]],
    )


def cost_models_view(models: Sequence[CostModel], query: PageQuery) -> CostModelsView:
    """Returns a page of a council's cost models, with the gaps between and after all of them."""
    named = [gap.in_words for gap in gaps(models, models[0].valid_from, None)] if models else []
    after = query.after(date.fromisoformat)
    rows = [model for model in models if after is None or model.valid_from > after[0]][: query.fetched]
    page = query.page(rows, keys=lambda model: (model.valid_from,), view=CostModelView.model_validate)
    return CostModelsView(items=page.items, next_cursor=page.next_cursor, gaps=named)

"""HTTP shapes of suppliers that sourcing rules can name."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from shared.contracts import words
from shared.contracts.base import RouteKind


class SupplierView(BaseModel):
    """A supplier that sourcing rules can name."""

    supplier_id: words.SupplierId
    name: words.SupplierName
    announced_at: datetime = Field(description="When its exchange last started")
    takes_cancellations: bool | None = Field(description="Whether copies ordered from it can be cancelled; null if not known")
    routes: list[RouteKind] | None = Field(description="Routes by which it delivers; null if not known")
    usual_delivery_days: int | None = Field(
        description="Days it usually needs from an order to delivery; null if not known", examples=[10]
    )
    takes_route_changes: bool | None = Field(description="Whether it is told other places for open copies; null if not known")
    takes_offer_answers: bool | None = Field(description="Whether it is told answers to its offers; null if not known")
    takes_rush: bool | None = Field(description="Whether it is told that an order is wanted sooner; null if not known")


def supplier_view(row: RowMapping) -> SupplierView:
    """Returns a supplier for a list."""
    return SupplierView.model_validate(dict(row))

"""HTTP shapes of what was catalogued twice, and what was saved. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.catalogue.domain.duplication import Duplication, What
from shared.contracts import words


class UsedView(BaseModel):
    """Books whose record one more council got for the first time."""

    nth: int = Field(description="1: no council had used the record before; 2: one had; and so on", examples=[2])
    titles: int = Field(description="Books of which that was so", examples=[31])


class DuplicationView(BaseModel):
    """One supplier's records of the period, for one council or for all together."""

    supplier_id: words.SupplierId
    council: words.CouncilCode | None = Field(description="ISIL of the council; null: all councils together")
    received: int = Field(
        description="Records that arrived, withdrawals apart; for a council, those of books that it had ordered", examples=[1200]
    )
    repeated: int = Field(description="Of these, the ones that said what the supplier had said before", examples=[300])
    already_held: int = Field(
        description="Of the others, the ones that came when another supplier's record was at least as good", examples=[45]
    )
    requests_saved: int = Field(
        description="Books that a council ordered for the first time when the record was there already", examples=[80]
    )
    used: Sequence[UsedView] = Field(description="Books whose record a council got for the first time: once made, used by many")


class DuplicationPeriod(BaseModel):
    """What was catalogued twice, and what was saved, in a period of days, both ends included."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from", description="First day of the period")
    last: date = Field(alias="to", description="Last day of the period")
    suppliers: Sequence[DuplicationView] = Field(description="The counts by supplier and council")


def duplication_period(first: date, last: date, found: Sequence[Duplication]) -> DuplicationPeriod:
    """Returns the counts of a period."""
    return DuplicationPeriod(first=first, last=last, suppliers=[_view(each) for each in found])


def _view(each: Duplication) -> DuplicationView:
    return DuplicationView(
        supplier_id=each.supplier_id,
        council=each.council or None,
        received=each.counts[What.RECEIVED],
        repeated=each.counts[What.REPEATED],
        already_held=each.counts[What.ALREADY_HELD],
        requests_saved=each.counts[What.REQUEST_SAVED],
        used=[UsedView(nth=nth, titles=titles) for nth, titles in each.used.items()],
    )

"""HTTP shape of the switch that a question is about. Decides nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.switches import Comparison, Period
from services.evidence.schemas.words import FirstDay, LastDay
from shared.contracts.switches import SwitchState
from shared.sourcing.rules import Strand


class PeriodView(BaseModel):
    """Days, both ends included."""

    model_config = ConfigDict(populate_by_name=True)

    first: FirstDay = Field(alias="from")
    last: LastDay = Field(alias="to")


class ComparedView(BaseModel):
    """A switch, and the days before it that are compared with the days since its first day."""

    switch_id: UUID = Field(description="Id of the switch, in `/v1/switches` of the service that owns the strand")
    strand: Strand = Field(description="The strand that it switches")
    state: SwitchState = Field(description="How far it is")
    from_supplier: str | None = Field(description="The supplier that is left; null: any", examples=["consortium"])
    to_supplier: str | None = Field(description="The supplier that follows it; null: none", examples=["national"])
    route: str | None = Field(description="Of a switch of deliveries: the new one; null for others", examples=["direct"])
    branches: list[str] = Field(description="Codes of the branches in scope; empty: any", examples=[["IPSW", "LOWE"]])
    materials: list[str] = Field(description="Kinds of article in scope; empty: any", examples=[["book"]])
    first_day: date = Field(description="First day of the new supplier or route")
    reason: str = Field(description="Why, in the council's words", examples=["The trial went well"])
    before: PeriodView = Field(description="The days before it")
    after: PeriodView = Field(description="The days since its first day")


def compared_view(compared: Comparison | None) -> ComparedView | None:
    """Returns the switch of a question; None where it is about none."""
    if compared is None:
        return None
    switch = compared.switch
    return ComparedView(
        switch_id=switch.switch_id,
        strand=switch.strand,
        state=switch.state,
        from_supplier=switch.from_supplier,
        to_supplier=switch.to_supplier,
        route=switch.route,
        branches=list(switch.branches),
        materials=list(switch.materials),
        first_day=switch.first_day,
        reason=switch.reason,
        before=_period(compared.before),
        after=_period(compared.after),
    )


def _period(period: Period) -> PeriodView:
    return PeriodView(first=period.first, last=period.last)

"""HTTP shape of the switch that a question is about. Decides nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.switches import Comparison, Period
from shared.contracts.switches import SwitchState
from shared.sourcing.rules import Strand


class PeriodView(BaseModel):
    """Days, both ends included."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class ComparedView(BaseModel):
    """A switch, and the days before it that are compared with the days since its first day."""

    switch_id: UUID
    strand: Strand
    state: SwitchState
    from_supplier: str | None
    to_supplier: str | None
    route: str | None = Field(description="Of a switch of deliveries: the new one")
    branches: list[str] = Field(description="Empty: any")
    materials: list[str] = Field(description="Empty: any")
    first_day: date
    reason: str
    before: PeriodView
    after: PeriodView


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

"""A switch of the catalogue's strand: what is asked for, its faults, and what becomes of the records that are owed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from shared.contracts.switches import SwitchState
from shared.errors import Fault
from shared.ids import new_id
from shared.sourcing.switches.planning import (
    AskedScope,
    AskedSuppliers,
    SupplierName,
    Switch,
    SwitchReason,
    first_day_faults,
    overlap_faults,
    same_supplier_faults,
    unknown_supplier_faults,
)


class RecordState(StrEnum):
    """Where a record of a switch is: still owed by the first supplier, or asked of the second one."""

    OWED = "owed"
    ASKED = "asked"
    SUPPLIED = "supplied"
    GIVEN_UP = "given_up"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSwitch(Switch):
    """A council's decision to have records of a scope from another supplier."""

    from_supplier: str
    to_supplier: str


class AskedSwitch(AskedScope, AskedSuppliers):
    """A switch of the catalogue's strand, as a council sends it."""

    to_supplier: SupplierName = Field(description="The supplier that follows it", examples=["national"])
    first_day: date = Field(description="The first day on which the new supplier is asked for records")
    reason: SwitchReason

    def planned(self, council: str, by: str, at: datetime) -> RecordSwitch:
        """Returns the switch as it is planned, with an id of its own."""
        return RecordSwitch(
            switch_id=new_id(),
            council=council,
            from_supplier=self.from_supplier,
            to_supplier=self.to_supplier,
            scope=self.scope,
            first_day=self.first_day,
            reason=self.reason,
            state=SwitchState.PLANNED,
            planned_at=at,
            planned_by=by,
        )


def asked_again(waited: RecordSwitch, today: date) -> AskedSwitch:
    """Returns a switch that waited for a second person, as if it were asked for today. Its first day may have passed."""
    return AskedSwitch(
        from_supplier=waited.from_supplier,
        to_supplier=waited.to_supplier,
        branches=waited.scope.branches,
        materials=waited.scope.materials,
        first_day=max(waited.first_day, today),
        reason=waited.reason,
    )


def switch_faults(
    asked: AskedSwitch, today: date, suppliers: Mapping[str, bool | None], others: Iterable[RecordSwitch]
) -> list[Fault]:
    """Returns what is wrong with a switch. `suppliers`: those that can be named -> whether they supply records."""
    faults = [
        *unknown_supplier_faults(asked, suppliers, "a supplier is known once its exchange has started"),
        *same_supplier_faults(asked),
        *first_day_faults(asked, today),
        *overlap_faults(asked, others),
    ]
    if suppliers.get(asked.to_supplier) is False:
        able = ", ".join(sorted(supplier for supplier, supplies in suppliers.items() if supplies is not False))
        text = f"{asked.to_supplier} supplies no records; name a supplier that does: {able or 'none is known'}."
        faults.append(Fault("/to_supplier", "supplies-no-records", text))
    return faults

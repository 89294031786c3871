"""Switches of the tests' council from the Eastern consortium's records to the Northern one's, carried out as the worker would."""

from typing import Any

import httpx

from services.catalogue.reminders import Reminders
from shared.clock import ManualClock
from shared.contracts.catalogue import RecordRequested
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.hearing import Hearing, on_day
from tests.services.switched import StrandSwitches


def announced(supplier: str, supplies_records: bool | None = True) -> SupplierAnnounced:
    """The exchange of a supplier has started."""
    stated = {"name": supplier.title(), "announced_at": on_day(1), "supplies_records": supplies_records}
    return SupplierAnnounced(supplier_id=supplier, **stated)


class Switches(StrandSwitches):
    """Plans switches, carries them out, and says who was asked."""

    def __init__(self, client: httpx.AsyncClient, catalogue: Hearing, clock: ManualClock) -> None:
        super().__init__(client, clock)
        self.catalogue = catalogue

    def body(self, **other: Any) -> dict[str, Any]:
        first_day = self.clock.today().isoformat()
        asked = {"from_supplier": "eastern", "to_supplier": "northern", "first_day": first_day}
        return {**asked, "reason": "leaving the consortium", **other}

    async def turn(self) -> None:
        await Reminders(self.catalogue.engine, self.clock).turn()

    async def asked(self, supplier: str) -> list[str]:
        """The ISBN of each request that a supplier got, in order."""
        return [event.isbn for event in await self.requests() if event.supplier_id == supplier]

    async def requests(self) -> list[RecordRequested]:
        return [event for event in await self.catalogue.sent() if isinstance(event, RecordRequested)]

    async def serves(self, supplier: str, **scope: Any) -> None:
        """Adds a rule that gives records to a supplier."""
        body = {"supplier_id": supplier, "valid_from": "2026-01-01", **scope}
        answer = await self.client.post("/v1/sourcing-rules", json=body)
        assert answer.status_code == 201, answer.text

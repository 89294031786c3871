"""Switches of the tests' council from the Eastern consortium's records to the Northern one's, carried out as the worker would."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from services.catalogue.reminders import Reminders
from shared.clock import ManualClock
from shared.contracts.catalogue import RecordRequested
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.hearing import Hearing, on_day

SWITCHES = "/v1/switches"


def announced(supplier: str, supplies_records: bool | None = True) -> SupplierAnnounced:
    """The exchange of a supplier has started."""
    stated = {"name": supplier.title(), "announced_at": on_day(1), "supplies_records": supplies_records}
    return SupplierAnnounced(supplier_id=supplier, **stated)


@dataclass
class Switches:
    """Plans switches, carries them out, and says who was asked."""

    client: httpx.AsyncClient
    catalogue: Hearing
    clock: ManualClock
    key: int = 0

    def body(self, **other: Any) -> dict[str, Any]:
        first_day = self.clock.today().isoformat()
        asked = {"from_supplier": "eastern", "to_supplier": "northern", "first_day": first_day}
        return {**asked, "reason": "leaving the consortium", **other}

    async def ask(self, **other: Any) -> httpx.Response:
        self.key += 1
        headers = {"Idempotency-Key": f"switch-{self.key}"}
        return await self.client.post(SWITCHES, json=self.body(**other), headers=headers)

    async def planned(self, **other: Any) -> dict[str, Any]:
        answer = await self.ask(**other)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def begun(self, **other: Any) -> dict[str, Any]:
        switch = await self.planned(**other)
        await self.turn()
        return await self.read(switch)

    async def read(self, switch: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.get(f"{SWITCHES}/{switch['switch_id']}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def withdraw(self, switch: dict[str, Any]) -> httpx.Response:
        body = {"reason": "the councillors said no"}
        return await self.client.post(f"{SWITCHES}/{switch['switch_id']}/withdraw", json=body)

    async def turn(self) -> None:
        await Reminders(self.catalogue.engine, self.clock).turn()

    async def after(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))
        await self.turn()

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

    async def rules(self) -> list[tuple[str, str | None, str | None]]:
        """The rules that apply today: supplier, branch, material."""
        today = self.clock.today().isoformat()
        rules = (await self.client.get("/v1/sourcing-rules")).json()["items"]
        current = [rule for rule in rules if rule["valid_from"] <= today < (rule["valid_to"] or "9")]
        shown = ((rule["supplier_id"], rule["branch"], rule["material"]) for rule in current)
        return sorted(shown, key=lambda rule: (rule[0], rule[1] or "", rule[2] or ""))

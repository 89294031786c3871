"""Switches of the tests' council, carried out as the worker would."""

from typing import Any

import httpx

from services.orders.switcher import Switcher
from tests.services.orders.conftest import Orders
from tests.services.switched import StrandSwitches


class Switches(StrandSwitches):
    """Plans switches from the consortium to the national bookseller, and carries them out."""

    def __init__(self, orders: Orders) -> None:
        super().__init__(orders.client, orders.clock)
        self.orders = orders

    @property
    def headers(self) -> dict[str, str]:
        return self.orders.headers

    def body(self, **other: Any) -> dict[str, Any]:
        first_day = self.clock.today().isoformat()
        asked = {"from_supplier": "consortium", "to_supplier": "national", "first_day": first_day, "open_copies": "move"}
        return {**asked, "reason": "leaving the consortium", **other}

    async def copies(self, switch: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.orders.get(f"/v1/switches/{switch['switch_id']}/copies{query}"))["items"]
        return found

    async def turn(self) -> None:
        await Switcher(self.orders.engine, self.clock, answer_days=5).turn()

    async def decide(self, switch: dict[str, Any], decision: str, *copy_ids: str) -> httpx.Response:
        body = {"copy_ids": copy_ids, "decision": decision, "reason": "they said so on the telephone"}
        return await self.orders.decide(f"/v1/switches/{switch['switch_id']}/copies", body)

    async def die(self, **other: Any) -> httpx.Response:
        """Declares that the consortium answers no more."""
        self.key += 1
        body = {"confirm": "Consortium", "to_supplier": "national", "reason": "bankrupt", **other}
        return await self.orders.decide("/v1/suppliers/consortium/deaths", body, Idempotency_Key=f"death-{self.key}")

    async def dead(self, **other: Any) -> dict[str, Any]:
        """The declaration as a switch, once it is carried out."""
        answer = await self.die(**other)
        assert answer.status_code == 201, answer.text
        await self.turn()
        return await self.read(answer.json())

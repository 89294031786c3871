"""Switches of the tests' council, carried out as the worker would."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from services.orders.switcher import Switcher
from tests.services.orders.conftest import Orders


@dataclass
class Switches:
    """Plans switches from the consortium to the national bookseller, and carries them out."""

    orders: Orders
    key: int = 0

    def body(self, **other: Any) -> dict[str, Any]:
        first_day = self.orders.clock.today().isoformat()
        asked = {"from_supplier": "consortium", "to_supplier": "national", "first_day": first_day, "open_copies": "move"}
        return {**asked, "reason": "leaving the consortium", **other}

    async def ask(self, **other: Any) -> httpx.Response:
        self.key += 1
        return await self.orders.decide("/v1/switches", self.body(**other), Idempotency_Key=f"switch-{self.key}")

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
        return await self.orders.get(f"/v1/switches/{switch['switch_id']}")

    async def copies(self, switch: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.orders.get(f"/v1/switches/{switch['switch_id']}/copies{query}"))["items"]
        return found

    async def turn(self) -> None:
        await Switcher(self.orders.engine, self.orders.clock, answer_days=5).turn()

    async def after(self, **time: float) -> None:
        self.orders.clock.advance(timedelta(**time))
        await self.turn()

    async def decide(self, switch: dict[str, Any], decision: str, *copy_ids: str) -> httpx.Response:
        body = {"copy_ids": copy_ids, "decision": decision, "reason": "they said so on the telephone"}
        return await self.orders.decide(f"/v1/switches/{switch['switch_id']}/copies", body)

    async def withdraw(self, switch: dict[str, Any]) -> httpx.Response:
        return await self.orders.decide(f"/v1/switches/{switch['switch_id']}/withdraw", {"reason": "the councillors said no"})

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

    async def rules(self) -> list[tuple[str, str | None, str | None]]:
        """The rules that apply today: supplier, branch, material."""
        today = self.orders.clock.today().isoformat()
        rules = (await self.orders.get("/v1/sourcing-rules"))["items"]
        current = [rule for rule in rules if rule["valid_from"] <= today < (rule["valid_to"] or "9")]
        shown = ((rule["supplier_id"], rule["branch"], rule["material"]) for rule in current)
        return sorted(shown, key=lambda rule: (rule[0], rule[1] or "", rule[2] or ""))

"""A council whose changes need a second person, and the people in it."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.services.orders.conftest import SCOPES, Orders

RULE = {"supplier_id": "national", "branch": "LOWE", "valid_from": "2026-03-02", "reason": "Lowestoft follows"}
PEOPLE = ("ann", "bob", "cat")


@dataclass
class Council:
    """The tests' council; each call is by one of its people."""

    orders: Orders

    async def calls(self, person: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        own = self.orders.tokens.headers(*SCOPES, council=self.orders.council, subject=person)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.orders.client.request(method, path, json=body, headers={**own, **named})

    async def requires(self, second_person: bool, person: str = "ann") -> httpx.Response:
        body = {"second_person": second_person, "reason": "The auditors asked for it"}
        return await self.calls(person, "PUT", "/v1/approval", body, If_Match="*")

    async def proposes(self, person: str = "ann", **rule: Any) -> dict[str, Any]:
        """A rule that waits."""
        answer = await self.calls(person, "POST", "/v1/sourcing-rules", {**RULE, **rule})
        assert answer.status_code == 202, answer.text
        change: dict[str, Any] = answer.json()
        return change

    async def approves(self, person: str, change: dict[str, Any]) -> httpx.Response:
        return await self.calls(person, "POST", f"/v1/changes/{change['change_id']}/approve")

    async def declines(self, person: str, change: dict[str, Any]) -> httpx.Response:
        return await self.calls(person, "POST", f"/v1/changes/{change['change_id']}/decline", {"reason": "Not this year"})

    async def rules(self) -> dict[str, dict[str, Any]]:
        """All rules by id."""
        return {rule["rule_id"]: rule for rule in (await self.orders.get("/v1/sourcing-rules?limit=200"))["items"]}

    async def waiting(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.orders.get("/v1/changes?state=waiting&limit=200"))["items"]
        return found

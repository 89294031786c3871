"""Switches of any strand: planned by its API, and carried out as its worker would."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any

from httpx import AsyncClient, Response

from shared.clock import ManualClock

SWITCHES = "/v1/switches"


class StrandSwitches(ABC):
    """Plans and reads switches over the API. The tests of a strand say what to ask for, as whom, and how its worker turns."""

    def __init__(self, client: AsyncClient, clock: ManualClock) -> None:
        self.client = client
        self.clock = clock
        self.key = 0

    @property
    def headers(self) -> dict[str, str]:
        """Those of who asks; none where the client has them."""
        return {}

    @abstractmethod
    def body(self, **other: Any) -> dict[str, Any]:
        """A switch of the tests' council, with what is otherwise."""

    @abstractmethod
    async def turn(self) -> None:
        """What the worker does whenever its timer rings."""

    async def ask(self, **other: Any) -> Response:
        self.key += 1
        headers = {**self.headers, "Idempotency-Key": f"switch-{self.key}"}
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
        return await self.get(f"{SWITCHES}/{switch['switch_id']}")

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def withdraw(self, switch: dict[str, Any]) -> Response:
        body = {"reason": "the councillors said no"}
        return await self.client.post(f"{SWITCHES}/{switch['switch_id']}/withdraw", json=body, headers=self.headers)

    async def after(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))
        await self.turn()

    async def rules(self) -> list[tuple[str, str | None, str | None]]:
        """The rules that apply today: supplier, branch, material."""
        today = self.clock.today().isoformat()
        rules = (await self.get("/v1/sourcing-rules"))["items"]
        current = [rule for rule in rules if rule["valid_from"] <= today < (rule["valid_to"] or "9")]
        shown = ((rule["supplier_id"], rule["branch"], rule["material"]) for rule in current)
        return sorted(shown, key=lambda rule: (rule[0], rule[1] or "", rule[2] or ""))

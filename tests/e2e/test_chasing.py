"""Suppliers are asked about copies over their real connections: one that is silent, a copy that is short, one that is damaged."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from local.lms.lms import SCOPES
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

BRANCHES = [{"code": "IPSW", "name": "Ipswich"}, {"code": "LOWE", "name": "Lowestoft"}]
HUB = "CSU"
ISBN = "9780141439518"


@dataclass
class Council:
    """The council of the stack, which buys for Ipswich from the consortium, for Lowestoft from the bookseller."""

    client: httpx.AsyncClient
    orders: str
    delivery: str

    async def call(self, method: str, url: str, body: Any = None, **headers: str) -> Any:
        answer = await self.client.request(method, url, json=body, headers={"Idempotency-Key": str(uuid4()), **headers})
        assert answer.is_success, answer.text
        return answer.json()

    async def set_up(self) -> None:
        """Gives the council its branches, and each branch its supplier."""
        await self.call("PUT", f"{self.orders}/v1/branches", BRANCHES)
        for branch, supplier in (("IPSW", "consortium"), ("LOWE", "national")):
            rule = {"supplier_id": supplier, "branch": branch, "valid_from": "2026-01-01"}
            await self.call("POST", f"{self.orders}/v1/sourcing-rules", rule)

    async def place(self, number: str, branch: str, copies: int) -> str:
        line = {"line_number": 1, "isbn": ISBN, "copies": [{"branch": branch, "fund": "FIC", "quantity": copies}]}
        placed = await self.call("POST", f"{self.orders}/v1/orders", {"order_number": number, "lines": [line]})
        return str(placed["order_id"])

    async def copies(self, order_id: str) -> list[dict[str, Any]]:
        order = await self.call("GET", f"{self.orders}/v1/orders/{order_id}")
        return [copy for line in order["lines"] for copy in line["copies"]]

    async def states(self, order_id: str) -> list[str]:
        return [copy["state"] for copy in await self.copies(order_id)]

    async def ask(self, order_id: str, kind: str, *numbers: int) -> None:
        ids = [copy["copy_id"] for copy in await self.copies(order_id) if copy["copy_number"] in numbers]
        body = {"copy_ids": ids, "kind": kind, "reason": "Please see to it"}
        await self.call("POST", f"{self.orders}/v1/orders/{order_id}/enquiries", body)

    async def unpack(self, order_id: str, **conditions: str) -> None:
        """Unpacks what came to the hub, and not what goes on to the branch. What no `copy_NUMBER` names is missing."""
        barcodes = {copy["barcode"]: f"copy_{copy['copy_number']}" for copy in await self.copies(order_id)}
        scans = [{"barcode": code, "condition": conditions[name]} for code, name in barcodes.items() if name in conditions]
        listed = await self.call("GET", f"{self.delivery}/v1/consignments?state=expected&place={HUB}")
        for consignment in listed["items"]:
            path = f"{self.delivery}/v1/consignments/{consignment['consignment_id']}/receipts"
            await self.call("POST", path, {"scans": scans, "complete": True})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Council]:
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-chasing-"))
    ready = ("accept=1", "back_order=0", "refuse=0", "substitute=0", "unknown_word=0")
    whole = ("partial_ship=0", "late_ship=0", "send_twice=0")
    simulators = SimulatorOptions(
        catalogue=CATALOGUE, national_proportions=("silent=1", "sent_twice=0"), consortium_proportions=(*ready, *whole)
    )
    try:
        async with Stack(StackOptions(folder, simulators=simulators)) as stack:
            here = stack.endpoints
            headers = {"Authorization": f"Bearer {stack.token(next(iter(COUNCILS)), *SCOPES)}"}
            async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
                known = Council(client, here.orders, here.delivery)
                await known.set_up()
                yield known
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _all(council: Council, order_id: str, *wanted: str) -> Callable[[], Any]:
    async def are() -> bool:
        return await council.states(order_id) == list(wanted)

    return are


async def test_a_silent_bookseller_is_asked_twice_and_then_names_a_day(council: Council) -> None:
    order_id = await council.place("CHASE-1", "LOWE", 2)
    await until(_all(council, order_id, "sent", "sent"))
    for asked in (1, 2):
        await council.ask(order_id, "status", 1, 2)

        async def went_out(times: int = asked) -> bool:
            order = await council.call("GET", f"{council.orders}/v1/orders/{order_id}")
            return sum(": sent" in step["reason"] for step in order["timeline"]) >= times

        await until(went_out)
    await until(_all(council, order_id, "back_ordered", "back_ordered"), limit=60)
    assert all(copy["expected_on"] for copy in await council.copies(order_id))
    listed = await council.call("GET", f"{council.orders}/v1/enquiries?order_id={order_id}")
    assert {each["state"] for each in listed["items"]} == {"answered"}


async def test_a_short_copy_is_sent_again_and_a_damaged_one_is_credited(council: Council) -> None:
    order_id = await council.place("CHASE-2", "IPSW", 3)
    await until(_all(council, order_id, "despatched", "despatched", "despatched"))
    await council.unpack(order_id, copy_1="ok", copy_2="damaged")
    await until(_all(council, order_id, "at_hub", "damaged", "missing"))

    await council.ask(order_id, "short", 3)
    await council.ask(order_id, "damaged", 2)
    await until(_all(council, order_id, "at_hub", "cancelled", "despatched"), limit=60)
    await council.unpack(order_id, copy_3="ok")
    await until(_all(council, order_id, "at_hub", "cancelled", "at_hub"))
    listed = await council.call("GET", f"{council.orders}/v1/enquiries?order_id={order_id}")
    assert [(each["kind"], each["state"]) for each in listed["items"]] == [("damaged", "answered"), ("short", "answered")]

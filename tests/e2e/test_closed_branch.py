"""A branch closes while books are on the way to it: from either supplier, they are received at the branch that takes over."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.demo import ORDERS
from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES
from local.lms.order_file import read_orders
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.long]

Json = dict[str, Any]

_CLOSED, _TAKES_OVER = "BURY", "FELX"
_ISBNS = sorted({line.isbn for order in read_orders(ORDERS)[:6] for line in order.lines})[:6]
_ALL_COME = ("back_order=0", "refuse=0")


class Council:
    """One council's LMS, as plainly as its calls are."""

    def __init__(self, stack: Stack, council: str) -> None:
        self._here = stack.endpoints
        self._client = httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.token(council, *SCOPES)}"}, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, path: str, **query: str) -> Json:
        answer = await self._client.get(self._url(path), params=query)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def send(self, method: str, path: str, body: object) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        return await self._client.request(method, self._url(path), json=body, headers=headers)

    def _url(self, path: str) -> str:
        base = self._here.delivery if path.startswith("/v1/consignments") else self._here.orders
        return f"{base}{path}"

    async def set_up(self, supplier: str) -> None:
        branches = [branch for code, branch in read_branches(BRANCHES).items() if code in (_CLOSED, _TAKES_OVER)]
        for method, path, body in (
            ("PUT", "/v1/branches", branches),
            ("POST", "/v1/sourcing-rules", {"supplier_id": supplier, "valid_from": "2026-01-01"}),
        ):
            answer = await self.send(method, path, body)
            assert answer.is_success, answer.text

    async def order(self) -> str:
        copies = [{"branch": _CLOSED, "fund": "ADULT-FIC", "quantity": 2}]
        lines = [{"line_number": number, "isbn": isbn, "copies": copies} for number, isbn in enumerate(_ISBNS, start=1)]
        answer = await self.send("POST", "/v1/orders", {"order_number": "CLOSE-1", "lines": lines})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["order_id"])

    async def hand_over(self) -> None:
        """From today on, the other branch takes over."""
        today = str(datetime.now(UTC).date())
        known = (await self.get("/v1/branches"))["items"]
        closing = next(branch for branch in known if branch["code"] == _CLOSED)
        body = {name: closing[name] for name in ("code", "name", "gln")}
        answer = await self.send("PUT", "/v1/branches", [{**body, "closed_from": today, "taken_over_by": _TAKES_OVER}])
        assert answer.status_code == 200, answer.text

    async def copies(self, order_id: str) -> list[Json]:
        order = await self.get(f"/v1/orders/{order_id}")
        return [copy for line in order["lines"] for copy in line["copies"]]

    async def expected(self, **query: str) -> list[Json]:
        listed = [one for state in ("expected", "partly_received") for one in await self._listed(state=state, **query)]
        return [await self.get(f"/v1/consignments/{one['consignment_id']}") for one in listed]

    async def _listed(self, **query: str) -> Sequence[Json]:
        items: Sequence[Json] = (await self.get("/v1/consignments", **query))["items"]
        return items

    async def scan(self, consignment: Json) -> httpx.Response:
        waiting = [copy for copy in consignment["copies"] if copy["state"] == "outstanding"]
        scans = [{"barcode": copy["barcode"]} if copy["barcode"] else {"isbn": copy["isbn"]} for copy in waiting]
        return await self.send("POST", f"/v1/consignments/{consignment['consignment_id']}/receipts", {"scans": scans})


@asynccontextmanager
async def _stack() -> AsyncIterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-closed-"))
    simulators = SimulatorOptions(
        catalogue=CATALOGUE,
        national_proportions=(*_ALL_COME, "part_back_order=0", "part_refuse=0", "substitute_offered=0", "substitute_sent=0"),
        consortium_proportions=(*_ALL_COME, "substitute=0", "unknown_word=0"),
    )
    try:
        async with Stack(StackOptions(folder, simulators=simulators)) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def test_books_on_the_way_to_a_closed_branch_are_received_at_the_one_that_takes_over() -> None:
    async with _stack() as stack:
        for supplier, isil in zip(("consortium", "national"), COUNCILS, strict=True):
            council = Council(stack, isil)
            try:
                await _life_of_an_order(stack, council, supplier)
            finally:
                await council.close()


async def _life_of_an_order(stack: Stack, council: Council, supplier: str) -> None:
    await council.set_up(supplier)
    order_id = await council.order()
    on_the_way = await until(council.expected)
    await council.hand_over()
    # The worker may die at any point of what follows; its supervisor starts it again.
    worker = stack.processes["orders"].pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)

    async def moved() -> bool:
        try:
            copies = await council.copies(order_id)
        except httpx.TransportError:
            return False
        return all((copy["branch"], copy["former_branches"]) == (_TAKES_OVER, [_CLOSED]) for copy in copies)

    await until(moved)
    await until(lambda: _nothing_at_the_closed_one(council))
    for consignment in on_the_way:
        if consignment["place"]["code"] == _CLOSED:
            refused = await council.scan(consignment)
            assert (refused.status_code, refused.json()["code"]) == (409, "consignment-moved"), refused.text

    async def all_received() -> bool:
        for consignment in await council.expected():
            assert consignment["place"]["code"] != _CLOSED
            answer = await council.scan(consignment)
            assert answer.status_code == 201, answer.text
        return all(copy["state"] == "received" for copy in await council.copies(order_id))

    await until(all_received)
    found = await council.get("/v1/consignments")
    places = {one["place"]["code"] for one in found["items"]}
    assert places == ({_TAKES_OVER, "CSU"} if supplier == "consortium" else {_TAKES_OVER})


async def _nothing_at_the_closed_one(council: Council) -> bool:
    return await council.expected(place=_CLOSED) == []

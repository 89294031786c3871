"""Measures the way of an order through the whole stack: from the LMS's request until its supplier has the message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from bench.table import Row
from local.lms.calls import Service
from local.lms.lms import SCOPES
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, OPERATIONS_SCOPES, SimulatorOptions
from local.stack.profiles_consortium import SUPPLIER_ID as CONSORTIUM
from local.stack.profiles_national import SUPPLIER_ID as NATIONAL
from local.stack.seeding import seed
from shared.clock import SystemClock

_PER_SECOND = 50
_ORDERS = 500
_WARMING_ORDERS = 50
_LIMIT_MS = 500.0
_CLOCK = SystemClock()
_SETTLE_SECONDS = 120.0
_COUNCIL = next(iter(COUNCILS))
# One branch of each supplier, by the sample council's rules.
_BRANCHES = {CONSORTIUM: "IPSW", NATIONAL: "FELX"}
_ISBN = "9780141439518"


class _Taken(BaseModel):
    order_id: UUID


class _Sent(BaseModel):
    order_ids: Sequence[UUID]
    sent_at: datetime | None


async def measure(folder: Path) -> list[Row]:
    """Returns one row per supplier: the 99th percentile in milliseconds against 500; the claim has the median too.

    Each order has a copy from each supplier. It begins when the LMS sends its request, and ends when the exchange notes that
    the supplier answered (consortium) or that the file is in the mailbox under its final name (bookseller). The suppliers
    answer later than the measurement lasts.
    """
    late = SimulatorOptions(response_delay=600.0, despatch_delay=600.0)
    async with Stack(StackOptions(folder, simulators=late, log_level="WARNING")) as stack, AsyncExitStack() as services:
        await seed(stack)
        lms = partial(stack.token, _COUNCIL, *SCOPES)
        staff = partial(stack.token, None, *OPERATIONS_SCOPES)
        orders = await services.enter_async_context(Service(stack.endpoints.orders, lms))
        await _place(orders, "warm", _WARMING_ORDERS)
        begun = await _place(orders, "timed", _ORDERS)
        rows = []
        for supplier_id in _BRANCHES:
            exchange = await services.enter_async_context(Service(stack.endpoints.suppliers[supplier_id], staff))
            rows.append(_row(supplier_id, begun, await _sent(exchange, begun)))
        return rows


async def _place(orders: Service, label: str, count: int) -> Mapping[UUID, datetime]:
    """Places orders at the rate, whether or not earlier ones were answered; returns when each was requested."""
    begun: dict[UUID, datetime] = {}

    async def place(number: str) -> None:
        at = _CLOCK.now()
        copies = [{"branch": branch, "fund": "ADULT-FIC"} for branch in _BRANCHES.values()]
        body = {"order_number": number, "lines": [{"line_number": 1, "isbn": _ISBN, "copies": copies}]}
        answer = await orders.post("/v1/orders", body, key=number)
        begun[_Taken.model_validate_json(answer.content).order_id] = at

    start = time.perf_counter()
    async with asyncio.TaskGroup() as placing:
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / _PER_SECOND - time.perf_counter()))
            placing.create_task(place(f"{label}-{number}"))
    return begun


async def _sent(exchange: Service, begun: Mapping[UUID, datetime]) -> Mapping[UUID, datetime]:
    """Returns when the supplier had each order. Waits until it has all of them."""
    async with asyncio.timeout(_SETTLE_SECONDS):
        while True:
            kept = await exchange.pages("/v1/messages", _Sent, {"direction": "out", "kind": "order"})
            sent = {order_id: each.sent_at for each in kept if each.sent_at for order_id in each.order_ids}
            if sent.keys() >= begun.keys():
                return sent
            await asyncio.sleep(1.0)


def _row(supplier_id: str, begun: Mapping[UUID, datetime], sent: Mapping[UUID, datetime]) -> Row:
    took = sorted((sent[order_id] - at) / timedelta(milliseconds=1) for order_id, at in begun.items())
    half, most = (took[int(len(took) * share)] for share in (0.5, 0.99))
    claim = f"order placed to message at the {supplier_id} supplier, {_PER_SECOND} orders/s: p99 (p50 {half:,.0f} ms)"
    return Row(claim, most, _LIMIT_MS, "ms", 1.0, higher=False)

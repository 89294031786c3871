"""Stops the broker while orders are processed, and starts it again; waits for what services report meanwhile."""

from __future__ import annotations

import asyncio

import httpx

from local.stack import Stack
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.play import Play
from tests.waiting import until

_NOTICED_SECONDS = 120.0


async def take_broker_away(play: Play) -> None:
    """Stops the broker after half of the orders, places the others meanwhile, and starts it again.

    While the broker is away, every service must report that it is degraded, and still answer requests.
    """
    orders = some_orders("BROKER", ORDERS["BROKER"])
    half = len(orders) // 2
    await play.place(orders[:half])
    await play.stack.broker.stop()
    repeated = play.lms.repeated_requests
    await play.place(orders[half:])
    assert play.lms.repeated_requests == repeated, "a service did not answer while only the broker was away"
    await all_report(play.stack, "degraded")
    await play.stack.broker.start()


async def all_report(stack: Stack, status: str) -> None:
    """Waits until every service has reported a status at `/readyz`."""
    await asyncio.gather(*(reports(url, status) for url in stack.endpoints.all().values()))


async def reports(url: str, status: str, *words: str) -> None:
    """Waits until a service reports a status at `/readyz`, with the words in the details."""

    async def reported() -> bool:
        try:
            answer = await client.get("/readyz")
        except httpx.TransportError:
            return False
        return answer.json()["status"] == status and all(word in answer.text for word in words)

    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        await until(reported, limit=_NOTICED_SECONDS)

"""Waits for what services report while something that they need is away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx

from local.lms.orders import Order
from local.stack import Stack
from tests.faults.play import Play
from tests.waiting import until

_NOTICED_SECONDS = 120.0


async def place_without_broker(play: Play, orders: Sequence[Order]) -> None:
    """Places orders while only the broker is away: every service reports that it is degraded, and still answers requests."""
    await all_report(play.stack, "degraded")
    repeated = play.lms.repeated_requests
    await play.place(orders)
    assert play.lms.repeated_requests == repeated, "a service did not answer while only the broker was away"


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

"""Stops the broker while orders are processed, and starts it again."""

from __future__ import annotations

import asyncio

import httpx

from tests.faults.order_file import ORDERS, some_orders
from tests.faults.play import Play

_AWAY_SECONDS = 20.0
_NOTICED_SECONDS = 120.0


async def take_broker_away(play: Play) -> None:
    """Stops the broker after half of the orders, places the others meanwhile, and starts it again.

    While the broker is away, every service must report that it is degraded, and still answer requests.
    """
    orders, loop = some_orders("BROKER", ORDERS["BROKER"]), asyncio.get_running_loop()
    half = len(orders) // 2
    await play.place(orders[:half])
    await play.stack.broker.stop()
    back_at = loop.time() + _AWAY_SECONDS
    repeated = play.lms.repeated_requests
    await play.place(orders[half:])
    assert play.lms.repeated_requests == repeated, "a service did not answer while only the broker was away"
    for name, url in play.stack.endpoints.all().items():
        await _degraded(name, url)
    # The length of the outage matters here, so the test sleeps.
    await asyncio.sleep(max(0.0, back_at - loop.time()))
    await play.stack.broker.start()


async def _degraded(name: str, url: str) -> None:
    """Waits until a service reports that it is degraded, while it still answers requests."""
    async with asyncio.timeout(_NOTICED_SECONDS), httpx.AsyncClient(base_url=url, trust_env=False) as client:
        while True:
            answer = await client.get("/readyz")
            assert answer.status_code == 200, f"{name}: {answer.text}"
            if answer.json()["status"] == "degraded":
                return
            await asyncio.sleep(0.2)

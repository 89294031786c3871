"""`/readyz` reports what waits in the outbox, in every role and however it got there."""

import httpx
from sqlalchemy import text

from tests.services.orders.conftest import Orders, an_order


async def _ready(orders: Orders) -> httpx.Response:
    return await orders.client.get("/readyz")


async def _date_back(orders: Orders, seconds: int) -> None:
    """Dates all events back from now, not from when they were placed: on a busy machine that may be seconds ago."""
    async with orders.engine.begin() as connection:
        await connection.execute(text(f"UPDATE outbox SET created_at = now() - interval '{seconds} seconds'"))


async def test_events_that_wait_for_too_long_degrade_readiness_with_number_age_and_advice(orders: Orders) -> None:
    assert (await _ready(orders)).json()["status"] == "ready"
    await orders.placed(an_order())
    assert (await _ready(orders)).json()["status"] == "ready", "what was committed just now may wait"
    await _date_back(orders, 300)

    answer = await _ready(orders)
    assert answer.status_code == 200, "the process takes orders, so a load balancer keeps it"
    assert answer.json()["status"] == "degraded"
    (outbox,) = (check for check in answer.json()["checks"] if check["name"] == "outbox")
    assert outbox["state"] == "degraded"
    assert outbox["detail"].startswith("2 events wait to be sent, the oldest since 20")
    assert "(300 s; at most 60 s is normal): check that a worker of this service runs" in outbox["detail"]

    async with orders.engine.begin() as connection:
        await connection.execute(text("UPDATE outbox SET sent_at = now()"))
    assert (await _ready(orders)).json()["status"] == "ready"

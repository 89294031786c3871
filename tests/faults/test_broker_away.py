"""The broker goes away in the middle of everything. Orders are taken all the same, and nothing is missing afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from local.brokers.jars import apache_unavailable
from local.demo import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import SimulatorOptions
from tests.faults.conftest import ORDERS
from tests.faults.order_file import some_orders
from tests.faults.play import Play, Table, of_orders, playing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="session")]

_AWAY_SECONDS = 20.0


async def test_a_broker_that_forgets_everything_loses_nothing(play: Play, undisturbed: Table) -> None:
    assert not play.stack.broker.keeps_data
    await _take_broker_away(play)
    rest = await play.rest(limit=180)
    assert rest.findings == []
    assert of_orders("BROKER", rest.table) == of_orders("BROKER", undisturbed)


@pytest.mark.kafka
async def test_apache_kafka_may_go_away_too(folder: Path, undisturbed: Table) -> None:
    if (reason := apache_unavailable()) is not None:
        pytest.skip(reason)
    options = StackOptions(folder / "apache", broker="kafka", simulators=SimulatorOptions(catalogue=CATALOGUE))
    async with Stack(options) as stack, playing(stack) as play:
        await _take_broker_away(play)
        rest = await play.rest(limit=180)
    assert rest.findings == []
    assert of_orders("BROKER", rest.table) == of_orders("BROKER", undisturbed)


async def _take_broker_away(play: Play) -> None:
    """Stop the broker after half the orders, place the others meanwhile, and start it again."""
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
    # How long it is away is what this is about.
    await asyncio.sleep(max(0.0, back_at - loop.time()))
    await play.stack.broker.start()


async def _degraded(name: str, url: str) -> None:
    """Wait until a service says that it is degraded; being degraded it still serves."""
    async with asyncio.timeout(_AWAY_SECONDS), httpx.AsyncClient(base_url=url, trust_env=False) as client:
        while True:
            answer = await client.get("/readyz")
            assert answer.status_code == 200, f"{name}: {answer.text}"
            if answer.json()["status"] == "degraded":
                return
            await asyncio.sleep(0.2)

"""A station on a shared broker of every kind, and one on a broker for this test only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

import pytest

from local.brokers.broker import Broker
from tests.fixtures.background import Background
from tests.messaging.station import Station, station_on

InBackground = Callable[[Coroutine[object, object, None]], Awaitable[None]]


@pytest.fixture
async def station(broker: Broker, database_url: str) -> AsyncIterator[Station]:
    """On the shared broker."""
    async with station_on(broker, database_url) as made:
        yield made


@pytest.fixture
async def own_station(own_broker: Broker, database_url: str) -> AsyncIterator[Station]:
    """On a broker that the test may stop."""
    async with station_on(own_broker, database_url) as made:
        yield made


@pytest.fixture
def in_background(background: Background) -> InBackground:
    """`await in_background(broker.stop())` does not block the test's loop."""

    async def run(work: Coroutine[object, object, None]) -> None:
        await asyncio.to_thread(background.run, work)

    return run

"""Apache Kafka stops while orders are processed. Orders are still accepted, and nothing is missing afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.brokers.jars import apache_unavailable
from local.stack import Stack, StackOptions
from tests.faults.conftest import QUICK
from tests.faults.outage import take_broker_away
from tests.faults.play import Table, of_orders, playing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.kafka
async def test_apache_kafka_may_go_away_too(folder: Path, undisturbed: Table) -> None:
    if (reason := apache_unavailable()) is not None:
        pytest.skip(reason)
    expected = of_orders("BROKER", undisturbed)
    async with Stack(StackOptions(folder / "apache", broker="kafka", simulators=QUICK)) as stack, playing(stack) as play:
        await take_broker_away(play)
        rest = await play.rest(like=expected)
    assert rest.findings == []
    assert of_orders("BROKER", rest.table) == expected

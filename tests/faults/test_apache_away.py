"""Apache Kafka stops while orders are processed, and nothing is missing afterwards. Then the dashboard is rebuilt.

Both in one stack, because each start takes long.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from local.brokers.jars import apache_unavailable
from local.stack import Stack, StackOptions
from tests.faults.conftest import QUICK
from tests.faults.outage import take_broker_away
from tests.faults.play import Play, Rest, Table, of_orders, playing
from tests.faults.rebuilding import empty_read_model, is_complete, read_model_of, republish, trim_topics
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.kafka
async def test_apache_kafka_may_go_away_and_the_read_model_outlives_its_topics(folder: Path, undisturbed: Table) -> None:
    if (reason := apache_unavailable()) is not None:
        pytest.skip(reason)
    expected = of_orders("BROKER", undisturbed)
    async with Stack(StackOptions(folder / "apache", broker="kafka", simulators=QUICK)) as stack, playing(stack) as play:
        await take_broker_away(play)
        rest = await play.rest(like=expected)
        assert rest.findings == []
        assert of_orders("BROKER", rest.table) == expected
        await _the_read_model_is_rebuilt_without_its_topics(play, rest)


async def _the_read_model_is_rebuilt_without_its_topics(play: Play, before: Rest) -> None:
    """All services run meanwhile. Nothing but the read model changes by what is published again."""
    shown = await read_model_of(play)
    assert is_complete(shown), shown.keys()
    await trim_topics(play)
    await empty_read_model(play)
    assert await read_model_of(play) == {}
    await republish(play)

    async def is_as_before() -> bool:
        return await read_model_of(play) == shown

    await until(is_as_before, limit=60)
    after = await play.rest(like=before.table)
    assert after.findings == []
    assert after.table == before.table
    assert (after.facts.moves, after.facts.takings) == (before.facts.moves, before.facts.takings)
    assert await read_model_of(play) == shown

"""Three Apache Kafka brokers and PostgreSQL are killed at once: nothing is missing and nothing doubled afterwards.

Then the dashboard, evidence and the feed of lms are rebuilt without their topics, in the same stack: each start takes long.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from local.brokers.jars import apache_unavailable
from local.stack import Stack, StackOptions
from tests.faults.conftest import QUICK
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.outage import all_report, place_without_broker
from tests.faults.play import Play, Rest, Table, of_orders, playing
from tests.faults.rebuilding import empty_read_models, missing, read_models_of, republish, trim_topics
from tests.fixtures.chance import Chance
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.kafka
async def test_three_brokers_and_the_database_may_be_killed_at_once(folder: Path, undisturbed: Table, chance: Chance) -> None:
    if (reason := apache_unavailable()) is not None:
        pytest.skip(reason)
    expected, orders = of_orders("CLUSTER", undisturbed), some_orders("CLUSTER", ORDERS["CLUSTER"])
    kills = chance.kills(quick=1, deep=4)
    # The bookseller sends one invoice for each order.
    simulators = replace(QUICK, national_invoices="order")
    options = StackOptions(folder / "apache", broker="kafka", brokers=3, simulators=simulators)
    async with Stack(options) as stack, playing(stack) as play:
        for number in range(kills):
            first, *others = orders[number::kills]
            await play.place([first])
            await asyncio.gather(stack.postgres.kill(), stack.broker.kill())
            await all_report(stack, "failed")
            await stack.postgres.start()
            await place_without_broker(play, others)
            await stack.broker.start()
        rest = await play.rest(like=expected)
        assert rest.findings == []
        assert of_orders("CLUSTER", rest.table) == expected
        await _read_models_are_rebuilt_without_their_topics(play, rest)


async def _read_models_are_rebuilt_without_their_topics(play: Play, before: Rest) -> None:
    """All services run meanwhile. Nothing but the read models changes by what is published again."""
    shown = await read_models_of(play)
    assert missing(shown) == set()
    await trim_topics(play)
    await empty_read_models(play)
    assert await read_models_of(play) == {"dashboard": {}, "evidence": {}, "lms": {}}
    await republish(play)

    async def are_as_before() -> bool:
        return await read_models_of(play) == shown

    await until(are_as_before, limit=60)
    after = await play.rest(like=before.table)
    assert after.findings == []
    assert after.table == before.table
    assert (after.facts.moves, after.facts.takings) == (before.facts.moves, before.facts.takings)
    assert await read_models_of(play) == shown

"""Three Apache Kafka brokers go away, and are killed together with PostgreSQL: nothing is missing and nothing doubled.

One file, so that one stack is enough for all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from local.brokers.jars import apache_unavailable
from local.stack import Stack, StackOptions
from tests.faults.conftest import QUICK
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.outage import all_report, take_broker_away
from tests.faults.play import Play, Table, of_orders, playing
from tests.fixtures.chance import Chance

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cluster(folder: Path, undisturbed: Table) -> AsyncIterator[Play]:
    """A stack on three brokers, whose bookseller sends one invoice for each order."""
    if (reason := apache_unavailable()) is not None:
        pytest.skip(reason)
    simulators = replace(QUICK, national_invoices="order")
    options = StackOptions(folder / "apache", broker="kafka", brokers=3, simulators=simulators)
    async with Stack(options) as stack, playing(stack) as made:
        yield made


async def test_apache_kafka_may_go_away(cluster: Play, undisturbed: Table) -> None:
    expected = of_orders("BROKER", undisturbed)
    await take_broker_away(cluster)
    rest = await cluster.rest(like=expected)
    assert rest.findings == []
    assert of_orders("BROKER", rest.table) == expected


async def test_all_brokers_and_the_database_may_be_killed_at_once(cluster: Play, undisturbed: Table, chance: Chance) -> None:
    expected, stack = of_orders("CLUSTER", undisturbed), cluster.stack
    placing = asyncio.create_task(cluster.place(some_orders("CLUSTER", ORDERS["CLUSTER"]), every=0.2))
    for number in range(1, 1 + chance.kills(quick=1, deep=4)):
        await cluster.until_placed("CLUSTER", number)
        await asyncio.gather(stack.postgres.kill(), stack.broker.kill())
        await all_report(stack, "failed")
        await asyncio.gather(stack.postgres.start(), stack.broker.start())
    await placing
    rest = await cluster.rest(like=expected)
    assert rest.findings == []
    assert of_orders("CLUSTER", rest.table) == expected

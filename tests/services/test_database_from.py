"""The next test that gets a database finds it empty, whatever the last one left in it."""

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from shared.ids import new_id
from shared.messaging.tables import outbox
from tests.fixtures.postgres import Databases
from tests.services.serving import Kept

PACKAGE = "services.orders"


@pytest.mark.parametrize("rows", [1, 2_000], ids=["deleted", "truncated"])
async def test_a_database_comes_back_empty_and_counts_from_one(rows: int, databases: Databases, kept: Kept) -> None:
    event = {"type": "any", "topic": "any", "key": "any", "shard": 0, "headers": {}, "data": b"{}"}
    numbers = []
    for _ in range(2):
        url = databases.of_service(PACKAGE)
        async with kept.engine(SecretStr(url)) as engine, engine.begin() as connection:
            await connection.execute(insert(outbox), [{**event, "event_id": new_id()} for _ in range(rows)])
            numbers.append((await connection.execute(select(outbox.c.seq).order_by(outbox.c.seq))).scalars().all())
        databases.give_back(PACKAGE, url)

    assert numbers == [list(range(1, rows + 1))] * 2

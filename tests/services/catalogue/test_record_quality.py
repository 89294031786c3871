"""How good the records are that each supplier sends in a month."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from services.catalogue.reminders import Reminders
from services.catalogue.store.quality import add_up_quality
from services.catalogue.store.quality_tables import QUALITY
from services.catalogue.usecases.taking import take_records
from shared.bus import to_envelope
from shared.clock import ManualClock
from tests.services.catalogue.facts import HAMNET, record, stated, supplied, withdrawal
from tests.services.hearing import Hearing


async def quality(client: AsyncClient, month: str = "2026-03") -> dict[str, Any]:
    answer = await client.get(f"/v1/record-quality?month={month}")
    assert answer.status_code == 200, answer.text
    return {one["supplier_id"]: one for one in answer.json()["suppliers"]}


async def test_records_are_counted_per_supplier_with_score_and_shortfalls(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(record(), record(isbn=HAMNET, title="Hamnet"), record("eastern"))
    await catalogue.hears(supplied(stated(publisher="Bloomsbury"), day=3))
    found = await quality(client)
    assert [(name, one["records"], one["passing"]) for name, one in found.items()] == [("eastern", 1, 0), ("harbour-books", 3, 0)]
    assert found["harbour-books"]["average_score"] == round((2 * 57 + 62) / 3)
    counts = [(one["code"], one["records"]) for one in found["harbour-books"]["shortfalls"]]
    assert counts == [("content-type", 3), ("date", 3), ("dewey", 3), ("extent", 3), ("language", 3)]
    assert found["eastern"]["shortfalls"][0]["place"] == "336, 337, 338"


async def test_counts_stay_the_same_when_the_reminders_add_them_up(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    reminders = Reminders(catalogue.engine, clock)
    for day in (2, 3):
        await catalogue.hears(record(day=day), record("eastern", isbn=HAMNET, title=f"Hamnet {day}", day=day))
        before = await quality(client)
        await reminders.turn()
        assert await quality(client) == before
    async with catalogue.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(QUALITY.waiting))).scalar_one() == 0
        assert (await connection.execute(select(func.count()).select_from(QUALITY.totals))).scalar_one() > 0
    # A record that only says what it said before is not counted again.
    assert {supplier_id: found["records"] for supplier_id, found in before.items()} == {"eastern": 2, "harbour-books": 1}


async def test_a_withdrawal_is_no_record_received_and_months_are_apart(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(record())
    await catalogue.hears(withdrawal())
    assert (await quality(client))["harbour-books"]["records"] == 1
    assert await quality(client, "2026-04") == {}


async def test_batches_of_one_supplier_do_not_wait_for_each_others_counts(catalogue: Hearing, clock: ManualClock) -> None:
    first, second = record(), record(isbn=HAMNET, title="Hamnet")
    async with catalogue.engine.begin() as one, catalogue.engine.begin() as other, asyncio.timeout(10):
        await take_records(one, [(first, to_envelope(first, clock=clock))], clock=clock)
        await take_records(other, [(second, to_envelope(second, clock=clock))], clock=clock)


async def test_two_processes_that_add_up_count_each_record_once(catalogue: Hearing, client: AsyncClient) -> None:
    for day in (2, 3, 4):
        await catalogue.hears(record(day=day))
    before = await quality(client)

    async def add_up() -> int:
        async with catalogue.engine.begin() as connection:
            return await add_up_quality(connection, 10)

    while any(await asyncio.gather(add_up(), add_up())):
        assert await quality(client) == before
    assert await quality(client) == before


@pytest.mark.parametrize("month", ["2026-13", "2026", "2026-3", "2026-03-01"])
async def test_a_month_that_is_none_is_refused(client: AsyncClient, month: str) -> None:
    assert (await client.get(f"/v1/record-quality?month={month}")).status_code == 422

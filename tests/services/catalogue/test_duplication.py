"""Cataloguing that was done twice, and cataloguing that was done once for many councils, as counts of each day."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from services.catalogue.reminders import Reminders
from services.catalogue.republish import OWNER
from services.catalogue.store.duplication import add_up_duplication
from services.catalogue.store.quality_tables import DUPLICATION
from shared.clock import ManualClock
from shared.contracts.catalogue import DuplicationCounted
from shared.republish import PAGE
from tests.services.catalogue.facts import HAMNET, PIRANESI, line, order, record, stated, supplied, withdrawal
from tests.services.hearing import Hearing
from tests.services.read_model import ReadModel, check_rebuild

ALL = None


async def counts(client: AsyncClient, first: str = "2026-03-01", last: str = "2026-03-31") -> dict[tuple[str, str | None], Any]:
    """Returns what was counted in a period, by supplier and council."""
    answer = await client.get("/v1/duplication", params={"from": first, "to": last})
    assert answer.status_code == 200, answer.text
    return {(one["supplier_id"], one["council"]): one for one in answer.json()["suppliers"]}


def records(found: dict[str, Any]) -> tuple[int, int, int]:
    """Returns how many records were received, said nothing new, and came when as good a record was there."""
    return found["received"], found["repeated"], found["already_held"]


async def test_a_record_is_held_already_where_another_suppliers_is_at_least_as_good(
    catalogue: Hearing, client: AsyncClient
) -> None:
    await catalogue.hears(supplied(stated(publisher="Bloomsbury", published="2020")))
    await catalogue.hears(record("eastern"))
    found = await counts(client)
    assert records(found["harbour-books", ALL]) == (1, 0, 0), "the first of a book"
    assert records(found["eastern", ALL]) == (1, 0, 1)


async def test_a_better_record_of_another_supplier_is_not_held_already(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(record("eastern"))
    await catalogue.hears(supplied(stated(publisher="Bloomsbury", published="2020")))
    assert records((await counts(client))["harbour-books", ALL]) == (1, 0, 0)


async def test_a_record_that_counts_no_longer_holds_nothing(catalogue: Hearing, client: AsyncClient) -> None:
    await catalogue.hears(supplied(stated(publisher="Bloomsbury", published="2020")))
    await catalogue.hears(withdrawal())
    await catalogue.hears(record("eastern", day=5))
    found = await counts(client)
    assert records(found["eastern", ALL]) == (1, 0, 0)
    assert records(found["harbour-books", ALL]) == (1, 0, 0), "a withdrawal is no record received"


async def test_a_record_that_says_what_its_supplier_said_before_is_repeated(catalogue: Hearing, client: AsyncClient) -> None:
    for day in (2, 3, 4):
        await catalogue.hears(record(day=day))
    assert records((await counts(client))["harbour-books", ALL]) == (3, 2, 0)
    await catalogue.hears(record("eastern"))
    await catalogue.hears(record("eastern", day=6))
    assert records((await counts(client))["eastern", ALL]) == (2, 1, 1), "also where the book has other suppliers' records"
    await catalogue.hears(record(title="Piranesi: a novel", day=7))
    assert records((await counts(client))["harbour-books", ALL])[:2] == (4, 2)


async def test_records_are_counted_for_the_councils_that_had_ordered_the_book(
    catalogue: Hearing, client: AsyncClient, operations: AsyncClient
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(HAMNET, "NORW"), council="GB-NFK"))
    await catalogue.hears(record(), record(isbn=HAMNET, title="Hamnet"))
    found = await counts(operations)
    assert {key: records(one)[0] for key, one in found.items()} == {
        ("harbour-books", ALL): 2,
        ("harbour-books", "GB-NFK"): 1,
        ("harbour-books", "GB-SFK"): 1,
    }
    assert {council for _, council in await counts(client)} == {ALL, "GB-SFK"}, "a council sees no other"


async def test_a_request_is_saved_where_the_record_was_there_when_the_book_was_ordered_first(
    catalogue: Hearing, client: AsyncClient
) -> None:
    await catalogue.hears(record())
    await catalogue.hears(order(line(PIRANESI, "IPSW"), line(HAMNET, "IPSW")))
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(record(isbn=HAMNET, title="Hamnet"))
    found = await counts(client)
    for council in (ALL, "GB-SFK"):
        assert found["harbour-books", council]["requests_saved"] == 1
        assert found["harbour-books", council]["used"] == [{"nth": 1, "titles": 2}]


async def test_a_record_made_once_is_counted_as_used_by_one_council_after_the_other(
    catalogue: Hearing, operations: AsyncClient
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")), order(line(PIRANESI, "NORW"), council="GB-NFK"))
    await catalogue.hears(record())
    await catalogue.hears(order(line(PIRANESI, "CAMB"), council="GB-CAM"))
    found = await counts(operations)
    assert found["harbour-books", ALL]["used"] == [{"nth": nth, "titles": 1} for nth in (1, 2, 3)]
    assert found["harbour-books", "GB-CAM"]["used"] == [{"nth": 3, "titles": 1}]
    assert found["harbour-books", "GB-CAM"]["requests_saved"] == found["harbour-books", ALL]["requests_saved"] == 1


async def test_counts_are_added_up_and_told_as_those_of_the_whole_day(
    catalogue: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    reminders = Reminders(catalogue.engine, clock)
    for day in (2, 3):
        await catalogue.hears(record(day=day, title=f"Piranesi {day}"), record(isbn=HAMNET, title=f"Hamnet {day}", day=2))
        before = await counts(client)
        await reminders.turn()
        assert await counts(client) == before
    async with catalogue.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(DUPLICATION.waiting))).scalar_one() == 0
        assert (await connection.execute(select(func.count()).select_from(DUPLICATION.totals))).scalar_one() > 0
    told = await counted(catalogue)
    assert [(event.day.day, event.received, event.version) for event in told] == [(2, 2, 2), (2, 3, 3), (3, 1, 1)]
    assert told[0].key() == "duplication/2026-03-02/harbour-books/all"
    await reminders.turn()
    assert await counted(catalogue) == told, "nothing new, nothing told"


async def test_two_processes_that_add_up_count_each_fact_once(catalogue: Hearing, client: AsyncClient) -> None:
    for day in range(2, 12):
        await catalogue.hears(record(day=day))
    before = await counts(client)

    async def step() -> int:
        async with catalogue.engine.begin() as connection:
            taken, _ = await add_up_duplication(connection, 3)
            return taken

    while any(await asyncio.gather(step(), step())):
        assert await counts(client) == before
    assert await counts(client) == before


async def test_a_read_model_is_the_same_from_counts_published_again(
    catalogue: Hearing, clock: ManualClock, read_model: ReadModel
) -> None:
    await catalogue.hears(order(line(PIRANESI, "IPSW")))
    await catalogue.hears(*(record(f"supplier-{number}") for number in range(PAGE)))
    await Reminders(catalogue.engine, clock).turn()
    rows = await check_rebuild(catalogue, OWNER, clock, read_model)
    assert len(rows["duplication"]) == 2 * PAGE


async def test_days_outside_the_period_are_left_out(catalogue: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    await catalogue.hears(record())
    await Reminders(catalogue.engine, clock).turn()
    await catalogue.hears(record("eastern", day=9))
    assert set(await counts(client, "2026-03-02", "2026-03-08")) == {("harbour-books", ALL)}
    assert set(await counts(client, "2026-03-03", "2026-03-09")) == {("eastern", ALL)}


@pytest.mark.parametrize(
    ("first", "last", "pointer", "says"),
    [
        ("2026-03-02", "2026-03-01", "/query/to", "it is before `from`"),
        ("2025-01-01", "2026-01-02", "/query/to", "these are 367 days"),
        ("2026-02-30", "2026-03-01", "/query/from", ""),
    ],
)
async def test_a_period_that_is_none_or_too_long_is_refused(
    client: AsyncClient, first: str, last: str, pointer: str, says: str
) -> None:
    answer = await client.get("/v1/duplication", params={"from": first, "to": last})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert says in fault["detail"]


async def counted(catalogue: Hearing) -> list[DuplicationCounted]:
    """Returns every event of counts so far."""
    return [event for event in await catalogue.sent() if isinstance(event, DuplicationCounted)]

"""`copy_count` equals a count over the copies, whatever changes them and in whatever order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Place
from shared.contracts.orders import CopyProgress, CopyState, LineProgressed, OrderedCopy, OrderedLine, OrderPlaced
from shared.messaging.envelope import Envelope
from tests.services.dashboard.facts import PIRANESI, placed, progressed
from tests.services.hearing import Hearing, number, on_day
from tests.services.migrating import migrated, rows_of

_BATCHES = 40
_ORDERS = 12
# The counts from the rows themselves, in words of its own: whole days (UTC) for states that somebody waits in.
_COUNTED = """
SELECT council, supplier_id, state, count(*)::bigint,
    CASE WHEN state = ANY ('{received,refused,cancelled}') THEN '-infinity'
        ELSE date_trunc('day', changed_at, 'UTC')::text END AS day
FROM copy GROUP BY 1, 2, 3, 5
"""
_KEPT = """
SELECT council, supplier_id, state, copies,
    CASE WHEN isfinite(day) THEN date_trunc('day', day::timestamp AT TIME ZONE 'UTC', 'UTC')::text ELSE day::text END
FROM copy_count
"""


async def assert_counted(engine: AsyncEngine) -> None:
    """The counts that are kept are the counts of the rows, and none is zero."""
    async with engine.connect() as connection:
        kept, counted = await rows_of(connection, _KEPT), await rows_of(connection, _COUNTED)
    assert kept == counted


def _copies(order: int) -> list[UUID]:
    return [number(1_000 * order + place) for place in range(1, 4)]


def _some_event(chance: Random, order: int, at_hour: int) -> Envelope:
    """An event about an order of three copies: it is placed, or some of its copies move."""
    council, supplier = f"GB-{order % 3}", f"supplier-{order % 2}"
    version = chance.randint(1, 9)
    at = on_day(1) + timedelta(hours=at_hour)
    clock = ManualClock(at)
    if version == 1:
        copies = tuple(
            OrderedCopy(copy_id=copy_id, copy_number=place, branch=Place(code="IPSW"), fund="FIC")
            for place, copy_id in enumerate(_copies(order), start=1)
        )
        line = OrderedLine(line_key=f"SB-{order}", line_number=1, supplier_id=supplier, isbn=PIRANESI, title="P", copies=copies)
        event = OrderPlaced(council=council, order_id=number(order), order_number=f"PO-{order}", placed_at=at, lines=(line,))
        return to_envelope(event, clock=clock, version=version)
    moved = tuple(
        CopyProgress(
            copy_id=copy_id,
            copy_number=1,
            branch="IPSW",
            from_state=CopyState.ORDERED,
            to_state=chance.choice(list(CopyState)),
            cause="test",
        )
        for copy_id in chance.sample(_copies(order), chance.randint(1, 3))
    )
    progress = LineProgressed(
        council=council,
        order_id=number(order),
        order_number=f"PO-{order}",
        line_key=f"SB-{order}",
        supplier_id=supplier,
        isbn=PIRANESI,
        progressed_at=at,
        copies=moved,
    )
    return to_envelope(progress, clock=clock, version=version)


def _batch(chance: Random, orders: Sequence[int]) -> list[Envelope]:
    return [_some_event(chance, chance.choice(orders), chance.randint(0, 96)) for _ in range(chance.randint(1, 12))]


@pytest.mark.parametrize("seed", [1, 2])
async def test_counts_are_right_after_every_batch_of_events_in_any_order_and_repeated(dashboard: Hearing, seed: int) -> None:
    chance = Random(seed)
    heard: list[Envelope] = []
    for _ in range(_BATCHES):
        batch = _batch(chance, range(1, _ORDERS)) + chance.sample(heard, min(len(heard), 3))
        chance.shuffle(batch)
        await dashboard.hears_envelopes(batch)
        await assert_counted(dashboard.engine)
        heard += batch


async def test_the_same_events_lead_to_the_same_counts_in_one_batch_and_one_by_one(dashboard: Hearing) -> None:
    batch = [envelope for seed in range(5) for envelope in _batch(Random(seed), range(1, _ORDERS))]
    await dashboard.hears_envelopes(batch)
    async with dashboard.engine.begin() as connection:
        at_once = await rows_of(connection, _KEPT)
        await connection.execute(text("TRUNCATE copy"))
        assert await rows_of(connection, _KEPT) == []
    for envelope in batch:
        await dashboard.hears_envelopes([envelope])
    async with dashboard.engine.connect() as connection:
        assert await rows_of(connection, _KEPT) == at_once


async def test_members_of_the_group_count_at_the_same_time_without_a_deadlock(dashboard: Hearing) -> None:
    async def consume(seed: int, orders: Sequence[int]) -> None:
        chance = Random(seed)
        for _ in range(15):
            await dashboard.hears_envelopes(_batch(chance, orders))

    # As partitions do, each has orders of its own, but all of the same councils and suppliers.
    await asyncio.gather(*(consume(member, range(member, 40, 4)) for member in range(1, 5)))
    await assert_counted(dashboard.engine)


async def test_statements_of_a_person_and_of_a_release_that_does_not_count_are_counted(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.SENT), version=2)
    for statement in (
        "UPDATE copy SET state = 'received' WHERE branch = 'IPSW'",
        "UPDATE copy SET changed_at = changed_at + interval '3 days', reason = 'late'",
        "INSERT INTO copy SELECT gen_random_uuid(), council, 'other', order_id, order_number, line_key, isbn, title, branch,"
        " 'held', reason, expected_on, changed_at, version FROM copy",
        "DELETE FROM copy WHERE state = 'sent'",
    ):
        async with dashboard.engine.begin() as connection:
            await connection.execute(text(statement))
        await assert_counted(dashboard.engine)


_BEFORE = (
    """
    INSERT INTO copy SELECT md5(n::text)::uuid, 'GB-' || n % 2, 'harbour', md5('o')::uuid, 'PO-1', 'SB-' || n, 'i', 't', 'IPSW',
        (ARRAY['ordered', 'despatched', 'received', 'missing'])[n % 4 + 1], '', NULL,
        timestamptz '2026-03-01 22:30Z' + n * interval '1h', 1
    FROM generate_series(1, 40) AS n
    """,
    "INSERT INTO consignment VALUES (md5('c')::uuid, 'GB-0', 'harbour', 'DN-1', 'HUB', 'Hub', 'to_hub', '2026-03-04', NULL)",
    "INSERT INTO consigned_copy SELECT md5('c')::uuid, md5(n::text)::uuid, n = 1 FROM generate_series(1, 3) AS n",
    "INSERT INTO discrepancy VALUES (md5('d')::uuid, 'GB-0', 'harbour', 'DN-1', 'short', 'i', 1, md5('3')::uuid, '', '', now())",
    "INSERT INTO cancellation VALUES ('SB-1', 'GB-0', 'harbour', 'PO-1', '2026-03-02', NULL), "
    "('SB-2', 'GB-0', 'harbour', 'PO-1', '2026-03-02', '2026-03-03'), ('SB-3', 'GB-0', 'harbour', 'PO-1', NULL, '2026-03-03')",
)


async def test_the_migration_counts_the_copies_that_are_there(database_url: str) -> None:
    async with migrated(database_url, "services.dashboard", before="0003", rows=_BEFORE) as engine:
        await assert_counted(engine)
        async with engine.connect() as connection:
            waiting = await rows_of(connection, "SELECT line_key FROM cancellation WHERE waits_since IS NOT NULL")
            due = await rows_of(connection, "SELECT due::text FROM consigned_copy WHERE NOT received")
    assert waiting == [("SB-1",)]
    assert due == [("2026-03-04",)], "one copy was scanned, and one reported short"

"""`day_count` equals a count over the rows, whatever order events arrive in, and however often."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.store.tables import metadata
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.orders import CopyState, StateReached
from shared.contracts.suppliers import SendOutcome
from shared.messaging.envelope import Envelope
from shared.rebuild import empty
from tests.services.dashboard import facts
from tests.services.hearing import Hearing, on_day
from tests.services.migrating import migrated, rows_of

_KEPT = "SELECT council, day::text, measure, supplier_id, part, number FROM day_count"
# The same from the rows, in words of its own.
_RECOUNTED = {
    **{f"copy.{name}_at": f"'{name}'" for name in ("ordered", "answered", "despatched", "received")},
    "placed_order.placed_at": "'orders'",
    "sending.sent_at": "'order_messages'",
    "quarantined.quarantined_at": "'messages_held'",
    "invoice.queried_at": "'invoices_queried'",
    "discrepancy.found_at": "'discrepancies'",
}
_LEAD = """
SELECT council, timezone('Europe/London', received_at)::date::text, 'lead', supplier_id,
    greatest(timezone('Europe/London', received_at)::date - timezone('Europe/London', ordered_at)::date, 0)::text,
    count(*)::bigint
FROM copy WHERE received_at IS NOT NULL AND ordered_at IS NOT NULL GROUP BY 1, 2, 4, 5
"""
_SETTLED = """
SELECT coalesce(council, ''), timezone('Europe/London', settled_at)::date::text, '{measure}', supplier_id, '', count(*)::bigint
FROM {table} WHERE settled_at IS NOT NULL AND {begun} IS NOT NULL AND settled_at >= {begun} GROUP BY 1, 2, 4
"""
_SPEND = """
SELECT council, spent_on::text, 'spend', supplier_id, currency, sum(total * (CASE WHEN credit THEN -1 ELSE 1 END))::bigint
FROM invoice WHERE spent_on IS NOT NULL GROUP BY 1, 2, 4, 5
"""


def _of(column: str, measure: str) -> str:
    table, at = column.split(".")
    part = "outcome" if table == "sending" else "''"
    return (
        f"SELECT coalesce(council, ''), timezone('Europe/London', {at})::date::text, {measure}, supplier_id, {part}, "
        f"count(*)::bigint FROM {table} WHERE {at} IS NOT NULL GROUP BY 1, 2, 4, 5"
    )


async def assert_counted(engine: AsyncEngine) -> list[tuple[object, ...]]:
    """The counts that are kept are the counts of the rows, and none is zero. Returns them."""
    queries = [
        *(_of(column, measure) for column, measure in _RECOUNTED.items()),
        _LEAD,
        _SPEND,
        _SETTLED.format(measure="messages_settled", table="quarantined", begun="quarantined_at"),
        _SETTLED.format(measure="invoices_settled", table="invoice", begun="queried_at"),
    ]
    async with engine.connect() as connection:
        kept = await rows_of(connection, _KEPT)
        counted = await rows_of(connection, " UNION ALL ".join(queries))
        assert await rows_of(connection, "SELECT * FROM day_change") == []
    assert kept == counted
    return kept


def _life(chance: Random) -> list[tuple[Event, int]]:
    """What may happen to an order: each event with its version, each at another time of a few days, around midnight."""
    minutes = iter(chance.sample(range(-60, 60), 60))

    def at() -> datetime:
        return on_day(chance.randint(2, 9), 0) + timedelta(minutes=next(minutes))

    return [
        (facts.placed(at=at()), 1),
        *((facts.progressed(state, at=at()), version) for version, state in enumerate(chance.sample(list(CopyState), 8), 2)),
        *((facts.progressed(CopyState.RECEIVED, copy, at=at()), 20) for copy in (facts.FIRST, facts.SECOND)),
        *((facts.sent(outcome, at=at()), 0) for outcome in SendOutcome),
        *((facts.quarantined(at=at(), council=council), 0) for council in (facts.SUFFOLK, None)),
        (facts.settled(at=at()), 0),
        *((facts.queried(at=at()), 0) for _ in range(2)),
        (facts.matched(at=at()), 0),
    ]


def _shuffled(chance: Random, life: list[tuple[Event, int]], clock: ManualClock) -> list[Envelope]:
    told = [to_envelope(event, clock=clock, version=version) for event, version in life]
    told += chance.sample(told, 6)
    chance.shuffle(told)
    return told


@pytest.mark.parametrize("seed", range(2))
async def test_days_are_counted_the_same_in_any_order_and_twice(dashboard: Hearing, clock: ManualClock, seed: int) -> None:
    chance = Random(seed)
    life = _life(chance)
    counts = []
    for _ in range(3):
        told = _shuffled(chance, life, clock)
        for start in range(0, len(told), 5):
            await dashboard.hears_envelopes(told[start : start + 5])
            await assert_counted(dashboard.engine)
        counts.append(await assert_counted(dashboard.engine))
        async with dashboard.engine.begin() as connection:
            await empty(connection, metadata)
        assert await assert_counted(dashboard.engine) == []
    assert counts[0] == counts[1] == counts[2] != []


async def test_a_copy_counts_on_the_day_of_the_council_on_which_it_first_arrived(dashboard: Hearing) -> None:
    summer = datetime.fromisoformat("2026-07-01T23:30Z")
    await dashboard.hears(facts.placed(at=summer - timedelta(days=3)), version=1)
    await dashboard.hears(facts.progressed(CopyState.RECEIVED, facts.FIRST, at=summer), version=2)
    await dashboard.hears(facts.progressed(CopyState.DAMAGED, facts.FIRST, at=summer + timedelta(days=1)), version=3)
    await dashboard.hears(facts.progressed(CopyState.RECEIVED, facts.FIRST, at=summer + timedelta(days=9)), version=4)
    counts = await assert_counted(dashboard.engine)
    assert (facts.SUFFOLK, "2026-07-02", "received", facts.HARBOUR, "", 1) in counts
    assert (facts.SUFFOLK, "2026-07-02", "lead", facts.HARBOUR, "3", 1) in counts
    assert (facts.SUFFOLK, "2026-06-29", "ordered", facts.HARBOUR, "", 2) in counts


async def test_what_the_order_book_publishes_again_gives_milestones_that_passed(dashboard: Hearing) -> None:
    again = facts.progressed(CopyState.RECEIVED, facts.FIRST, at=on_day(9), from_state=CopyState.RECEIVED)
    reached = tuple(
        StateReached(state=state, at=on_day(day))
        for state, day in ((CopyState.ACCEPTED, 3), (CopyState.DESPATCHED, 5), (CopyState.RECEIVED, 6))
    )
    copies = tuple(copy.model_copy(update={"reached": reached}) for copy in again.copies)
    await dashboard.hears(again.model_copy(update={"copies": copies}), version=4)
    days = {count[2]: count[1] for count in await assert_counted(dashboard.engine)}
    assert days == {"answered": "2026-03-03", "despatched": "2026-03-05", "received": "2026-03-06"}


async def test_an_invoice_counts_as_spent_once_it_is_matched_and_a_credit_gives_back(dashboard: Hearing) -> None:
    await dashboard.hears(facts.queried())
    assert not [count for count in await assert_counted(dashboard.engine) if count[2] == "spend"]
    credit = facts.matched(at=on_day(5)).model_copy(update={"invoice_id": facts.ORDER, "credit": True, "total": 456})
    for event in (facts.matched(at=on_day(4)), credit):
        await dashboard.hears(event)
    spent = [count for count in await assert_counted(dashboard.engine) if count[2] == "spend"]
    assert spent == [(facts.SUFFOLK, "2026-03-02", "spend", facts.HARBOUR, "GBP", 123456 - 456)]


async def test_a_statement_of_a_person_is_counted(dashboard: Hearing) -> None:
    await dashboard.hears(facts.placed(), version=1)
    await dashboard.hears(facts.progressed(CopyState.RECEIVED), version=2)
    for statement in (
        "UPDATE copy SET received_at = received_at + interval '2 days' WHERE branch = 'IPSW'",
        "DELETE FROM copy WHERE branch = 'LOWE'",
        "TRUNCATE placed_order",
    ):
        async with dashboard.engine.begin() as connection:
            await connection.execute(text(statement))
        await assert_counted(dashboard.engine)


_BEFORE = (
    "INSERT INTO sending VALUES (md5('s')::uuid, 'GB-SFK', 'harbour', md5('o')::uuid, '1', 'sent', '', '2026-03-01 23:30Z')",
    "INSERT INTO quarantined (message_id, supplier_id, quarantined_at, settled_at) VALUES "
    "(md5('q')::uuid, 'harbour', '2026-06-01 23:30Z', '2026-06-03')",
)


async def test_the_migration_counts_the_rows_that_are_there(database_url: str) -> None:
    async with migrated(database_url, "services.dashboard", before="0009", rows=_BEFORE) as engine:
        days = {count[2]: count[1] for count in await assert_counted(engine)}
    assert days == {"order_messages": "2026-03-01", "messages_held": "2026-06-02", "messages_settled": "2026-06-03"}

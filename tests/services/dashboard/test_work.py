"""The list of what waits is the same whatever the order of events, equals what the facts say, and is counted right."""

import asyncio
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.store.tables import metadata
from services.dashboard.store.work_writing import refresh_all
from shared.bus import to_envelope
from shared.contracts.base import Event
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import SendOutcome
from shared.messaging.envelope import Envelope
from shared.rebuild import empty
from tests.services.dashboard.facts import (
    FIRST,
    LATER,
    MORNING,
    SECOND,
    asking,
    cancellation,
    claiming,
    consignment,
    discrepancy,
    matched,
    misdirected,
    placed,
    progressed,
    quarantined,
    queried,
    quieted,
    received,
    responded,
    resumed,
    sent,
    settled,
)
from tests.services.hearing import Hearing
from tests.services.migrating import rows_of

_SOON = timedelta(minutes=5)
_WORK = "SELECT kind, item, council, cause, subject, detail, waits_since::text, shows_at::text, hides_at::text FROM work"
# Counted from the rows themselves, in words of its own.
_COUNTED = """
SELECT kind, cause, coalesce(council, ''), supplier_id, date_trunc('day', shows_at, 'UTC')::text,
    date_trunc('day', hides_at, 'UTC')::text, count(*)::bigint
FROM work WHERE began_at > coalesce(ended_at, '-infinity') GROUP BY 1, 2, 3, 4, 5, 6
"""
_KEPT = """
SELECT kind, cause, council, supplier_id, date_trunc('day', shows_on::timestamp AT TIME ZONE 'UTC', 'UTC')::text,
    date_trunc('day', hides_on::timestamp AT TIME ZONE 'UTC', 'UTC')::text, things FROM work_count
"""


def _history(chance: Random) -> list[tuple[Event, int]]:
    """Events about all kinds of things, each with the version of its order."""
    states = (CopyState.SENT, CopyState.DESPATCHED, CopyState.MISSING, CopyState.CANCELLED, CopyState.RECEIVED)
    some = [
        (placed(), 1),
        (progressed(chance.choice(states), FIRST), 2),
        (progressed(chance.choice(states), SECOND, at=LATER + _SOON), 3),
        (asking(chance.choice(["", "Accept the substitute 9780000000001?", "Accept? Switch: decide", "Switch: decide"])), 4),
        (claiming(SECOND, at=LATER + 2 * _SOON), 0),
        (sent(chance.choice([SendOutcome.UNKNOWN, SendOutcome.FAILED])), 0),
        (quarantined(), 0),
        (quarantined(message=300, reason="sending broke off", in_doubt=True), 0),
        (cancellation(at=LATER), 0),
        (queried(), 0),
        (quieted(), 0),
        (consignment(FIRST, SECOND), 0),
        (discrepancy(DiscrepancyKind.DAMAGED, FIRST), 0),
        (misdirected(SECOND), 0),
        (responded(at=LATER, account_stopped=True), 0),
    ]
    ends = [
        (settled(at=LATER + _SOON), 0),
        (matched(at=LATER + _SOON), 0),
        (resumed(at=LATER + _SOON), 0),
        (received(FIRST), 0),
        (responded(at=LATER + _SOON), 0),
        (sent(at=MORNING + _SOON), 0),
    ]
    return some + chance.sample(ends, chance.randint(0, len(ends)))


async def assert_counted(engine: AsyncEngine) -> None:
    """The counts that are kept are the counts of the rows, and none is zero."""
    async with engine.connect() as connection:
        kept, counted = await rows_of(connection, _KEPT), await rows_of(connection, _COUNTED)
    assert kept == counted


async def assert_as_the_facts_say(engine: AsyncEngine) -> list[object]:
    """Making every row again changes none."""
    async with engine.begin() as connection:
        found = await rows_of(connection, _WORK)
        await refresh_all(connection, MORNING)
        assert await rows_of(connection, _WORK) == found
    return list(found)


def _batches(chance: Random, envelopes: list[Envelope]) -> list[list[Envelope]]:
    shuffled = envelopes + chance.sample(envelopes, 4)
    chance.shuffle(shuffled)
    size = chance.randint(1, 6)
    return [shuffled[start : start + size] for start in range(0, len(shuffled), size)]


@pytest.mark.parametrize("seed", range(3))
async def test_events_in_any_order_and_repeated_lead_to_the_same_work(dashboard: Hearing, seed: int) -> None:
    chance = Random(seed)
    envelopes = [to_envelope(event, clock=dashboard.clock, version=version) for event, version in _history(chance)]
    results = []
    for _ in range(3):
        async with dashboard.engine.begin() as connection:
            await empty(connection, metadata)
        for batch in _batches(chance, envelopes):
            await dashboard.hears_envelopes(batch)
        await assert_counted(dashboard.engine)
        results.append(await assert_as_the_facts_say(dashboard.engine))
    assert results[0]
    assert results[1:] == results[:1] * 2


async def test_statements_of_a_person_are_counted(dashboard: Hearing) -> None:
    await dashboard.hears(quarantined(), quieted())
    for statement in (
        "UPDATE work SET cause = 'another'",
        "UPDATE work SET ended_at = began_at WHERE kind = 'quiet'",
        "INSERT INTO work (kind, item, began_at, hides_at) SELECT kind, 'x', now(), now() FROM work LIMIT 1",
        "DELETE FROM work WHERE item = 'x'",
        "TRUNCATE work",
    ):
        async with dashboard.engine.begin() as connection:
            await connection.execute(text(statement))
        await assert_counted(dashboard.engine)


async def test_members_of_the_group_keep_work_at_the_same_time_without_a_deadlock(dashboard: Hearing) -> None:
    async def consume(seed: int) -> None:
        chance = Random(seed)
        envelopes = [to_envelope(event, clock=dashboard.clock, version=version) for event, version in _history(chance)]
        for batch in _batches(chance, envelopes):
            await dashboard.hears_envelopes(batch)

    await asyncio.gather(*(consume(seed) for seed in range(3)))
    await assert_counted(dashboard.engine)
    await assert_as_the_facts_say(dashboard.engine)


async def test_what_was_settled_keeps_nothing_of_why_it_waited(dashboard: Hearing) -> None:
    """An owner that tells it again no longer says why."""
    ends = [matched(at=LATER + _SOON), settled(at=LATER + _SOON)]
    told = [[queried(), quarantined(in_doubt=True)], [queried().model_copy(update={"queries": ()}), quarantined()]]
    found = []
    for begun in (told[0] + ends, told[1] + ends, ends + told[0]):
        async with dashboard.engine.begin() as connection:
            await empty(connection, metadata)
        for event in begun:
            await dashboard.hears(event)
        async with dashboard.engine.connect() as connection:
            rows = [await rows_of(connection, f"SELECT * FROM {table}") for table in ("invoice", "quarantined")]
        found.append(rows)
    assert found[1:] == found[:1] * 2

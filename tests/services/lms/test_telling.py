"""What is told: every change once, in its owner's order, whatever the order in which topics are read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.forgetter import Forgetter
from services.lms.incoming import subscription
from services.lms.store.own_tables import metadata as webhooks
from services.lms.store.tables import change, feed, metadata
from shared.bus import to_envelope, to_statement
from shared.clock import ManualClock
from shared.contracts.base import Event, Place, PlaceKind
from shared.contracts.delivery import Leg
from shared.contracts.orders import CopyState, LineProgressed
from shared.contracts.suppliers import OrderResponded, RespondedLine
from shared.db.migrations import differences, is_at_head
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.tables import metadata as messaging
from shared.rebuild import empty
from tests.services.evidence import facts, hands, titles
from tests.services.evidence.facts import FIRST, SECOND
from tests.services.hearing import Hearing, number, on_day
from tests.waiting import until

THIRD = number(3)
_WAITS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database AS one ON one.oid = database "
    "WHERE NOT granted AND datname = current_database()"
)
OF_ORDER = {"order_id": number(10_001), "order_number": "PO-1"}
HUB = Place(code="CSU", kind=PlaceKind.HUB)


def progressed(state: CopyState, day: int, *copies: Any, before: CopyState, attention: str | None = None) -> LineProgressed:
    """Copies of the first line moved; what it asks now."""
    moved = facts.progressed(state, *(copies or (FIRST,)), at=on_day(day), from_state=before)
    return moved.model_copy(update={**OF_ORDER, "line_key": "SB-1", "attention": attention})


def answered(*codes: str, day: int = 3, which: int = 1) -> OrderResponded:
    """The supplier's answer to the first line, in as many parts as it has codes."""
    lines = tuple(RespondedLine(line_key="SB-1", status_code=code) for code in codes)
    return OrderResponded(
        council=facts.SUFFOLK, supplier_id=facts.HARBOUR, order_id=number(10_001), message_id=number(which),
        responded_at=on_day(day), lines=lines,
    )  # fmt: skip


LIFE: Sequence[tuple[Event, int]] = (
    (facts.placed(), 1),
    (progressed(CopyState.SENT, 2, FIRST, SECOND, before=CopyState.ORDERED), 2),
    (progressed(CopyState.BACK_ORDERED, 3, FIRST, SECOND, before=CopyState.SENT, attention="wait?"), 3),
    (progressed(CopyState.BACK_ORDERED, 4, before=CopyState.BACK_ORDERED, attention="wait?"), 4),
    (hands.decided("SB-1", at=on_day(5)), 5),
    (progressed(CopyState.ACCEPTED, 5, before=CopyState.BACK_ORDERED, attention=""), 5),
    (facts.cancellation(SECOND, at=on_day(6)).model_copy(update=OF_ORDER), 6),
    (progressed(CopyState.CANCELLED, 7, SECOND, before=CopyState.BACK_ORDERED), 7),
    (facts.added(THIRD, instead_of=SECOND, at=on_day(7)), 8),
    (facts.rerouted(HUB, FIRST, at=on_day(7)), 9),
    (progressed(CopyState.DESPATCHED, 8, before=CopyState.ACCEPTED), 10),
    (progressed(CopyState.AT_HUB, 9, before=CopyState.DESPATCHED), 11),
    (progressed(CopyState.RECEIVED, 11, before=CopyState.AT_HUB), 12),
    (facts.expected(FIRST, leg=Leg.TO_HUB), 0),
    (facts.received(FIRST, at=on_day(9), leg=Leg.TO_HUB), 0),
    (facts.discrepancy(FIRST, at=on_day(10)), 0),
    (facts.discrepancy(None, at=on_day(10), which=601), 0),
    (facts.received(FIRST, at=on_day(11), leg=Leg.FROM_HUB), 0),
    (facts.misdirected(FIRST, at=on_day(8)), 0),
    (answered("100", "400"), 0),
    (answered("100", day=4, which=2), 0),
    (facts.queried(at=on_day(12)), 1),
    (facts.matched(FIRST, at=on_day(14)), 2),
    (facts.rejected(at=on_day(15), which=702), 1),
    (facts.judged(40, at=on_day(3)), 1),
    (facts.judged(80, at=on_day(4), version=2), 2),
    (titles.titled(facts.PIRANESI), 1),
    (facts.switched(), 2),
)
"""What happens to two copies, and to one that is placed again, by owner: each owner's events of one thing in order."""


def envelopes(clock: ManualClock, life: Sequence[tuple[Event, int]] = LIFE) -> list[Envelope]:
    """The life of the copies as it travels."""
    return [to_envelope(event, clock=clock, version=version) for event, version in life]


async def told(connection: AsyncConnection) -> Sequence[Row[Any]]:
    """Every change in the order of the feed."""
    return (await connection.execute(select(change).order_by(change.c.council, change.c.position))).all()


def by_owner_and_copy(rows: Sequence[Row[Any]]) -> dict[tuple[str, str], list[Any]]:
    """The ids of changes of each copy in their order, apart for what the order book states and what delivery does."""
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        for copy_id in (row.body.get("copy_id"), *row.body.get("copy_ids", ())):
            if copy_id is not None:
                owner = "delivery" if "consignment_id" in row.body else "orders"
                found.setdefault((owner, copy_id), []).append(row.change_id)
    return found


async def test_migrations_make_exactly_the_tables_of_the_code(lms: Hearing) -> None:
    async with lms.engine.connect() as connection:
        assert await connection.run_sync(differences, [metadata, webhooks, messaging]) == []
        assert await is_at_head(connection, "services.lms")


async def test_however_topics_interleave_everything_is_told_once_and_in_its_owners_order(
    lms: Hearing, clock: ManualClock
) -> None:
    sent = envelopes(clock)
    await lms.hears_envelopes(sent)
    async with lms.engine.connect() as connection:
        wanted = await told(connection)
    assert len(wanted) == 32
    streams: dict[tuple[str, str], list[Envelope]] = {}
    for envelope in sent:
        streams.setdefault((envelope.topic, envelope.key), []).append(envelope)
    loop = asyncio.get_running_loop()

    async def check(order: Sequence[Envelope], size: int) -> None:
        async with lms.engine.begin() as connection:
            await empty(connection, metadata)
            for start in range(0, len(order), size):
                await subscription(clock, days=90).handle(connection, order[start : start + size])
            rows = await told(connection)
            assert [row.position for row in rows] == list(range(1, len(wanted) + 1))
            assert {row.change_id: (row.body, row.at) for row in rows} == {row.change_id: (row.body, row.at) for row in wanted}
            assert by_owner_and_copy(rows) == by_owner_and_copy(wanted)
            first = next(row.position for row in rows if row.body.get("order_id") is not None)
            assert rows[first - 1].kind == "order_placed"
            await connection.rollback()

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), st.integers(2, 20))
    def whatever_the_order(data: st.DataObject, size: int) -> None:
        of_stream = [key for key, stream in streams.items() for _ in stream]
        left = {key: iter(stream) for key, stream in streams.items()}
        order = [next(left[key]) for key in data.draw(st.permutations(of_stream))]
        # What was told is told again, by the same event or by a statement of it.
        again = data.draw(st.lists(st.sampled_from(order), max_size=6))
        stated = [replace(one, republished=True) for one in again if one.type != LineProgressed.event_type]
        asyncio.run_coroutine_threadsafe(check([*order, *again, *stated], size), loop).result(30)

    await asyncio.to_thread(whatever_the_order)


async def test_positions_become_visible_in_their_order(lms: Hearing, clock: ManualClock) -> None:
    handle = subscription(clock, days=90).handle
    first, second = ([to_envelope(facts.placed(number(each)), clock=clock, version=1)] for each in (5, 6))

    async def commits_second() -> None:
        async with lms.engine.begin() as connection:
            await handle(connection, second)

    async with lms.engine.connect() as reader:
        async with lms.engine.begin() as connection:
            await handle(connection, first)
            committing = asyncio.create_task(commits_second())
            await until(lambda: _somebody_waits(reader))
            assert await told(reader) == []
        await committing
        assert [(row.position, row.body["order_number"]) for row in await told(reader)] == [(1, "PO-5"), (2, "PO-6")]


async def test_a_position_that_was_taken_back_is_given_again(lms: Hearing, clock: ManualClock) -> None:
    async with lms.engine.connect() as connection:
        await subscription(clock, days=90).handle(connection, [to_envelope(facts.placed(number(5)), clock=clock, version=1)])
        await connection.rollback()
    await lms.hears(facts.placed(), version=1)
    async with lms.engine.connect() as connection:
        assert [row.position for row in await told(connection)] == [1]


async def test_goods_of_an_order_that_is_not_known_wait_for_it_and_are_reported(lms: Hearing, clock: ManualClock) -> None:
    await lms.hears(facts.expected(FIRST), answered("100"))
    await lms.hears(facts.received(FIRST, at=on_day(9)))
    forgetter = Forgetter(lms.engine, clock, days=90, late_seconds=900)
    clock.advance(timedelta(minutes=16))
    await forgetter.turn()
    late = forgetter.health()[-1]
    assert (late.name, late.state) == ("waiting for orders", "degraded")
    assert "3 changes wait for orders that are not known, the oldest for 960 s" in late.detail
    await lms.hears(facts.placed(), version=1)
    await forgetter.turn()
    assert forgetter.health()[-1].state == "ok"
    async with lms.engine.connect() as connection:
        rows = await told(connection)
    assert [row.kind for row in rows] == ["order_placed", "copy_expected", "line_answered", "copy_received"]
    assert {row.body["order_number"] for row in rows} == {"PO-1"}


@pytest.mark.parametrize("title_first", [True, False])
async def test_a_title_is_told_to_those_who_ordered_it_whichever_is_read_first(lms: Hearing, *, title_first: bool) -> None:
    title, orders = titles.titled(facts.PIRANESI), (facts.placed(), facts.placed(number(5), council=facts.NORFOLK))
    for events in ([title], orders) if title_first else (orders, [title]):
        await lms.hears(*events, version=1)
    await lms.hears(facts.placed(number(6)), facts.placed(number(7), council="GB-ESX", isbn=facts.HAMNET), version=1)
    async with lms.engine.connect() as connection:
        rows = await told(connection)
    assert [row.council for row in rows if row.kind == "title_changed"] == [facts.NORFOLK, facts.SUFFOLK]


async def test_a_question_is_told_when_it_is_new_or_another_and_when_it_is_gone(lms: Hearing, client: AsyncClient) -> None:
    asked = ["which edition?", "which edition?", "wait or cancel?", "", ""]
    for version, words in enumerate(asked, 2):
        event = progressed(CopyState.SENT, version, before=CopyState.SENT, attention=words)
        await lms.hears(event.model_copy(update={"copies": ()}), version=version)
    changes = (await client.get("/v1/changes")).json()["items"]
    assert [(change["kind"], change["version"], change["body"].get("attention")) for change in changes] == [
        ("decision_needed", 2, "which edition?"), ("decision_needed", 4, "wait or cancel?"), ("decision_closed", 5, None),
    ]  # fmt: skip


async def test_what_an_owner_states_again_fills_what_is_missing_and_repeats_nothing(lms: Hearing, clock: ManualClock) -> None:
    sent = progressed(CopyState.SENT, 2, before=CopyState.ORDERED)
    held = progressed(CopyState.HELD, 3, before=CopyState.SENT)
    back = progressed(CopyState.SENT, 4, before=CopyState.HELD)
    reached = tuple(facts.reached(state, at) for state, at in ((CopyState.SENT, on_day(2)), (CopyState.HELD, on_day(3))))
    stated = back.model_copy(
        update={"copies": tuple(c.model_copy(update={"from_state": c.to_state, "reached": reached}) for c in back.copies)}
    )
    again = [to_statement(stated, clock=clock, version=4)]
    await lms.hears_envelopes(envelopes(clock, [(sent, 2), (held, 3), (back, 4)]))
    await lms.hears_envelopes(again)
    async with lms.engine.begin() as connection:
        whole = await told(connection)
        # As if the second one had been lost.
        await connection.execute(text("DELETE FROM change WHERE position = 2"))
    assert [row.body["state"] for row in whole] == ["sent", "held", "sent"]
    await lms.hears_envelopes(again)
    async with lms.engine.begin() as connection:
        rows = await told(connection)
        await empty(connection, metadata)
    assert [(row.position, row.body["state"]) for row in rows] == [(1, "sent"), (3, "sent"), (4, "held")]
    assert {row.change_id for row in rows} == {row.change_id for row in whole}
    await lms.hears_envelopes(again)
    async with lms.engine.connect() as connection:
        assert {row.change_id for row in await told(connection)} == {row.change_id for row in whole}


async def test_an_event_without_a_council_is_a_dead_letter(lms: Hearing) -> None:
    with pytest.raises(Poison, match="names no council"):
        await lms.hears(facts.placed().model_copy(update={"council": None}), version=1)


async def test_old_changes_are_removed_for_all_councils_in_small_steps(lms: Hearing, clock: ManualClock) -> None:
    for council in (facts.SUFFOLK, facts.NORFOLK):
        await lms.hears(*(facts.placed(number(each), council=council) for each in range(5, 9)), version=1)
    clock.advance(timedelta(days=91))
    await lms.hears(facts.placed(at=clock.now()), version=1)
    await Forgetter(lms.engine, clock, days=90, late_seconds=900).forget()
    async with lms.engine.connect() as connection:
        assert [(row.council, row.position) for row in await told(connection)] == [(facts.SUFFOLK, 5)]
        places = select(feed.c.council, feed.c.last, feed.c.forgotten).order_by(feed.c.council)
        found = [tuple(row) for row in await connection.execute(places)]
    assert found == [(facts.NORFOLK, 4, 4), (facts.SUFFOLK, 5, 4)]


async def _somebody_waits(connection: AsyncConnection) -> bool:
    return bool((await connection.execute(_WAITS)).scalar_one())

"""Facts as events state them: the same whatever the order of the events, however often they come, and published again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.incoming import subscription
from services.evidence.store.own_tables import metadata as stated
from services.evidence.store.tables import metadata
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event, Place, PlaceKind
from shared.contracts.catalogue import CatalogueRuleChanged
from shared.contracts.delivery import Leg
from shared.contracts.orders import CopyState, MovedLine, RouteChanged
from shared.contracts.suppliers import SendOutcome
from shared.contracts.switches import SwitchState
from shared.db.migrations import differences, is_at_head
from shared.messaging.envelope import Envelope
from shared.messaging.tables import metadata as messaging
from shared.rebuild import empty
from tests.services.evidence import facts, hands, titles
from tests.services.evidence.facts import AS_EVER, COST, FIRST, MORNING, PILOT, SECOND
from tests.services.hearing import Hearing, number, on_day

Rows = dict[str, list[Mapping[str, Any]]]
THIRD = number(3)


async def rows_of(connection: AsyncConnection) -> Rows:
    """Returns every row of every table of facts, in a fixed order."""
    found: Rows = {}
    for table in metadata.sorted_tables:
        rows = [dict(row) for row in (await connection.execute(select(table))).mappings()]
        found[table.name] = sorted(rows, key=str)
    return found


async def known(evidence: Hearing) -> Rows:
    """Returns all facts."""
    async with evidence.engine.connect() as connection:
        return await rows_of(connection)


def moved(branch: Place, *copies: UUID, at: datetime) -> RouteChanged:
    """Copies of the first copy's order are for another branch, because theirs closed."""
    event = facts.rerouted(branch, *copies, at=at)
    (line,) = event.lines
    moved = MovedLine(**dict(line), branch=branch, former=(Place(code="IPSW"),))
    return event.model_copy(update={"moved": (moved,)})


LIFE: Sequence[tuple[Event, int]] = (
    (facts.placed(trial=PILOT, route_trial=AS_EVER), 1),
    (facts.progressed(CopyState.SENT, at=on_day(2, 10)), 2),
    (
        facts.progressed(CopyState.BACK_ORDERED, at=on_day(3), from_state=CopyState.SENT, expected_on=date(2026, 3, 9)),
        3,
    ),
    (
        facts.progressed(
            CopyState.BACK_ORDERED,
            at=on_day(5),
            from_state=CopyState.BACK_ORDERED,
            expected_on=date(2026, 3, 20),
            promised_on=date(2026, 3, 9),
        ),
        4,
    ),
    (facts.cancellation(SECOND, at=on_day(6)), 5),
    (facts.progressed(CopyState.CANCELLED, SECOND, at=on_day(7), from_state=CopyState.BACK_ORDERED), 6),
    (facts.added(THIRD, instead_of=SECOND, at=on_day(7)), 6),
    (facts.rerouted(Place(code="CSU", kind=PlaceKind.HUB), FIRST, at=on_day(7)), 7),
    (moved(Place(code="BURY"), FIRST, at=on_day(8)), 8),
    (facts.misdirected(FIRST, at=on_day(8)), 0),
    (facts.expected(FIRST, leg=Leg.TO_HUB), 0),
    (facts.progressed(CopyState.DESPATCHED, FIRST, at=on_day(8), from_state=CopyState.BACK_ORDERED), 7),
    (facts.received(FIRST, at=on_day(9), leg=Leg.TO_HUB), 0),
    (facts.progressed(CopyState.AT_HUB, FIRST, at=on_day(9), from_state=CopyState.DESPATCHED), 8),
    (facts.expected(FIRST, leg=Leg.FROM_HUB), 0),
    (facts.discrepancy(FIRST, at=on_day(10)), 0),
    (facts.discrepancy(None, at=on_day(10), which=601), 0),
    (facts.received(FIRST, at=on_day(11), leg=Leg.FROM_HUB), 0),
    (facts.progressed(CopyState.RECEIVED, FIRST, at=on_day(11), from_state=CopyState.AT_HUB), 9),
    (facts.queried(at=on_day(12), lines=(1, None), total=COST.total + 300), 0),
    (facts.queried(at=on_day(13), total=COST.total + 300), 0),
    (facts.matched(FIRST, at=on_day(14), postage=300).model_copy(update={"total": 7}), 0),
    (facts.matched(FIRST, at=on_day(15), which=701, credit=True), 0),
    (facts.rejected(at=on_day(15), which=702), 0),
    (facts.queried(at=on_day(14), which=702), 0),
    (facts.judged(40, at=on_day(3)), 0),
    (facts.judged(80, at=on_day(4), version=2), 0),
    (facts.held(at=on_day(4)), 0),
    (facts.held(at=on_day(5)), 0),
    (facts.settled(at=on_day(6)), 0),
    (hands.handled(at=on_day(5)), 0),
    (hands.handled(at=on_day(6), replayed=1, version=2), 0),
    (hands.handled("SB-1", at=on_day(6), replayed=1, version=3), 0),
    (hands.decided("SB-1", "SB-3", at=on_day(6)), 0),
    (hands.decided("SB-1", at=on_day(7)), 0),
    (facts.rule(), 0),
    (facts.rule(ends=date(2026, 3, 10)), 0),
    (facts.rule(ends=date(2026, 3, 5)), 0),
    (facts.rule(CatalogueRuleChanged, which=901), 0),
    (facts.route_rule(), 0),
    (facts.route_rule(ends=date(2026, 3, 10)), 0),
    (facts.sent(SendOutcome.UNKNOWN, at=on_day(2, 9)), 0),
    (facts.sent(SendOutcome.SENT, at=on_day(2, 10)), 0),
    (facts.requested(at=on_day(2)), 0),
    (facts.requested(at=on_day(3), council=facts.NORFOLK), 0),
    (facts.compared(at=on_day(9), ours_only=2), 0),
    (facts.compared(at=on_day(14), which=981), 0),
    (facts.switched(SwitchState.PLANNED, version=1, at=on_day(2)), 1),
    (facts.switched(), 2),
    (facts.switched(SwitchState.DONE, version=3, at=on_day(14)), 3),
    (titles.titled("9780000000019", "9780000000026"), 0),
    (titles.titled("9780000000033", "9780000000026", "9780000000040"), 0),
    (titles.titled("9780000000026", version=2), 0),
    (titles.titled("9780000000019", "9780000000057", version=2), 0),
    (titles.titled("9780000000040", "9780000000064"), 0),
    (titles.titled("9780000000040", version=2), 0),
    (titles.supplied(1), 1),
    (titles.supplied(2), 2),
    (titles.supplied(12), 12),
    (titles.supplied(1, supplier_id=facts.EASTERN), 1),
    (titles.counted(used=(3,)), 0),
    (titles.counted(used=(3, 2), version=2), 0),
    (titles.counted(council=None, used=(3, 2), version=2), 0),
)
"""What happens to two copies, and to one that is placed again, in order, each with the version of the order."""


def envelopes(clock: ManualClock) -> list[Envelope]:
    """Returns the life of the two copies as it travels."""
    return [to_envelope(event, clock=clock, version=version) for event, version in LIFE]


async def test_migrations_make_exactly_the_tables_of_the_code(evidence: Hearing) -> None:
    async with evidence.engine.connect() as connection:
        assert await connection.run_sync(differences, [metadata, stated, messaging]) == []
        assert await is_at_head(connection, "services.evidence")


async def test_a_copy_has_the_facts_of_its_whole_life(evidence: Hearing, clock: ManualClock) -> None:
    await evidence.hears_envelopes(envelopes(clock))
    first, second, third = (await known(evidence))["copy"]
    stated = {
        "council": "GB-SFK", "supplier_id": "harbour-books", "isbn": facts.PIRANESI, "branch": "BURY", "material": "book",
        "trial": "bookseller", "arm": "pilot", "route_trial": "straight", "route_arm": "control",
        "asked_minor": 899, "state": "received", "version": 9, "placed_at": MORNING,
        "sent_at": on_day(2, 10), "answered_at": on_day(3), "promised_on": date(2026, 3, 9), "despatched_at": on_day(8),
        "at_hub_at": on_day(9), "received_at": on_day(11), "through_hub": True, "planned_hub": False,
        "given_up_at": None, "replaces": None,
    }  # fmt: skip
    assert {name: first[name] for name in stated} == stated
    assert (second["state"], second["given_up_at"], second["received_at"]) == ("cancelled", on_day(7), None)
    placed_again = (third["supplier_id"], third["replaces"], third["placed_at"], third["order_id"])
    assert placed_again == ("eastern", second["line_key"], on_day(7), second["order_id"])


async def test_credits_are_charges_below_nothing_and_postage_is_a_charge_for_no_copy(
    evidence: Hearing, clock: ManualClock
) -> None:
    await evidence.hears_envelopes(envelopes(clock))
    rows = await known(evidence)
    assert sorted((row["net"], row["vat"]) for row in rows["charge"]) == [(-719, -25), (719, 25)]
    assert [(row["kind"], row["net"]) for row in rows["other_charge"]] == [("carriage", 300)]
    queried = next(row for row in rows["invoice"] if row["invoice_id"] == number(700))
    assert queried["queries"] == [{"code": "price", "line_number": 1}], "the last query counts"


async def test_duplicated_and_reordered_events_change_nothing(evidence: Hearing, clock: ManualClock) -> None:
    sent = envelopes(clock)
    await evidence.hears_envelopes(sent)
    wanted = await known(evidence)
    assert all(wanted.values()), "every table of facts has rows, or the comparison proves nothing"
    loop = asyncio.get_running_loop()

    async def check(order: Sequence[Envelope], size: int) -> None:
        async with evidence.engine.begin() as connection:
            await empty(connection, metadata)
            for start in range(0, len(order), size):
                await subscription().handle(connection, order[start : start + size])
            assert await rows_of(connection) == wanted
            await connection.rollback()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.permutations(sent), st.lists(st.sampled_from(sent), max_size=12), st.integers(1, 20))
    def whatever_the_order(order: list[Envelope], again: list[Envelope], size: int) -> None:
        mixed = [*order[:9], *again, *order[9:], *again[:3]]
        asyncio.run_coroutine_threadsafe(check(mixed, size), loop).result(30)

    await asyncio.to_thread(whatever_the_order)


async def test_a_state_published_again_gives_the_facts_of_the_moves_that_led_to_it(evidence: Hearing, clock: ManualClock) -> None:
    lived = [facts.placed(FIRST), facts.progressed(CopyState.SENT, FIRST, at=on_day(3))]
    moved = facts.progressed(CopyState.DESPATCHED, FIRST, at=on_day(4), from_state=CopyState.SENT)
    await evidence.hears_envelopes([to_envelope(e, clock=clock, version=v) for v, e in enumerate((*lived, moved), 1)])
    before = await known(evidence)
    reached = tuple(facts.reached(state, at) for state, at in ((CopyState.SENT, on_day(3)), (CopyState.DESPATCHED, on_day(4))))
    stated = moved.model_copy(
        update={"copies": tuple(c.model_copy(update={"from_state": c.to_state, "reached": reached}) for c in moved.copies)}
    )
    again = [replace(to_envelope(e, clock=clock, version=v), republished=True) for v, e in ((1, lived[0]), (3, stated))]
    await evidence.hears_envelopes(again)
    assert await known(evidence) == before
    async with evidence.engine.begin() as connection:
        await empty(connection, metadata)
    await evidence.hears_envelopes(again)
    assert await known(evidence) == before


async def test_the_rebuild_empties_every_table_of_facts(evidence: Hearing, clock: ManualClock) -> None:
    await evidence.hears_envelopes(envelopes(clock))
    async with evidence.engine.begin() as connection:
        await empty(connection, metadata)
        assert not any((await rows_of(connection)).values())
        assert (await connection.execute(text("SELECT count(*) FROM outbox"))).scalar_one() == 0, "evidence publishes nothing"

"""The overview after events."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Connection, text

from services.dashboard.domain.needs import Overview
from services.dashboard.store import own_tables, tables
from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.example_events import EXAMPLES
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import SendOutcome
from shared.db.migrations import differences
from shared.messaging import tables as messaging
from tests.services.dashboard.facts import (
    FIRST,
    HARBOUR,
    NORFOLK,
    PIRANESI,
    SECOND,
    SUFFOLK,
    asking,
    cancellation,
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
    rejected,
    responded,
    resumed,
    sent,
    settled,
)
from tests.services.dashboard.seeing import needs, seen
from tests.services.hearing import Hearing, on_day


def states(overview: Overview) -> dict[str, int]:
    """Copies per state, without empty ones."""
    return {figures.state.value: figures.copies for figures in overview.states if figures.copies}


async def test_without_events_all_is_in_order(dashboard: Hearing) -> None:
    overview = await seen(dashboard)
    assert overview.needs == []
    assert overview.suppliers == []
    assert overview.totals.ordered == 0


async def test_a_placed_order_is_outstanding_with_its_supplier(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(placed(at=clock.now()), version=1)
    overview = await seen(dashboard)
    assert states(overview) == {"ordered": 2}
    assert (overview.totals.ordered, overview.totals.outstanding) == (2, 2)
    [card] = overview.suppliers
    assert (card.supplier_id, card.totals.ordered, card.needs_attention) == (HARBOUR, 2, False)
    assert overview.needs == []


async def test_copies_move_one_by_one(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.SENT), version=2)
    await dashboard.hears(progressed(CopyState.RECEIVED, FIRST), version=3)
    overview = await seen(dashboard)
    assert states(overview) == {"sent": 1, "received": 1}
    oldest = next(figures.oldest for figures in overview.states if figures.state is CopyState.SENT)
    assert oldest is not None
    assert (oldest.copy_id, oldest.branch, oldest.title, oldest.since) == (SECOND, "LOWE", "Piranesi", on_day(2, 10))


async def test_a_copy_that_waits_too_long_needs_a_person(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.SENT, at=clock.now()), version=2)
    assert needs(await seen(dashboard)) == {}
    clock.advance(timedelta(days=2, seconds=1))
    overview = await seen(dashboard)
    assert needs(overview) == {"overdue_sent": 2}
    assert overview.needs[0].what == "copies sent for more than 2 days"
    assert overview.suppliers[0].needs_attention


async def test_the_catalogues_name_of_a_book_is_shown(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), version=1)
    title = TitleChanged(isbn=PIRANESI, title="Piranesi: a novel", supplier_id=HARBOUR, version=2, changed_at=on_day(2))
    await dashboard.hears(title)
    await dashboard.hears(title.model_copy(update={"title": "PIRANESI", "version": 1}))
    await dashboard.hears(title.model_copy(update={"title": "", "version": 3}))
    oldest = (await seen(dashboard)).states[0].oldest
    assert oldest is not None
    assert oldest.title == "Piranesi: a novel"


async def test_a_quarantined_message_waits_until_it_is_settled(dashboard: Hearing) -> None:
    await dashboard.hears(quarantined())
    overview = await seen(dashboard)
    assert needs(overview) == {"quarantined": 1}
    assert overview.troubles.quarantined[0].reason == "Line SB-9 is not ours"
    assert overview.suppliers[0].quarantined == 1
    await dashboard.hears(settled(at=on_day(2, 12)))
    assert needs(await seen(dashboard)) == {}
    await dashboard.hears(quarantined(at=on_day(2, 13), reason="Again"))
    assert (await seen(dashboard)).troubles.quarantined[0].reason == "Again"


async def test_a_quiet_feed_is_a_need_until_it_resumes(dashboard: Hearing) -> None:
    await dashboard.hears(quieted())
    overview = await seen(dashboard)
    assert needs(overview) == {"quiet": 1}
    [feed] = overview.troubles.quiet
    assert (feed.supplier_id, feed.kind, feed.last_heard_at, feed.usual_hours) == (HARBOUR, "despatch", on_day(2, 9), 72)
    assert [(card.supplier_id, card.quiet) for card in overview.suppliers] == [(HARBOUR, ["despatch"])]
    await dashboard.hears(resumed(at=on_day(2, 12)))
    assert needs(await seen(dashboard)) == {}
    await dashboard.hears(quieted(at=on_day(2, 13), last_heard_at=None))
    assert [feed.last_heard_at for feed in (await seen(dashboard)).troubles.quiet] == [None]


async def test_councils_of_a_quiet_supplier_see_its_silence_and_others_do_not(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), quieted(), version=1)
    assert needs(await seen(dashboard, SUFFOLK))["quiet"] == 1
    assert needs(await seen(dashboard, NORFOLK)) == {}


async def test_a_queried_invoice_is_a_need_until_it_is_matched(dashboard: Hearing) -> None:
    await dashboard.hears(queried())
    overview = await seen(dashboard)
    assert needs(overview) == {"invoices": 1}
    [invoice] = overview.troubles.invoices
    assert (invoice.invoice_number, invoice.total, invoice.queried_at) == ("INV-7", 123456, on_day(2, 10))
    assert invoice.reasons == ["Line 1: costs 9.99, ordered at 8.99", "The lines do not add up to the total"]
    assert needs(await seen(dashboard, NORFOLK)) == {}
    # By a clock that went back meanwhile.
    await dashboard.hears(matched(at=on_day(2, 9)))
    assert needs(await seen(dashboard)) == {}


async def test_an_invoice_that_was_sent_back_needs_nobody_any_more(dashboard: Hearing) -> None:
    await dashboard.hears(queried(), rejected(at=on_day(2, 12)))
    assert needs(await seen(dashboard)) == {}


async def test_councils_see_their_own_messages_and_no_reason_of_messages_without_a_council(dashboard: Hearing) -> None:
    await dashboard.hears(placed(), quarantined(), quarantined(council=None, message=401, reason="Secret of another"), version=1)
    suffolk, norfolk = await seen(dashboard, SUFFOLK), await seen(dashboard, NORFOLK)
    assert [message.reason[:12] for message in suffolk.troubles.quarantined] == ["Line SB-9 is", "It names no "]
    assert (norfolk.totals.ordered, norfolk.suppliers, norfolk.needs) == (0, [], [])
    everybody = await seen(dashboard)
    assert {message.reason for message in everybody.troubles.quarantined} == {"Line SB-9 is not ours", "Secret of another"}


async def test_a_message_that_may_not_have_arrived_waits_while_its_copies_are_ordered(
    dashboard: Hearing, clock: ManualClock
) -> None:
    await dashboard.hears(placed(at=clock.now()), version=1)
    await dashboard.hears(sent(SendOutcome.UNKNOWN))
    overview = await seen(dashboard)
    assert needs(overview) == {"sendings": 1}
    assert overview.troubles.sendings[0].reason == "the connection broke"
    await dashboard.hears(progressed(CopyState.ACCEPTED, at=clock.now()), version=2)
    assert needs(await seen(dashboard)) == {}


async def test_a_stopped_account_is_the_first_need_until_the_supplier_answers_otherwise(dashboard: Hearing) -> None:
    await dashboard.hears(responded(at=on_day(2, 10), account_stopped=True), quarantined())
    assert list(needs(await seen(dashboard))) == ["account_stopped", "quarantined"]
    await dashboard.hears(responded(at=on_day(2, 11)))
    await dashboard.hears(responded(at=on_day(2, 9), account_stopped=True))
    assert list(needs(await seen(dashboard))) == ["quarantined"]


async def test_goods_at_the_wrong_place_are_shown_until_they_are_old_though_the_copy_has_its_goods(
    dashboard: Hearing, clock: ManualClock
) -> None:
    await dashboard.hears(misdirected(FIRST, at=clock.now()))
    overview = await seen(dashboard)
    assert needs(overview) == {"discrepancies": 1}
    found = overview.troubles.discrepancies[0]
    assert (found.kind, found.branch, found.note) == ("wrong_place", "IPSW", "advised for LOWE")
    clock.advance(timedelta(days=15))
    assert needs(await seen(dashboard)) == {}


async def test_a_missing_copy_is_a_discrepancy_until_another_arrives(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.MISSING, FIRST, at=clock.now()), version=2)
    await dashboard.hears(progressed(CopyState.RECEIVED, SECOND, at=clock.now()), version=2)
    await dashboard.hears(discrepancy(DiscrepancyKind.SHORT, FIRST))
    overview = await seen(dashboard)
    assert needs(overview) == {"discrepancies": 1}
    found = overview.troubles.discrepancies[0]
    assert (found.kind, found.title, found.branch) == ("short", "Piranesi", "IPSW")
    await dashboard.hears(progressed(CopyState.RECEIVED, FIRST, at=clock.now()), version=3)
    assert needs(await seen(dashboard)) == {}


async def test_a_surplus_leaves_the_list_after_a_fortnight(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(discrepancy(DiscrepancyKind.SURPLUS, at=clock.now()))
    assert needs(await seen(dashboard)) == {"discrepancies": 1}
    clock.advance(timedelta(days=15))
    assert needs(await seen(dashboard)) == {}


async def test_a_cancellation_waits_for_an_answer(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.ACCEPTED, at=clock.now()), version=2)
    await dashboard.hears(cancellation(at=clock.now()))
    clock.advance(timedelta(days=3))
    overview = await seen(dashboard)
    assert needs(overview) == {"cancellations": 1}
    assert overview.troubles.cancellations[0].order_number == "PO-1"
    await dashboard.hears(responded(at=clock.now()))
    assert needs(await seen(dashboard)) == {}


QUESTION = "Decide whether the new price is acceptable. The supplier states GBP 12.99 retail price; GBP 8.99 was ordered."


async def test_a_line_that_asks_for_a_decision_waits_until_it_is_withdrawn(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(placed(at=clock.now()), version=1)
    await dashboard.hears(progressed(CopyState.HELD, at=clock.now()), version=2)
    await dashboard.hears(asking(QUESTION, at=clock.now()), version=3)
    overview = await seen(dashboard)
    assert needs(overview) == {"decisions": 1}
    assert [(line.order_number, line.attention) for line in overview.troubles.decisions] == [("PO-1", QUESTION)]
    asked_at = clock.now()
    clock.advance(timedelta(hours=1))
    await dashboard.hears(asking(QUESTION, at=clock.now()), version=4)
    assert (await seen(dashboard)).troubles.decisions[0].asked_at == asked_at
    await dashboard.hears(asking("", at=clock.now()), version=5)
    await dashboard.hears(asking("from an older version of the order", at=clock.now()), version=4)
    assert needs(await seen(dashboard)) == {}


@pytest.mark.parametrize("state", [CopyState.RECEIVED, CopyState.CANCELLED])
async def test_a_line_whose_copies_are_done_asks_nothing(dashboard: Hearing, clock: ManualClock, state: CopyState) -> None:
    await dashboard.hears(placed(at=clock.now()), version=1)
    await dashboard.hears(asking(QUESTION, at=clock.now()), version=2)
    await dashboard.hears(progressed(state, at=clock.now()), version=3)
    assert needs(await seen(dashboard)) == {}


async def test_a_decision_that_nobody_withdraws_leaves_the_list_after_two_weeks(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(placed(at=clock.now()), version=1)
    await dashboard.hears(progressed(CopyState.ACCEPTED, at=clock.now()), version=2)
    await dashboard.hears(asking(QUESTION, at=clock.now()), version=3)
    clock.advance(timedelta(days=14, seconds=1))
    assert needs(await seen(dashboard)) == {}


async def test_lists_are_cut_and_counts_are_whole(dashboard: Hearing) -> None:
    await dashboard.hears(*(quarantined(message=message, at=on_day(2, 1)) for message in range(1000, 1060)))
    overview = await seen(dashboard)
    assert (len(overview.troubles.quarantined), overview.troubles.counts["quarantined"]) == (50, 60)


async def test_every_example_event_is_applied(dashboard: Hearing) -> None:
    await dashboard.hears(*EXAMPLES, version=1)
    assert (await seen(dashboard)).totals.ordered == 3


def everything() -> list[tuple[Event, int]]:
    """A whole story as events with their order's version, in the order in which they happened."""
    return [
        (placed(), 1),
        (sent(SendOutcome.UNKNOWN, at=on_day(2, 9)), 0),
        (sent(at=on_day(2, 10)), 0),
        (progressed(CopyState.SENT, at=on_day(2, 10)), 2),
        (responded(at=on_day(2, 11), account_stopped=True), 0),
        (responded(at=on_day(2, 12)), 0),
        (progressed(CopyState.ACCEPTED, at=on_day(2, 12)), 3),
        (cancellation(at=on_day(2, 13)), 0),
        (quarantined(at=on_day(2, 14)), 0),
        (settled(at=on_day(2, 15)), 0),
        (quieted(at=on_day(2, 14)), 0),
        (resumed(at=on_day(2, 15)), 0),
        (quieted(at=on_day(2, 16)), 0),
        (queried(at=on_day(2, 14)), 0),
        (matched(at=on_day(2, 15)), 0),
        (queried(at=on_day(2, 16), text="a later reason"), 0),
        (consignment(FIRST, SECOND), 0),
        (progressed(CopyState.DESPATCHED, at=on_day(3)), 4),
        (received(FIRST), 0),
        (progressed(CopyState.AT_HUB, FIRST, at=on_day(4)), 5),
        (discrepancy(DiscrepancyKind.SHORT, SECOND), 0),
        (progressed(CopyState.MISSING, SECOND, at=on_day(4)), 6),
    ]


async def _hear_one_by_one(dashboard: Hearing, story: Sequence[tuple[Event, int]]) -> None:
    async with dashboard.engine.begin() as connection:
        names = ", ".join(tables.metadata.tables)
        await connection.execute(text(f"TRUNCATE {names}"))
    for event, version in story:
        await dashboard.hears_envelopes([to_envelope(event, clock=dashboard.clock, version=version)])


@pytest.mark.parametrize("seed", range(4))
async def test_events_in_any_order_and_twice_lead_to_the_same_overview(dashboard: Hearing, clock: ManualClock, seed: int) -> None:
    clock.advance(timedelta(days=20))
    story = everything()
    await _hear_one_by_one(dashboard, story)
    in_order = await seen(dashboard)
    shuffled = story + story[::3]
    Random(seed).shuffle(shuffled)
    await _hear_one_by_one(dashboard, shuffled)
    assert await seen(dashboard) == in_order


async def test_the_migrations_make_exactly_the_tables_of_the_code(dashboard: Hearing) -> None:
    def compare(connection: Connection) -> list[object]:
        return differences(connection, [tables.metadata, own_tables.metadata, messaging.metadata])

    async with dashboard.engine.connect() as connection:
        found = await connection.run_sync(compare)
    assert [difference for difference in found if "alembic_version" not in str(difference)] == []

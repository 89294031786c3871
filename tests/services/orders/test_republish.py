"""The order book published again: a read model built from that alone is the same, and one that has it already stays so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.clock import ManualClock
from shared.contracts.delivery import DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.invoices import InvoiceMatched
from shared.contracts.orders import LineProgressed, OrderPlaced
from shared.contracts.stated import StatedPrice
from shared.contracts.suppliers import OrderResponded, OrderSent, RespondedLine, SendOutcome
from shared.messaging.resending import Sent
from shared.republish import Refused, Wanted, send_again, since_day
from shared.settings import ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import charge, consigned, expected, invoice, line_of, received
from tests.services.orders.invoiced import the_invoice
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again
from tests.services.serving import api_settings


async def test_a_read_model_is_the_same_from_what_is_published_again(
    orders: Orders, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    await _tell_rules(orders)
    first = await _placed(orders, "SFK-1")
    two, one = line_of(first, "national", 1), line_of(first, "consortium", 1)
    await _later(orders, _sent(first, two), _sent(first, one, SendOutcome.UNKNOWN))
    await _later(orders, _answer(first, two, "100", minor=99_999), _answer(first, one, "400", on=date(2026, 12, 1)))
    await _later(orders, _answer(first, one, "400", on=date(2026, 12, 24)))
    await _cancel(orders, first, two["copies"][1]["copy_id"])
    await _later(orders, expected(first, two, Leg.DIRECT), received(first, two, Leg.DIRECT))
    await _later(orders, _damaged(first, two))
    await _placed(orders, "SFK-2")
    rows = await check_rebuild(_hearing(orders), OWNER, orders.clock, read_model, evidence_model)
    assert {name: len(found) for name, found in rows.items()} == {
        "copy": 8, "copy_count": 4, "decision": 2, "cancellation": 1, "rule": 2,
        "placed_order": 4, "day_count": 9, "counted_in": 1,
        "order_term": 12, "ordered_title": 2,
    }  # fmt: skip
    assert "'expected_on': datetime.date(2026, 12, 24)" in " ".join(rows["copy"])
    # What was asked about lines, and is not any more.
    lacking = await check_feed(_hearing(orders), OWNER, orders.clock, feed_model)
    assert lacking == {"decision_needed", "decision_closed"}


async def test_when_a_copy_reached_each_state_and_what_was_first_promised_is_published_again(orders: Orders) -> None:
    order = await _placed(orders, "SFK-1")
    line = line_of(order, "consortium", 1)
    await _later(orders, _sent(order, line))
    for day in (1, 24):
        await _later(orders, _answer(order, line, "400", on=date(2026, 12, day)))
    await _later(orders, expected(order, line, Leg.TO_HUB), received(order, line, Leg.TO_HUB))
    hearing = _hearing(orders)
    lived = [event for event in await hearing.sent() if isinstance(event, LineProgressed)]
    again = [LineProgressed.model_validate_json(one.data) for one in (await published_again(hearing, OWNER, orders.clock))[0]
             if one.type == LineProgressed.event_type]  # fmt: skip
    moves = {
        (copy.copy_id, copy.to_state): event.progressed_at
        for event in lived
        for copy in event.copies
        if copy.from_state is not copy.to_state
    }
    copies = [copy for event in again for copy in event.copies]
    assert {(copy.copy_id, each.state): each.at for copy in copies for each in copy.reached} == moves
    assert {each.state for copy in copies for each in copy.reached} == {"sent", "back_ordered", "despatched", "at_hub"}
    assert {copy.promised_on for copy in copies} == {date(2026, 12, 1)}
    assert all(copy.reached == () for event in lived for copy in event.copies)


async def test_invoices_are_published_again_as_matched_queried_or_rejected(
    orders: Orders, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    await _tell_rules(orders)
    order = await _placed(orders, "SFK-1")
    line = line_of(order, "national", 1)
    await _later(orders, invoice(charge(line)))  # waits for the goods
    await _later(orders, expected(order, line, Leg.DIRECT))
    await _later(orders, invoice(charge(line, 3), number="INV-2"), invoice(charge(line, 3), number="INV-3"))
    await _later(orders, invoice(charge(line, 1), number="CN-1", credit=True, credits_invoice="INV-1"))
    rejected = await the_invoice(orders, "INV-3")
    orders.clock.advance(timedelta(minutes=1))
    path = f"/v1/invoices/{rejected['invoice_id']}/reject"
    assert (await orders.decide(path, {"reason": "Not ours"}, If_Match=f'"{rejected["version"]}"')).status_code == 200
    hearing = _hearing(orders)
    before = [event for event in await hearing.sent() if isinstance(event, InvoiceMatched)]
    rows = await check_rebuild(hearing, OWNER, orders.clock, read_model, evidence_model)
    assert (len(rows["invoice"]), len(rows["charge"])) == (4, 3)
    after = [event for event in await hearing.sent() if isinstance(event, InvoiceMatched)]
    assert sorted(after[len(before) :], key=_number) == sorted(before, key=_number)
    # Why an invoice was queried at first; it was queried again.
    assert await check_feed(hearing, OWNER, orders.clock, feed_model) == {"invoice_queried"}


async def test_a_copy_that_moved_before_its_row_kept_that_is_published_from_its_timeline(orders: Orders) -> None:
    order = await _placed(orders, "SFK-1")
    await _later(orders, _sent(order, line_of(order, "national", 1)))
    moved_at = orders.clock.now()
    async with orders.engine.begin() as connection:
        await connection.execute(text("UPDATE copy SET progressed_at = NULL, progress_reason = NULL, progress_version = NULL"))
    again, _ = await published_again(_hearing(orders), OWNER, orders.clock)
    progress = [LineProgressed.model_validate_json(one.data) for one in again if one.type == LineProgressed.event_type]
    (event,) = [one for one in progress if one.copies]
    assert [(copy.to_state, copy.reason) for copy in event.copies] == [("sent", "message 7")] * 2
    assert event.progressed_at == moved_at


async def test_only_what_was_asked_for_is_published_again(orders: Orders) -> None:
    await _placed(orders, "SFK-1")
    norfolk = orders.of_council("GB-NFK")
    await norfolk.set_up({None: "national"})
    orders.clock.advance(timedelta(days=2))
    day = orders.clock.now()
    changed = await _placed(orders, "SFK-2")
    await _placed(norfolk, "NFK-1")
    hearing = _hearing(orders)

    async def numbers(wanted: Wanted) -> list[str]:
        again, _ = await published_again(hearing, OWNER, orders.clock, wanted)
        placed = (OrderPlaced.model_validate_json(one.data) for one in again if one.type == OrderPlaced.event_type)
        return sorted(event.order_number for event in placed)

    assert await numbers(Wanted(council="GB-NFK")) == ["NFK-1"]
    assert await numbers(Wanted(since=day)) == ["NFK-1", "SFK-2"]
    orders.clock.advance(timedelta(days=2))
    await orders.hear(_sent(changed, line_of(changed, "national", 1)))
    assert await numbers(Wanted(since=day + timedelta(days=1))) == ["SFK-2"]


async def test_the_command_counts_and_refuses_what_there_is_not(orders: Orders, tokens: Tokens) -> None:
    await _placed(orders, "SFK-1")
    hearing = _hearing(orders)
    _, reported = await published_again(hearing, OWNER, orders.clock)
    assert reported == [
        "1 order: 2 events published again",
        "0 invoices: 0 events published again",
        "0 proposals: 0 events published again",
        "2 sourcing rules: 2 events published again",
        "0 switches: 0 events published again",
        "0 proposed changes: 0 events published again",
        "0 dead letters: 0 events published again",
    ]
    with pytest.raises(Refused, match="council 'GB-XXX' is not known here; known: GB-SFK"):
        await published_again(hearing, OWNER, orders.clock, Wanted(council="GB-XXX"))
    settings = api_settings(ServiceSettings, "postgresql+asyncpg://nobody@127.0.0.1:1/nothing", tokens)
    for day in ("yesterday", "2026-13-01", "2999-01-01"):
        with pytest.raises(Refused, match="--since"):
            since_day(day, orders.clock, settings)
    assert since_day("2026-07-01", ManualClock(datetime(2026, 8, 1, tzinfo=UTC)), settings) == datetime(
        2026, 6, 30, 23, tzinfo=UTC
    )


async def test_the_very_events_are_sent_again_as_far_as_the_outbox_has_them(orders: Orders) -> None:
    for number in ("SFK-1", "SFK-2"):
        await _placed(orders, number)
    async with orders.engine.begin() as connection:
        await connection.execute(text("UPDATE outbox SET sent_at = now(), sent_cluster = 'c', created_at = '2026-03-02T00:00Z'"))
        await connection.execute(
            text("UPDATE outbox SET created_at = '2026-03-05T00:00Z' WHERE seq = (SELECT max(seq) FROM outbox)")
        )
    reported: list[str] = []
    for day, council in ((5, "GB-NFK"), (5, "GB-SFK"), (1, None)):
        since = datetime(2026, 3, day, tzinfo=UTC)
        await send_again(orders.engine, Sent(since, council), report=reported.append)
    assert reported == [
        "0 events sent again",
        "1 event sent again",
        "the outbox has events since 2026-03-02T00:00:00+00:00; what was published before is gone from it",
        "3 events sent again",
    ]


def _hearing(orders: Orders) -> Hearing:
    return Hearing(orders.engine, orders.clock, handlers(orders.clock))


async def _tell_rules(orders: Orders) -> None:
    """Lets the outbox have the council's rules, whose own events `orders` took away."""
    await published_again(_hearing(orders), OWNER, orders.clock)


async def _placed(orders: Orders, number: str) -> dict[str, Any]:
    orders.clock.advance(timedelta(minutes=1))
    return await orders.placed(an_order(number))


async def _later(orders: Orders, *events: Any) -> None:
    orders.clock.advance(timedelta(minutes=1))
    await orders.hear(*events)


async def _cancel(orders: Orders, order: dict[str, Any], copy_id: str) -> None:
    orders.clock.advance(timedelta(minutes=1))
    version = (await orders.read(order["order_id"]))["version"]
    body = {"copy_ids": [copy_id], "reason": "bought twice"}
    path = f"/v1/orders/{order['order_id']}/cancellations"
    answer = await orders.decide(path, body, If_Match=f'"{version}"', Idempotency_Key="cancel-1")
    assert answer.is_success, answer.text


def _sent(order: dict[str, Any], line: dict[str, Any], outcome: SendOutcome = SendOutcome.SENT) -> OrderSent:
    return OrderSent(
        council="GB-SFK", supplier_id=line["supplier_id"], order_id=order["order_id"], message_id=uuid4(), control_reference="7",
        line_keys=(line["line_key"],), outcome=outcome, sent_at=datetime(2026, 11, 24, tzinfo=UTC),
    )  # fmt: skip


def _answer(
    order: dict[str, Any], line: dict[str, Any], status: str, *, on: date | None = None, minor: int | None = None
) -> OrderResponded:
    prices = () if minor is None else (StatedPrice(minor=minor, currency="GBP"),)
    answer = RespondedLine(line_key=line["line_key"], status_code=status, available_on=on, prices=prices)
    return OrderResponded(
        council="GB-SFK", supplier_id=line["supplier_id"], order_id=order["order_id"], message_id=uuid4(),
        responded_at=datetime(2026, 11, 24, tzinfo=UTC), lines=(answer,),
    )  # fmt: skip


def _damaged(order: dict[str, Any], line: dict[str, Any]) -> DiscrepancyFound:
    return DiscrepancyFound(
        council="GB-SFK", discrepancy_id=UUID(int=9), consignment_id=UUID(int=1), supplier_id=line["supplier_id"],
        despatch_number="D1", kind=DiscrepancyKind.DAMAGED, consigned_copy=consigned(order, line)[0],
        found_at=datetime(2026, 11, 24, tzinfo=UTC),
    )  # fmt: skip


def _number(event: InvoiceMatched) -> str:
    return event.invoice_number

"""Applies events from the supplier's exchange to an order: its lines were sent, or the supplier responded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.commitments import price_to_pay
from services.orders.domain.copies import Change, Target, Verdict, move
from services.orders.domain.open_order import News, OpenOrder
from services.orders.domain.responses import apply_answers
from services.orders.domain.statements import with_prices, with_stated_data
from services.orders.store import copies as copy_store
from services.orders.store.copies import Entry
from services.orders.usecases.changing import OpenOrders
from services.orders.usecases.invoices import rematch_waiting
from shared.bus import cause_of, set_cause
from shared.clock import Clock
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import OrderResponded, OrderSent, RespondedLine, SendOutcome
from shared.invoicing.matching import Terms
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison


async def record_sent(connection: AsyncConnection, arrived: Sequence[tuple[OrderSent, Envelope]], *, clock: Clock) -> None:
    """Marks lines as sent. If sending failed or its outcome is unknown, asks for a person's attention instead."""
    orders = await OpenOrders.load(connection, {event.order_id for event, _ in arrived})
    for event, envelope in arrived:
        set_cause(cause_of(envelope))
        await _record_sent(orders, event, clock)
    await orders.write()


async def _record_sent(orders: OpenOrders, event: OrderSent, clock: Clock) -> None:
    order = orders[event.order_id]
    note = f"message {event.control_reference}"
    if event.outcome is SendOutcome.SENT:
        changes = _move_all(order, event, Target(CopyState.SENT, note), only=CopyState.ORDERED)
        attention = dict.fromkeys(event.line_keys, "")
    else:
        changes = []
        note = f"{note}: {event.outcome}; {event.reason}"
        attention = dict.fromkeys(event.line_keys, _SEND_ATTENTION[event.outcome])
    entries = [] if changes else [Entry(key, note) for key in event.line_keys]
    await orders.change(order, changes, entries, cause=event.event_type, clock=clock, news=News(attention))


_SEND_ATTENTION = {
    SendOutcome.UNKNOWN: "It is not known whether the supplier has this line: see the supplier's messages.",
    SendOutcome.FAILED: "The line could not be sent: see the supplier's messages.",
}


def _move_all(order: OpenOrder, event: OrderSent, target: Target, *, only: CopyState) -> list[Change]:
    """Moves the copies that the message carries: those of its lines, or some of them where the lines were divided."""
    divided = {line.line_key: line.copy_numbers for line in event.divided}
    return [
        move(copy, target)
        for copy in order.copies
        if copy.line_key in event.line_keys
        and copy.state is only
        and copy.copy_number in divided.get(copy.line_key, (copy.copy_number,))
    ]


# List 12B: not accepted, a duplicate of an earlier order.
_DUPLICATE = "208"
# Of a price without a currency, where none was ordered either.
_CURRENCY = Money(minor=0).currency


async def apply_responses(
    connection: AsyncConnection, arrived: Sequence[tuple[OrderResponded, Envelope]], *, clock: Clock, terms: Terms
) -> None:
    """Applies suppliers' responses to the copies of orders, line by line, by the table of statuses.

    Keeps the prices, the data about copies and the references that they state.
    """
    orders = await OpenOrders.load(connection, {event.order_id for event, _ in arrived})
    for event, envelope in arrived:
        set_cause(cause_of(envelope))
        await _apply_response(connection, orders, event, given_at=envelope.time, clock=clock, terms=terms)
    await orders.write()


async def _apply_response(
    connection: AsyncConnection, orders: OpenOrders, event: OrderResponded, *, given_at: datetime, clock: Clock, terms: Terms
) -> None:
    order = orders[event.order_id]
    changes: list[Change] = []
    entries: list[Entry] = []
    attention: dict[str, str] = {}
    substitutes: dict[str, str] = {}
    answers = event.lines or (_stopped_lines(order, event) if event.account_stopped else ())
    by_line: defaultdict[str, list[RespondedLine]] = defaultdict(list)
    for answer in answers:
        by_line[answer.line_key].append(answer)
    for line_key, about in by_line.items():
        if line_key not in order.lines:
            raise Poison(f"order {order.order_number} has no line {line_key}; the exchange matched it wrongly")
        copies = order.copies_of(line_key)
        applied = apply_answers(copies, about, account_stopped=event.account_stopped, given_at=given_at)
        changes += map(with_stated_data, applied.changes)
        left = applied.after(copies)
        attention[line_key] = with_prices(applied.attention, about, order.lines[line_key].price, copies=left, terms=terms)
        if any(answer.status_code == _DUPLICATE for answer in about):
            await orders.write()  # an earlier response may have closed such an order
            attention[line_key] += await _earlier(connection, order, line_key)
        if all(change.verdict is Verdict.UNCHANGED for change in applied.changes):
            entries.append(Entry(line_key, applied.note))
        if applied.substitute_isbn not in (None, order.lines[line_key].substitute_isbn):
            substitutes[line_key] = str(applied.substitute_isbn)
    orders.keep_statements(order, answers, substitutes)
    news = News(attention, substitutes, _prices(order, answers))
    await orders.change(order, changes, entries, cause=event.event_type, clock=clock, news=news)
    if substitutes:
        await orders.write()
        await rematch_waiting(connection, substitutes, cause=event.event_type, clock=clock, terms=terms)
        await orders.reload()  # what was charged commits nothing any more


def _prices(order: OpenOrder, answers: Sequence[RespondedLine]) -> dict[str, Money]:
    """Returns what copies of lines will cost by the last answer that states a price, by line key."""
    prices: dict[str, Money] = {}
    for answer in answers:
        ordered = order.lines[answer.line_key].price
        if price := price_to_pay(answer.prices, ordered.currency if ordered else _CURRENCY):
            prices[answer.line_key] = price
    return prices


async def _earlier(connection: AsyncConnection, order: OpenOrder, line_key: str) -> str:
    """Names the orders that a line can be a duplicate of."""
    numbers = await copy_store.earlier_orders(connection, order, order.lines[line_key])
    return f" Open orders of the same title: {', '.join(numbers)}." if numbers else " No other order has this title open."


def _stopped_lines(order: OpenOrder, event: OrderResponded) -> tuple[RespondedLine, ...]:
    """Returns all lines that the supplier has of the order: a stopped account refuses them, whether named or not."""
    mine = [line for line in order.lines.values() if line.supplier_id == event.supplier_id]
    return tuple(RespondedLine(line_key=line.line_key) for line in mine)

"""Applies events from the supplier's exchange to an order: its lines were sent, or the supplier responded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.commitments import price_to_pay
from services.orders.domain.copies import Change, Copy, Target, Verdict, move
from services.orders.domain.decisions import Decision, DecisionState, Offer
from services.orders.domain.enquiries import NOTHING_HEARD, Heard
from services.orders.domain.offers import Answered, is_known, offers_in, restated, superseded_by, withdraws_prices
from services.orders.domain.open_order import Line, News, OpenOrder
from services.orders.domain.responses import Applied, apply_answers
from services.orders.domain.statements import with_prices, with_stated_data
from services.orders.store import copies as copy_store
from services.orders.store.copies import Entry
from services.orders.usecases.changing import OpenOrders
from services.orders.usecases.invoices import rematch_waiting
from shared.bus import cause_of, set_cause
from shared.clock import Clock
from shared.contracts.base import Money
from shared.contracts.decisions import OfferKind
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import OrderResponded, OrderSent, RespondedLine, SendOutcome
from shared.ids import new_id
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


@dataclass(slots=True)
class _Result:
    """What a response leads to, gathered line by line."""

    changes: list[Change] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    attention: dict[str, str] = field(default_factory=dict)
    substitutes: dict[str, str] = field(default_factory=dict)
    decisions: dict[UUID, Decision] = field(default_factory=dict)
    fresh: list[RespondedLine] = field(default_factory=list)
    heard: Heard = NOTHING_HEARD


async def _apply_response(
    connection: AsyncConnection, orders: OpenOrders, event: OrderResponded, *, given_at: datetime, clock: Clock, terms: Terms
) -> None:
    order = orders[event.order_id]
    result = _Result()
    answers = event.lines or (_stopped_lines(order, event) if event.account_stopped else ())
    by_line: defaultdict[str, list[RespondedLine]] = defaultdict(list)
    for answer in answers:
        by_line[answer.line_key].append(answer)
    for line_key, about in by_line.items():
        if line_key not in order.lines:
            raise Poison(f"order {order.order_number} has no line {line_key}; the exchange matched it wrongly")
        fresh = about if event.account_stopped else _without_restated(order, about, result)
        if not fresh:
            continue
        applied = apply_answers(order.copies_of(line_key), fresh, account_stopped=event.account_stopped, given_at=given_at)
        _gather(order, event, (fresh, applied), result, clock=clock, terms=terms)
        if any(answer.status_code == _DUPLICATE for answer in fresh):
            await orders.write()  # an earlier response may have closed such an order
            result.attention[line_key] += await _earlier(connection, order, line_key)
    orders.keep_statements(order, answers, result.substitutes)
    prices = _prices(order, result.fresh)
    news = News(result.attention, result.substitutes, prices=prices, decisions=result.decisions, heard=result.heard)
    await orders.change(order, result.changes, result.entries, cause=event.event_type, clock=clock, news=news)
    if result.substitutes:
        await orders.write()
        await rematch_waiting(connection, result.substitutes, cause=event.event_type, clock=clock, terms=terms)
        await orders.reload()  # what was charged commits nothing any more


def _prices(order: OpenOrder, answers: Sequence[RespondedLine]) -> dict[str, Money]:
    """Returns what copies of lines will cost by the last answer that states a price, by line key."""
    prices: dict[str, Money] = {}
    for answer in answers:
        ordered = order.lines[answer.line_key].price
        if price := price_to_pay(answer.prices, ordered.currency if ordered else _CURRENCY):
            prices[answer.line_key] = price
    return prices


def _without_restated(order: OpenOrder, about: Sequence[RespondedLine], result: _Result) -> list[RespondedLine]:
    """Returns the answers about a line without those that only state an offer again, each of which is noted.

    Where the supplier was sent the answer to its offer before, a person is asked what it means.
    """
    line_key = about[0].line_key
    line, copies, decisions = order.lines[line_key], order.copies_of(line_key), order.decisions_of(line_key)
    fresh = []
    for answer in about:
        decision = restated(answer, line, decisions, copies)
        if decision is None:
            fresh.append(answer)
        else:
            words = f"{decision.offer.in_words} is offered again, and is {decision.state}: nothing changes"
            result.entries.append(Entry(line_key, words))
            if decision.was_sent(copies):
                result.attention[line_key] = decision.asks_what_is_meant
    return fresh


def _gather(
    order: OpenOrder,
    event: OrderResponded,
    answered: tuple[Sequence[RespondedLine], Applied],
    result: _Result,
    *,
    clock: Clock,
    terms: Terms,
) -> None:
    """Adds what answers about one line lead to."""
    (about, applied), line = answered, order.lines[answered[0][0].line_key]
    result.fresh += about
    result.changes += map(with_stated_data, applied.changes)
    left = applied.after(order.copies_of(line.line_key))
    result.attention[line.line_key] = with_prices(applied.attention, about, line.price, copies=left, terms=terms)
    if all(change.verdict is Verdict.UNCHANGED for change in applied.changes):
        result.entries.append(Entry(line.line_key, applied.note))
    if applied.substitute_isbn not in (None, line.substitute_isbn):
        result.substitutes[line.line_key] = str(applied.substitute_isbn)
    if event.account_stopped:
        return
    result.heard = _also_heard(result.heard, zip(about, applied.about, strict=True), left)
    of_answers = [Answered(answer, copy_ids) for answer, copy_ids in zip(about, applied.about, strict=True)]
    if withdraws_prices(about, line, terms):
        _withdraw(order, line, result)
    for offer in offers_in(of_answers, line, left, terms):
        _decide_about(order, line, offer, result, message_id=event.message_id, at=clock.now())


def _also_heard(before: Heard, answers: Iterable[tuple[RespondedLine, Sequence[UUID]]], copies: Sequence[Copy]) -> Heard:
    """Returns what was heard with the answers about one line; one that names none of its copies is about all of them."""
    about, settled = set(before.about), set(before.settled)
    for answer, named in answers:
        copy_ids = named or [copy.copy_id for copy in copies]
        about.update(copy_ids)
        settled.update(copy_ids if answer.claim is not None else ())
    return Heard(frozenset(about), frozenset(settled))


def _withdraw(order: OpenOrder, line: Line, result: _Result) -> None:
    """Closes open decisions about prices of a line, of which the supplier states again a price that asks nothing."""
    for each in order.decisions_of(line.line_key):
        if each.is_open and each.offer.kind is OfferKind.PRICE:
            result.decisions[each.decision_id] = replace(each, state=DecisionState.SUPERSEDED)
            text = f"{each.offer.in_words} is superseded: the supplier states a price that is as good as the ordered one"
            result.entries.append(Entry(line.line_key, text))


def _decide_about(order: OpenOrder, line: Line, offer: Offer, result: _Result, *, message_id: UUID, at: datetime) -> None:
    """Adds the decision about a new offer, and closes those that it replaces."""
    of_line = [each for each in {**order.decisions, **result.decisions}.values() if each.line_key == line.line_key]
    if is_known(offer, of_line):
        return
    replaced = superseded_by(offer, of_line)
    result.decisions |= {each.decision_id: each for each in replaced}
    words = [f"{each.offer.in_words} is superseded by {offer.in_words}" for each in replaced]
    new = Decision(
        decision_id=new_id(),
        order_id=order.order_id,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        offer=offer,
        ordered_isbn=line.isbn,
        ordered_price=line.price,
        message_id=message_id,
        asked_at=at,
    )
    result.decisions[new.decision_id] = new
    words.append(f"{offer.in_words} is offered: decision {new.decision_id} is open")
    result.entries += [Entry(line.line_key, text) for text in words]


async def _earlier(connection: AsyncConnection, order: OpenOrder, line_key: str) -> str:
    """Names the orders that a line can be a duplicate of."""
    numbers = await copy_store.earlier_orders(connection, order, order.lines[line_key])
    return f" Open orders of the same title: {', '.join(numbers)}." if numbers else " No other order has this title open."


def _stopped_lines(order: OpenOrder, event: OrderResponded) -> tuple[RespondedLine, ...]:
    """Returns all lines that the supplier has of the order: a stopped account refuses them, whether named or not."""
    mine = [line for line in order.lines.values() if line.supplier_id == event.supplier_id]
    return tuple(RespondedLine(line_key=line.line_key) for line in mine)

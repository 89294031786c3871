"""Turns requests of other services into messages to the supplier, numbered and ready to send."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import (
    CancellationToSend,
    Capability,
    EnquiryToSend,
    Kind,
    OfferAnswerToSend,
    OrderToSend,
    OutboundMessage,
    RouteChangeToSend,
    SuppliesRecords,
)
from services.suppliers.domain.messages import Direction, Message, State
from services.suppliers.domain.places import ChangeToSend, left_out, parts_of_change, parts_of_order
from services.suppliers.exchange import Exchange
from services.suppliers.outgoing import enquiry_sent, not_cancelled, order_sent, quarantined
from services.suppliers.store import lines, messages
from services.suppliers.store.messages import NewMessage
from services.suppliers.usecases.publishing import publish
from shared.bus import Cause, set_cause
from shared.contracts.suppliers import OrderSent, SendOutcome
from shared.ids import new_id

Write = Callable[[int], OutboundMessage]
# A message without its bytes, and what writes them under a number.
_Draft = tuple[NewMessage, Write]


async def take_orders(connection: AsyncConnection, exchange: Exchange, placed: Sequence[tuple[OrderToSend, Cause]]) -> None:
    """Keeps the lines of orders and queues their messages, in this order. Lines that are here already are not sent again.

    `placed`: each order with what caused it.
    """
    asked = {new_id(): each for each in await _as_parts(connection, placed)}
    new = await lines.add_lines(connection, {message_id: order for message_id, (order, _) in asked.items()})
    fresh = {message_id: each for message_id, each in asked.items() if message_id in new}
    if not fresh:
        return
    drafts: dict[UUID, _Draft] = {}
    causes: dict[UUID, Cause] = {}
    for message_id, (order, cause) in fresh.items():
        for number, draft in enumerate(_order_drafts(exchange, order, new[message_id], cause)):
            # The first message has the id under which the order's lines are kept.
            own_id = new_id() if number else message_id
            drafts[own_id], causes[own_id] = draft, cause
    written = dict(zip(drafts, await _write_all(connection, exchange, list(drafts.values())), strict=True))
    await messages.keep_all(connection, written, now=exchange.clock.now())
    for message_id in (message_id for message_id, message in written.items() if message.state is State.FAILED):
        set_cause(causes[message_id])
        await publish(connection, _not_sent(exchange, await messages.lock(connection, message_id)), exchange.clock)


async def _as_parts(connection: AsyncConnection, placed: Sequence[tuple[OrderToSend, Cause]]) -> list[tuple[OrderToSend, Cause]]:
    """Returns the orders, each as the part that it is: later messages with lines of an order follow those the supplier has."""
    sent = await lines.parts_sent(connection, {UUID(order.order_id) for order, _ in placed})
    parts = []
    for order, cause in placed:
        sent[UUID(order.order_id)] = part = sent.get(UUID(order.order_id), 0) + 1
        parts.append((replace(order, part=part), cause))
    return parts


def _order_drafts(exchange: Exchange, order: OrderToSend, new: Collection[str], cause: Cause) -> Iterator[_Draft]:
    """Yields the messages of an order: one, or one for each place where one cannot carry all of them."""
    order = replace(order, lines=tuple(line for line in order.lines if line.line_key in new))
    for part in parts_of_order(_as_taken(order, exchange), exchange.profile.order_places):
        draft = _draft(Kind.ORDER, order, [line.line_key for line in part.lines])
        copies = left_out(order.lines, part.lines)
        yield replace(draft, correlation_id=cause.correlation_id, copies=copies), partial(exchange.adapter.write_order, part)


async def take_cancellation(connection: AsyncConnection, exchange: Exchange, cancellation: CancellationToSend) -> None:
    """Queues a cancellation, in one message for each message that carried its copies.

    Where the supplier takes none, publishes at once that the lines are unchanged.
    """
    for part in parts_of_change(cancellation, exchange.profile.order_places):
        await _take_cancellation(connection, exchange, cancellation, part)


async def take_route_change(connection: AsyncConnection, exchange: Exchange, change: RouteChangeToSend) -> None:
    """Queues a change of the route, in one message for each message that carried its copies.

    Writes nothing where the supplier takes none: the order book asks a person to tell it.
    """
    rerouter = exchange.rerouter
    if rerouter is None:
        return
    for part in parts_of_change(change, exchange.profile.order_places):
        message = await _queue(
            connection, exchange, _change_draft(Kind.ROUTE_CHANGE, change, part), write=partial(rerouter.write_route_change, part)
        )
        if message.state is State.FAILED:
            event = quarantined(exchange.profile.supplier_id, message, reason=message.reason, now=exchange.clock.now())
            await publish(connection, [event], exchange.clock)


async def take_offer_answer(connection: AsyncConnection, exchange: Exchange, answer: OfferAnswerToSend) -> None:
    """Queues the answer to an offer, in one message for each message that carried its copies.

    Writes nothing where the supplier takes none: the order book asks a person to tell it. Publishes that the lines could not be
    sent where the message cannot be written.
    """
    answerer = exchange.offer_answerer
    if answerer is None:
        return
    for part in parts_of_change(answer, exchange.profile.order_places):
        draft = _change_draft(Kind.OFFER_ANSWER, answer, part)
        message = await _queue(connection, exchange, draft, write=partial(answerer.write_offer_answer, part))
        if message.state is State.FAILED:
            await publish(connection, _not_sent(exchange, message), exchange.clock)


async def take_enquiry(connection: AsyncConnection, exchange: Exchange, enquiry: EnquiryToSend) -> None:
    """Queues an enquiry, in one message for each message that carried its copies.

    Publishes that it could not be sent where the message cannot be written, or the supplier takes none.
    """
    for part in parts_of_change(enquiry, exchange.profile.order_places):
        asked = replace(
            _change_draft(Kind.ENQUIRY, enquiry, part), enquiry_id=enquiry.enquiry_id, enquiry_attempt=enquiry.attempt
        )
        message = await _queue(connection, exchange, asked, write=partial(_write_enquiry, exchange, part))
        if message.state is State.FAILED:
            now, reason = exchange.clock.now(), message.reason
            events = enquiry_sent(exchange.profile.supplier_id, message, SendOutcome.FAILED, now=now, reason=reason)
            await publish(connection, events, exchange.clock)


def _write_enquiry(exchange: Exchange, enquiry: EnquiryToSend, number: int) -> OutboundMessage:
    if exchange.enquirer is None:
        raise ValueError(f"{exchange.profile.name} takes no enquiries")
    return exchange.enquirer.write_enquiry(enquiry, number)


def _change_draft(kind: Kind, whole: ChangeToSend, part: ChangeToSend) -> NewMessage:
    copies = left_out((line for line, _ in whole.lines), (line for line, _ in part.lines))
    return replace(_draft(kind, whole, [line.line_key for line, _ in part.lines]), copies=copies)


async def _take_cancellation(
    connection: AsyncConnection, exchange: Exchange, whole: CancellationToSend, part: CancellationToSend
) -> None:
    canceller = exchange.canceller

    def write(number: int) -> OutboundMessage:
        if canceller is None:
            raise ValueError(f"{exchange.profile.name} takes no cancellations")
        return canceller.write_cancellation(part, number)

    message = await _queue(connection, exchange, _change_draft(Kind.CANCELLATION, whole, part), write=write)
    if message.state is State.FAILED:
        now = exchange.clock.now()
        events = not_cancelled(exchange.profile.supplier_id, message, now=now, note=message.reason)
        await publish(connection, events, exchange.clock)


async def want_records(connection: AsyncConnection, exchange: Exchange, requested: Mapping[str, datetime]) -> None:
    """Notes, by ISBN, that records are wanted. The sending loop asks for all waiting records in one request.

    A supplier that only sends records unasked is not asked: what it has of the books arrives by itself.
    """
    can = exchange.profile.capabilities
    if Capability.SENDS_RECORDS in can and Capability.SUPPLIES_RECORDS not in can:
        return
    await lines.want_records(connection, requested)
    await messages.wake(connection, Direction.OUT)


async def request_wanted_records(connection: AsyncConnection, exchange: Exchange) -> bool:
    """Queues one request for the records that wait; returns False where none wait."""
    message_id = new_id()
    isbns = await lines.take_wanted_records(connection, message_id)
    if not isbns:
        return False
    adapter = exchange.adapter

    def write(number: int) -> OutboundMessage:
        if Capability.SUPPLIES_RECORDS not in exchange.profile.capabilities or not isinstance(adapter, SuppliesRecords):
            raise ValueError(f"{exchange.profile.name} supplies no records")
        return adapter.write_record_request(isbns, number)

    draft = NewMessage(Direction.OUT, Kind.RECORD_REQUEST, State.QUEUED, b"")
    message = await _queue(connection, exchange, draft, write=write, message_id=message_id)
    if message.state is State.FAILED:
        supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
        event = quarantined(supplier_id, message, reason=message.reason, now=now)
        await publish(connection, [event], exchange.clock)
    return True


async def write_again(connection: AsyncConnection, exchange: Exchange, message: Message, *, actor: str, reason: str) -> Message:
    """Writes a failed order again under a new number and queues it; returns the message as it is then.

    The message stays `failed`, with the new reason, where it still cannot be written. It is unchanged where it carries no order.
    """
    order = await lines.order_of_message(connection, message)
    if order is None:
        return message
    number = await messages.lock_last_reference(connection, exchange.profile.supplier_id) + 1
    now = exchange.clock.now()
    try:
        written = exchange.adapter.write_order(_only_part(order, exchange), number)
    except ValueError as error:
        return await messages.update_reason(connection, message, reason=str(error))
    await messages.take_reference(connection, exchange.profile.supplier_id, number)
    return await messages.move(
        connection,
        message,
        State.QUEUED,
        now=now,
        actor=actor,
        reason=reason,
        changes=messages.written_columns(written, exchange.profile.version),
    )


def _as_taken(order: OrderToSend, exchange: Exchange) -> OrderToSend:
    """Returns an order without its rush, where the supplier cannot be told of that."""
    return replace(order, rush=order.rush and Capability.TAKES_RUSH in exchange.profile.capabilities)


def _only_part(order: OrderToSend, exchange: Exchange) -> OrderToSend:
    """Returns what one message carries. Raises ValueError where one cannot: the profile has changed since it was queued."""
    parts = parts_of_order(_as_taken(order, exchange), exchange.profile.order_places)
    if len(parts) > 1:
        raise ValueError("its copies are unpacked at several places, which one message cannot carry any more")
    return parts[0]


def _draft(kind: Kind, order: OrderToSend | ChangeToSend, line_keys: Sequence[str]) -> NewMessage:
    return NewMessage(
        Direction.OUT,
        kind,
        State.QUEUED,
        b"",
        order_ids=(UUID(order.order_id),),
        line_keys=tuple(line_keys),
        councils=(order.council,),
    )


async def _queue(
    connection: AsyncConnection, exchange: Exchange, draft: NewMessage, *, write: Write, message_id: UUID | None = None
) -> Message:
    """Writes the message under the next number and keeps it."""
    (written,) = await _write_all(connection, exchange, [(draft, write)])
    kept = await messages.keep(connection, written, now=exchange.clock.now(), message_id=message_id)
    assert kept is not None, "only a push can be here already"
    return kept


async def _write_all(connection: AsyncConnection, exchange: Exchange, drafts: Sequence[_Draft]) -> list[NewMessage]:
    """Writes messages under the next numbers. One that cannot be written becomes `failed` and uses up no number."""
    supplier_id = exchange.profile.supplier_id
    before = number = await messages.lock_last_reference(connection, supplier_id)
    written = []
    for draft, write in drafts:
        new = _written(replace(draft, profile_version=exchange.profile.version), write, number + 1)
        number += new.state is not State.FAILED
        written.append(new)
    if number > before:
        await messages.take_reference(connection, supplier_id, number)
    return written


def _written(draft: NewMessage, write: Write, number: int) -> NewMessage:
    try:
        written = write(number)
    except ValueError as error:
        return replace(draft, state=State.FAILED, reason=str(error))
    return replace(
        draft,
        body=written.body,
        name=written.name,
        content_type=written.content_type,
        reference=written.reference,
        findings=written.findings,
    )


def _not_sent(exchange: Exchange, message: Message) -> Sequence[OrderSent]:
    return order_sent(exchange.profile.supplier_id, message, SendOutcome.FAILED, now=exchange.clock.now(), reason=message.reason)

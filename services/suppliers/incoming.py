"""Passes events of other services that concern this supplier to their use cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import CancellationToSend, OrderToSend
from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.exchange import Exchange
from services.suppliers.store import copies, lines
from services.suppliers.usecases import queueing
from shared.bus import On, cause_of, dispatch, on, on_all
from shared.contracts.base import Topic
from shared.contracts.catalogue import RecordRequested
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    LineProgressed,
    LinesAdded,
    OrderedLine,
    OrderedLines,
    OrderPlaced,
)
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.subscription import Subscription


def subscription(exchange: Exchange) -> Subscription:
    """Returns the subscription of one supplier's exchange. Each supplier has its own consumer group, so it sees every order."""
    topics = (Topic.ORDERS.value, Topic.CATALOGUE.value)
    return Subscription(f"suppliers-{exchange.profile.supplier_id}", topics, dispatch(handlers(exchange)))


def handlers(exchange: Exchange) -> Sequence[On]:
    """Returns the handlers of this exchange by event. They ignore events and lines for other suppliers."""
    supplier_id = exchange.profile.supplier_id

    async def lines_ordered(connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines, Envelope]]) -> None:
        orders = [(_to_send(event, supplier_id), cause_of(envelope)) for event, envelope in arrived]
        await queueing.take_orders(connection, exchange, [(order, cause) for order, cause in orders if order is not None])

    async def cancellation_requested(connection: AsyncConnection, event: CancellationRequested, _: Envelope) -> None:
        ours = [line for line in event.lines if line.supplier_id == supplier_id]
        if ours:
            known = await lines.lines_of_order(connection, event.order_id)
            for part, together in _by_part(known, ours, event.council):
                cancellation = CancellationToSend(
                    _council(event.council), str(event.order_id), event.order_number, event.reason, together, part
                )
                await queueing.take_cancellation(connection, exchange, cancellation)

    async def records_requested(connection: AsyncConnection, arrived: Sequence[tuple[RecordRequested, Envelope]]) -> None:
        ours = sorted((event.requested_at, event.isbn) for event, _ in arrived if event.supplier_id == supplier_id)
        if ours:
            await queueing.want_records(connection, exchange, {isbn: requested_at for requested_at, isbn in ours})

    async def lines_progressed(connection: AsyncConnection, arrived: Sequence[tuple[LineProgressed, Envelope]]) -> None:
        await copies.note_progress(connection, [event for event, _ in arrived if event.supplier_id == supplier_id])

    return (
        on_all(OrderPlaced, lines_ordered),
        on_all(LinesAdded, lines_ordered),
        on(CancellationRequested, cancellation_requested),
        on_all(RecordRequested, records_requested),
        on_all(LineProgressed, lines_progressed, keeps_state=True),
    )


def _to_send(event: OrderedLines, supplier_id: str) -> OrderToSend | None:
    """Returns the lines of an order that this supplier gets; None where it gets none."""
    ours = tuple(line for line in event.lines if line.supplier_id == supplier_id)
    if not ours:
        return None
    return OrderToSend(_council(event.council), str(event.order_id), event.order_number, event.placed_at, ours)


def _council(council: str | None) -> str:
    if council is None:
        raise Poison("the order names no council, so it cannot be sent to a supplier")
    return council


def _by_part(
    known: Mapping[str, KnownLine], cancelled: Sequence[CancelledLine], council: str | None
) -> list[tuple[int, tuple[tuple[OrderedLine, tuple[int, ...]], ...]]]:
    """Returns the lines with the numbers of the copies to cancel, by the part of the order that they were sent in.

    Raises Poison where a line was never ordered.
    """
    parts: defaultdict[int, list[tuple[OrderedLine, tuple[int, ...]]]] = defaultdict(list)
    for line in cancelled:
        ordered = known.get(line.line_key)
        if ordered is None or ordered.council != council:
            raise Poison(f"line {line.line_key} was never ordered from this supplier by {council}")
        parts[ordered.part].append(_chosen(ordered, line))
    return [(part, tuple(together)) for part, together in sorted(parts.items())]


def _chosen(line: KnownLine, cancelled: CancelledLine) -> tuple[OrderedLine, tuple[int, ...]]:
    """Returns the ordered line and the numbers of the copies to cancel."""
    wanted: set[UUID] = set(cancelled.copy_ids)
    return line.ordered, tuple(copy.copy_number for copy in line.ordered.copies if copy.copy_id in wanted)

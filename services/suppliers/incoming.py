"""Passes events of other services that concern this supplier to their use cases."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import CancellationToSend, OrderToSend
from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.exchange import Exchange
from services.suppliers.store import copies, lines
from services.suppliers.usecases import queueing
from shared.bus import On, dispatch, on
from shared.contracts.base import Topic
from shared.contracts.catalogue import RecordRequested
from shared.contracts.orders import CancellationRequested, CancelledLine, LineProgressed, OrderedLine, OrderPlaced
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

    async def order_placed(connection: AsyncConnection, event: OrderPlaced, _: Envelope) -> None:
        ours = tuple(line for line in event.lines if line.supplier_id == supplier_id)
        if ours:
            order = OrderToSend(_council(event.council), str(event.order_id), event.order_number, event.placed_at, ours)
            await queueing.take_order(connection, exchange, order)

    async def cancellation_requested(connection: AsyncConnection, event: CancellationRequested, _: Envelope) -> None:
        ours = [line for line in event.lines if line.supplier_id == supplier_id]
        if ours:
            known = await lines.lines_of_order(connection, event.order_id)
            chosen = tuple(_chosen(known, line, event.council) for line in ours)
            cancellation = CancellationToSend(
                _council(event.council), str(event.order_id), event.order_number, event.reason, chosen
            )
            await queueing.take_cancellation(connection, exchange, cancellation)

    async def record_requested(connection: AsyncConnection, event: RecordRequested, _: Envelope) -> None:
        if event.supplier_id == supplier_id:
            await queueing.want_record(connection, exchange, event.isbn, event.requested_at)

    async def line_progressed(connection: AsyncConnection, event: LineProgressed, _: Envelope) -> None:
        if event.supplier_id == supplier_id:
            await copies.note_progress(connection, event)

    return (
        on(OrderPlaced, order_placed),
        on(CancellationRequested, cancellation_requested),
        on(RecordRequested, record_requested),
        on(LineProgressed, line_progressed),
    )


def _council(council: str | None) -> str:
    if council is None:
        raise Poison("the order names no council, so it cannot be sent to a supplier")
    return council


def _chosen(known: dict[str, KnownLine], cancelled: CancelledLine, council: str | None) -> tuple[OrderedLine, tuple[int, ...]]:
    """Returns the ordered line and the numbers of the copies to cancel. Raises Poison where the line was never ordered."""
    line = known.get(cancelled.line_key)
    if line is None or line.council != council:
        raise Poison(f"line {cancelled.line_key} was never ordered from this supplier by {council}")
    wanted: set[UUID] = set(cancelled.copy_ids)
    return line.ordered, tuple(copy.copy_number for copy in line.ordered.copies if copy.copy_id in wanted)

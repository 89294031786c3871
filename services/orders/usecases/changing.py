"""How every change of an order begins and ends: row lock, version, timeline, published events."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.copies import Change
from services.orders.domain.open_order import OpenOrder
from services.orders.store import copies as copy_store
from services.orders.store.copies import Entry
from shared.bus import publish
from shared.clock import Clock
from shared.messaging.errors import Poison


async def open_order(connection: AsyncConnection, order_id: UUID) -> OpenOrder:
    """Locks an order that an event names. Raises Poison if the book has no such order."""
    order = await copy_store.lock_order(connection, order_id)
    if order is None:
        raise Poison(f"no order {order_id} in the order book")
    return order


async def finish_change(
    connection: AsyncConnection,
    order: OpenOrder,
    changes: Sequence[Change],
    entries: Sequence[Entry],
    *,
    cause: str,
    clock: Clock,
) -> None:
    """Writes changes and entries, and publishes the copies that moved."""
    now = clock.now()
    await copy_store.write_changes(connection, order, changes, entries, cause=cause, at=now)
    facts = outgoing.lines_progressed(order, changes, cause=cause, at=now)
    await publish(connection, facts, clock, version=order.version)

"""Applies the events of suppliers that are not reached, or are reached again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store import reaches
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.messaging.envelope import Envelope


async def supplier_unreachable(connection: AsyncConnection, event: SupplierUnreachable, _: Envelope) -> None:
    """A supplier does not answer, or a person stopped all calls to it."""
    row = {
        "supplier_id": event.supplier_id,
        "since": event.since,
        "noticed_at": event.noticed_at,
        "next_try_at": event.next_try_at,
        "reason": event.reason,
        "opened_by": event.opened_by,
        "waiting": event.waiting,
    }
    await reaches.keep_unreached(connection, row)


async def supplier_reachable(connection: AsyncConnection, event: SupplierReachable, _: Envelope) -> None:
    """A supplier is reached again, or may be called again."""
    await reaches.keep_reached(connection, event.supplier_id, event.reached_at)

"""Applies the events of suppliers: what each is called, that one is not reached, or is reached again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store import reaches, supplier_names
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import SupplierAnnounced
from shared.messaging.envelope import Envelope


async def supplier_announced(connection: AsyncConnection, event: SupplierAnnounced, _: Envelope) -> None:
    """The exchange of a supplier started, and states what the supplier is called."""
    await supplier_names.keep_name(connection, event.supplier_id, event.name)


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

"""Keeps which suppliers have an exchange."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store import suppliers
from shared.contracts.suppliers import SupplierAnnounced
from shared.messaging.envelope import Envelope


async def learn_supplier(connection: AsyncConnection, event: SupplierAnnounced, _: Envelope) -> None:
    """Keeps a supplier that has an exchange: sourcing rules can name it from now on."""
    await suppliers.keep_supplier(connection, event)

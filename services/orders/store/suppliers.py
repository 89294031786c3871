"""Keeps the suppliers whose exchange has announced itself. They are the same for all councils."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import supplier
from shared.contracts.suppliers import SupplierAnnounced


async def keep_supplier(connection: AsyncConnection, event: SupplierAnnounced) -> None:
    """Keeps a supplier with its present name."""
    statement = insert(supplier).values(supplier_id=event.supplier_id, name=event.name, announced_at=event.announced_at)
    present = {"name": statement.excluded.name, "announced_at": statement.excluded.announced_at}
    await connection.execute(statement.on_conflict_do_update(index_elements=[supplier.c.supplier_id], set_=present))


async def list_suppliers(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Lists all suppliers by id."""
    rows: Sequence[RowMapping] = (await connection.execute(select(supplier).order_by(supplier.c.supplier_id))).mappings().all()
    return rows

"""Keeps the suppliers whose exchange has announced itself. They are the same for all councils."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.store.switch_tables import supplier
from shared.contracts.suppliers import SupplierAnnounced


async def keep_supplier(connection: AsyncConnection, event: SupplierAnnounced) -> None:
    """Keeps a supplier with what its exchange states now."""
    stated = {"name": event.name, "announced_at": event.announced_at, "supplies_records": event.supplies_records}
    statement = insert(supplier).values(supplier_id=event.supplier_id, **stated)
    await connection.execute(statement.on_conflict_do_update(index_elements=[supplier.c.supplier_id], set_=stated))


async def suppliers_of_records(connection: AsyncConnection) -> dict[str, bool | None]:
    """Returns all suppliers by id, each with whether it supplies records; None where its exchange does not state that."""
    rows = await connection.execute(select(supplier.c.supplier_id, supplier.c.supplies_records))
    return {row.supplier_id: row.supplies_records for row in rows}

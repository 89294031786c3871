"""What suppliers are called: written from their announcements, and read for the pages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.dashboard.domain.supplier_names import SupplierNames
from services.dashboard.store.own_tables import supplier_name
from shared.db.engine import reading

_NAMES = select(supplier_name.c.supplier_id, supplier_name.c.name)


async def keep_name(connection: AsyncConnection, supplier_id: str, name: str) -> None:
    """Keeps what a supplier is called."""
    statement = insert(supplier_name).values(supplier_id=supplier_id, name=name)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[supplier_name.c.supplier_id], set_={"name": statement.excluded.name})
    )


async def read_names(engine: AsyncEngine) -> SupplierNames:
    """Returns what all suppliers are called; they are few, and serve every council."""
    async with reading(engine).connect() as connection:
        found = await connection.execute(_NAMES)
        return SupplierNames({row.supplier_id: row.name for row in found})

"""Keeps the mappings by which the order data in suppliers' MARC files are read. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.proposal_files import MarcOrderMapping
from services.orders.store.tables import marc_order_mapping
from shared.db.paging import newest_first
from shared.formats.marc.order_data import OrderMapping


async def add_mapping(connection: AsyncConnection, new: MarcOrderMapping) -> None:
    """Keeps a new mapping."""
    await connection.execute(insert(marc_order_mapping).values(**_values(new)))


async def count_mappings(connection: AsyncConnection, council: str) -> int:
    """Returns how many mappings a council has."""
    query = select(func.count()).select_from(marc_order_mapping).where(marc_order_mapping.c.council == council)
    return int((await connection.execute(query)).scalar_one())


async def get_mapping(
    connection: AsyncConnection, council: str, mapping_id: UUID, *, to_change: bool = False
) -> MarcOrderMapping | None:
    """Returns a mapping of the council, or None; `to_change` locks its row until the transaction ends."""
    c = marc_order_mapping.c
    query = select(marc_order_mapping).where(c.council == council, c.mapping_id == mapping_id)
    row = (await connection.execute(query.with_for_update() if to_change else query)).one_or_none()
    return None if row is None else _mapping(row)


async def list_mappings(
    connection: AsyncConnection, council: str, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[MarcOrderMapping]:
    """Lists a council's mappings, the newest first; `after` is the (created_at, mapping_id) of the last row before."""
    c = marc_order_mapping.c
    query = select(marc_order_mapping).where(c.council == council)
    paged = newest_first(query, (c.created_at, c.mapping_id), after=after, limit=limit)
    return [_mapping(row) for row in await connection.execute(paged)]


async def change_mapping(connection: AsyncConnection, changed: MarcOrderMapping) -> None:
    """Writes a changed mapping."""
    c = marc_order_mapping.c
    await connection.execute(update(marc_order_mapping).where(c.mapping_id == changed.mapping_id).values(**_values(changed)))


async def remove_mapping(connection: AsyncConnection, mapping_id: UUID) -> None:
    """Removes a mapping. Files that were read by it keep what it said."""
    await connection.execute(delete(marc_order_mapping).where(marc_order_mapping.c.mapping_id == mapping_id))


def _values(kept: MarcOrderMapping) -> dict[str, object]:
    return {
        "mapping_id": kept.mapping_id,
        "council": kept.council,
        "supplier_id": kept.supplier_id,
        "name": kept.name,
        "mapping": kept.mapping.model_dump(mode="json"),
        "version": kept.version,
        "created_at": kept.created_at,
        "changed_at": kept.changed_at,
        "changed_by": kept.changed_by,
    }


def _mapping(row: Row[Any]) -> MarcOrderMapping:
    return MarcOrderMapping(
        mapping_id=row.mapping_id,
        council=row.council,
        supplier_id=row.supplier_id,
        name=row.name,
        mapping=OrderMapping.model_validate(row.mapping),
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )

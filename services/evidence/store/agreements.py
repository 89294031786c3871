"""Reads and writes what persons recorded of suppliers' agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.agreements import Agreement
from services.evidence.store.own_tables import agreement


async def keep_agreement(connection: AsyncConnection, agreed: Agreement) -> None:
    """Writes an agreement down; earlier ones stay."""
    await connection.execute(insert(agreement).values(asdict(agreed)))


async def agreements_of(connection: AsyncConnection, council: str, supplier_id: str) -> Sequence[Agreement]:
    """Returns the agreements of a council and a supplier in the order in which they were recorded."""
    c = agreement.c
    query = select(*(c[name] for name in Agreement.__dataclass_fields__)).where(
        c.council == council, c.supplier_id == supplier_id
    )
    return [Agreement(**row._mapping) for row in await connection.execute(query.order_by(c.id))]

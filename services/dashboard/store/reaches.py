"""Which suppliers are not reached: written from events, which may arrive twice and in any order, and read for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.reaches import Unreached
from services.dashboard.store.reach_tables import NOT_REACHED, supplier_reach


async def keep_unreached(connection: AsyncConnection, row: Mapping[str, object]) -> None:
    """Keeps that a supplier is not reached, with the latest report of it."""
    statement = insert(supplier_reach).values(row)
    changed = {name: statement.excluded[name] for name in row if name != "supplier_id"}
    later = or_(supplier_reach.c.noticed_at.is_(None), supplier_reach.c.noticed_at <= statement.excluded.noticed_at)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[supplier_reach.c.supplier_id], set_=changed, where=later)
    )


async def keep_reached(connection: AsyncConnection, supplier_id: str, at: datetime) -> None:
    """Keeps that a supplier is reached again."""
    statement = insert(supplier_reach).values(supplier_id=supplier_id, reached_at=at)
    latest = {"reached_at": func.greatest(supplier_reach.c.reached_at, statement.excluded.reached_at)}
    await connection.execute(statement.on_conflict_do_update(index_elements=[supplier_reach.c.supplier_id], set_=latest))


async def unreached(connection: AsyncConnection) -> dict[str, Unreached]:
    """Returns the suppliers that are not reached now, by id. A supplier serves every council, so everybody may see them."""
    columns = [supplier_reach.c[name] for name in Unreached.__dataclass_fields__]
    found = await connection.execute(select(*columns).where(NOT_REACHED))
    return {row.supplier_id: Unreached(**row._mapping) for row in found}

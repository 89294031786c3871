"""Keeps the suppliers whose exchange has announced itself. They are the same for all councils."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import supplier
from shared.contracts.suppliers import SupplierAnnounced
from shared.db.paging import in_order


async def keep_supplier(connection: AsyncConnection, event: SupplierAnnounced) -> None:
    """Keeps a supplier with what its exchange states now."""
    stated = {
        "name": event.name,
        "announced_at": event.announced_at,
        "takes_cancellations": event.takes_cancellations,
        "takes_route_changes": event.takes_route_changes,
        "takes_offer_answers": event.takes_offer_answers,
        "takes_enquiries": event.takes_enquiries,
        "takes_rush": event.takes_rush,
        "routes": None if event.routes is None else [route.value for route in event.routes],
        "usual_delivery_days": event.usual_delivery_days,
    }
    statement = insert(supplier).values(supplier_id=event.supplier_id, **stated)
    await connection.execute(statement.on_conflict_do_update(index_elements=[supplier.c.supplier_id], set_=stated))


async def names_without_cancellations(connection: AsyncConnection, supplier_ids: Collection[str]) -> dict[str, str]:
    """Returns those of the suppliers that take no cancellations: supplier id -> name."""
    those = supplier.c.supplier_id.in_(supplier_ids), supplier.c.takes_cancellations.is_(False)
    found = await connection.execute(select(supplier.c.supplier_id, supplier.c.name).where(*those))
    return {row.supplier_id: row.name for row in found}


async def usual_days(connection: AsyncConnection) -> dict[str, int]:
    """Returns the days that suppliers usually need to deliver, by supplier id, of those that have stated them."""
    c = supplier.c
    found = await connection.execute(select(c.supplier_id, c.usual_delivery_days).where(c.usual_delivery_days.is_not(None)))
    return {row.supplier_id: row.usual_delivery_days for row in found}


async def taking_route_changes(connection: AsyncConnection) -> set[str]:
    """Returns the suppliers whose exchange tells them other places for copies that they have on order."""
    taking = select(supplier.c.supplier_id).where(supplier.c.takes_route_changes)
    return set((await connection.execute(taking)).scalars())


async def takes_offer_answers(connection: AsyncConnection, supplier_id: str) -> bool:
    """Returns whether the supplier's exchange passes answers to its offers on."""
    takes = select(supplier.c.takes_offer_answers).where(supplier.c.supplier_id == supplier_id)
    return bool((await connection.execute(takes)).scalar())


async def taking_enquiries(connection: AsyncConnection) -> set[str]:
    """Returns the suppliers whose exchange passes enquiries on."""
    taking = select(supplier.c.supplier_id).where(supplier.c.takes_enquiries)
    return set((await connection.execute(taking)).scalars())


async def not_taking_rush(connection: AsyncConnection) -> dict[str, str]:
    """Returns the suppliers that are not told that an order is wanted sooner: supplier id -> name."""
    c = supplier.c
    found = await connection.execute(select(c.supplier_id, c.name).where(c.takes_rush.is_not(True)))
    return {row.supplier_id: row.name for row in found}


async def list_suppliers(
    connection: AsyncConnection, *, after: tuple[str] | None = None, limit: int | None = None
) -> Sequence[RowMapping]:
    """Lists suppliers by id; all of them, if there is no limit."""
    query = in_order(select(supplier), (supplier.c.supplier_id,), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows

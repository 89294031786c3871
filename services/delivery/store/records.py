"""Queries on served records, and on titles by their first receipt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Consignment
from services.delivery.domain.records import RecordsBeforeGoods
from services.delivery.store.tables import consigned_item, received_title, served_record
from shared.db.arrays import among
from shared.db.bulk import insert_new
from shared.db.paging import narrowed


async def add_served(connection: AsyncConnection, served: Mapping[str, datetime]) -> None:
    """Keeps since when records are served, by ISBN; known ones stay as they are."""
    rows = [{"isbn": isbn, "served_at": at} for isbn, at in sorted(served.items())]
    await insert_new(connection, served_record, rows, returning=("isbn",))


async def served_among(connection: AsyncConnection, isbns: Collection[str]) -> set[str]:
    """Returns those of the ISBNs whose record is served."""
    query = select(served_record.c.isbn).where(among(served_record.c.isbn, isbns))
    return set((await connection.execute(query)).scalars())


async def articles_of(connection: AsyncConnection, consignment_ids: Collection[UUID]) -> dict[UUID, dict[str, bool]]:
    """Returns the articles in consignments, by number, each with whether a record of it is served."""
    item = consigned_item.c
    is_served = served_record.c.isbn.is_not(None).label("is_served")
    query = (
        select(item.consignment_id, item.isbn, is_served)
        .join_from(consigned_item, served_record, served_record.c.isbn == item.isbn, isouter=True)
        .where(among(item.consignment_id, consignment_ids))
        .distinct()
    )
    found: defaultdict[UUID, dict[str, bool]] = defaultdict(dict)
    for row in await connection.execute(query):
        found[row.consignment_id][row.isbn] = row.is_served
    return found


async def add_received(connection: AsyncConnection, consignment: Consignment, isbns: Collection[str], at: datetime) -> None:
    """Keeps when the council first received titles from the supplier of a consignment; known ones stay as they are.

    Sorted, so that two receipts of the same new titles wait for each other instead of deadlocking.
    """
    of = {"council": consignment.council, "supplier_id": consignment.supplier_id, "received_at": at}
    rows = [{**of, "isbn": isbn} for isbn in sorted(isbns)]
    await insert_new(connection, received_title, rows, returning=("isbn",))


async def records_before_goods(
    connection: AsyncConnection, council: str | None, begin: datetime, end: datetime
) -> list[RecordsBeforeGoods]:
    """Returns the figures of each supplier, by its name, of titles first received from `begin` until before `end`.

    `council` None is all councils: a title that two of them received counts for each.
    """
    received = received_title.c
    lead = received.received_at - served_record.c.served_at
    early = case((served_record.c.served_at < received.received_at, lead))
    query = (
        select(
            received.supplier_id,
            func.count(),
            func.count(early),
            func.percentile_cont(0.5).within_group(early),
            func.max(early),
        )
        .join_from(received_title, served_record, served_record.c.isbn == received.isbn, isouter=True)
        .where(received.received_at >= begin, received.received_at < end)
        .group_by(received.supplier_id)
        .order_by(received.supplier_id)
    )
    rows = await connection.execute(narrowed(query, {received.council: council}))
    return [RecordsBeforeGoods(*row) for row in rows]

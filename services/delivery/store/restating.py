"""Reads consignments page by page, as they must be published again. Locks what it reads, so that nothing changes meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Consignment, Discrepancy, DiscrepancyKind, Found, Item, ItemState, Received
from services.delivery.store.consignments import item_of, select_items, to_consignment
from services.delivery.store.copies import to_copy
from services.delivery.store.faults import read_faults
from services.delivery.store.receipts import answers_of
from services.delivery.store.tables import consignment, discrepancy, expected_copy, history, route_rule, switch
from shared.db.paging import locked_page, narrowed


@dataclass(slots=True)
class Whole:
    """A consignment with everything that was published about it: its items, its receipts and its discrepancies."""

    consignment: Consignment
    items: dict[UUID, Item] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


async def councils(connection: AsyncConnection) -> set[str]:
    """Returns the councils that have expected copies, consignments, delivery rules or switches."""
    tables = (consignment, route_rule, switch)
    known = select(expected_copy.c.council).union(*(select(table.c.council) for table in tables))
    return set((await connection.execute(known)).scalars())


async def consignments_after(
    connection: AsyncConnection, council: str | None, since: datetime | None, *, after: UUID | None, limit: int
) -> list[Whole]:
    """Returns the next consignments by id that were made or changed since then, locked."""
    c = consignment.c
    query = narrowed(select(consignment), {c.council: council})
    if since is not None:
        entry = exists().where(history.c.consignment_id == c.consignment_id, history.c.at >= since)
        query = query.where(or_(c.created_at >= since, entry))
    rows = await locked_page(connection, query, c.consignment_id, after, limit)
    wholes = {row.consignment_id: Whole(to_consignment(row)) for row in rows}
    for row in await connection.execute(select_items(list(wholes))):
        wholes[row.consignment_id].items[row.this_item] = item_of(row)
    for answer in await answers_of(connection, list(wholes)):
        whole = wholes[answer.consignment_id]
        scanned = [whole.items[one.item_id] for one in answer.items if one.state is ItemState.RECEIVED]
        whole.received.append(Received(whole.consignment, tuple(scanned), answer.received_at))
    for consignment_id, rows_found in (await _discrepancies(connection, list(wholes))).items():
        whole = wholes[consignment_id]
        whole.found = [_found(whole.consignment, row) for row in rows_found]
    return list(wholes.values())


async def _discrepancies(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    d = discrepancy.c
    # The copy's columns are those that `to_copy` reads; the discrepancy's own have other names.
    own = (d.discrepancy_id, d.consignment_id, d.kind, d.quantity, d.note, d.found_at, d.servicing)
    labelled = (d.isbn.label("this_isbn"), d.barcode.label("this_barcode"))
    query = (
        select(expected_copy, *own, *labelled)
        .select_from(discrepancy.outerjoin(expected_copy, expected_copy.c.copy_id == d.copy_id))
        .where(d.consignment_id.in_(ids))
        .order_by(d.found_at, d.discrepancy_id)
    )
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.consignment_id].append(row)
    return found


def _found(of: Consignment, row: Row[Any]) -> Found:
    copy = None if row.copy_id is None else to_copy(row)
    what = Discrepancy(
        DiscrepancyKind(row.kind),
        row.this_isbn,
        row.quantity,
        copy=copy,
        barcode=row.this_barcode,
        note=row.note,
        servicing=read_faults(row.servicing),
    )
    return Found(row.discrepancy_id, of, what, row.found_at)

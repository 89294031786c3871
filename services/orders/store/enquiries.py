"""Loads and writes enquiries, under the row lock of their order, and lists them. Scoped by council."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.chasing import Situation
from services.orders.domain.enquiries import EnquiredCopy, Enquiry, EnquiryState
from services.orders.store.tables import copy, enquiry, enquiry_copy, purchase_order
from shared.contracts.enquiries import EnquiryKind
from shared.db.arrays import among, among_given
from shared.db.bulk import replace_many
from shared.db.paging import narrowed, newest_first

_UNSETTLED = (
    select(enquiry)
    .where(among_given(enquiry.c.order_id, "order_ids"), enquiry.c.state.in_([EnquiryState.OPEN, EnquiryState.EXHAUSTED]))
    .order_by(enquiry.c.asked_at, enquiry.c.enquiry_id)
)


@dataclass(frozen=True, slots=True)
class EnquiryFilter:
    """Which enquiries a list contains; a field that is None does not narrow it. Fields have the names of `EnquiryQuery`'s."""

    council: str
    state: EnquiryState | None = None
    supplier_id: str | None = None
    order_id: UUID | None = None


async def unsettled_of(connection: AsyncConnection, order_ids: Collection[UUID]) -> list[Enquiry]:
    """Returns the enquiries about copies of these orders that are not settled, the oldest first."""
    rows = (await connection.execute(_UNSETTLED, {"order_ids": list(order_ids)})).all()
    if not rows:
        return []
    c = enquiry_copy.c
    of_enquiries = select(enquiry_copy).where(among(c.enquiry_id, [row.enquiry_id for row in rows])).order_by(c.copy_id)
    copies: defaultdict[UUID, list[EnquiredCopy]] = defaultdict(list)
    for row in await connection.execute(of_enquiries):
        copies[row.enquiry_id].append(EnquiredCopy(row.copy_id, row.line_key, row.since, EnquiryState(row.outcome)))
    return [_enquiry(row, copies[row.enquiry_id]) for row in rows]


async def write_enquiries(connection: AsyncConnection, changed: Iterable[tuple[Enquiry, str]]) -> None:
    """Writes enquiries, new ones and such as have changed, each with the council of its order."""
    written = list(changed)
    await replace_many(connection, enquiry, [_values(each, council) for each, council in written])
    copies = [(each.enquiry_id, one) for each, _ in written for one in each.copies]
    rows = [
        {
            "enquiry_id": enquiry_id,
            "copy_id": one.copy_id,
            "line_key": one.line_key,
            "since": one.since,
            "outcome": one.outcome.value,
        }
        for enquiry_id, one in copies
    ]
    await replace_many(connection, enquiry_copy, rows)


async def list_enquiries(
    connection: AsyncConnection, wanted: EnquiryFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the newest enquiries first, each with the number of its order."""
    c = enquiry.c
    narrow = {
        c.council: wanted.council,
        c.state: wanted.state,
        c.supplier_id: wanted.supplier_id,
        c.order_id: wanted.order_id,
    }
    shown = select(enquiry, purchase_order.c.order_number).join(purchase_order, purchase_order.c.order_id == c.order_id)
    query = newest_first(narrowed(shown, narrow), (c.asked_at, c.enquiry_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def copies_of_enquiries(connection: AsyncConnection, enquiry_ids: Collection[UUID]) -> Mapping[UUID, Sequence[RowMapping]]:
    """Returns the copies of enquiries by their ids, each with its number in its line."""
    c = enquiry_copy.c
    query = (
        select(enquiry_copy, copy.c.copy_number)
        .join(copy, copy.c.copy_id == c.copy_id)
        .where(among(c.enquiry_id, enquiry_ids))
        .order_by(c.line_key, copy.c.copy_number)
    )
    found: defaultdict[UUID, list[RowMapping]] = defaultdict(list)
    for row in (await connection.execute(query)).mappings():
        found[row.enquiry_id].append(row)
    return found


async def enquiry_of(connection: AsyncConnection, enquiry_id: UUID, council: str) -> RowMapping | None:
    """Returns an enquiry of the council as `list_enquiries` does; None where it has no such enquiry."""
    c = enquiry.c
    shown = select(enquiry, purchase_order.c.order_number).join(purchase_order, purchase_order.c.order_id == c.order_id)
    return (await connection.execute(shown.where(c.enquiry_id == enquiry_id, c.council == council))).mappings().one_or_none()


def _enquiry(row: Row[Any], copies: Sequence[EnquiredCopy]) -> Enquiry:
    return Enquiry(
        enquiry_id=row.enquiry_id,
        order_id=row.order_id,
        supplier_id=row.supplier_id,
        situation=Situation(row.situation),
        kind=EnquiryKind(row.kind),
        copies=tuple(copies),
        reason=row.reason,
        asked_at=row.asked_at,
        last_asked_at=row.last_asked_at,
        asked_by=row.asked_by,
        attempt=row.attempt,
        at_most=row.at_most,
        next_on=row.next_on,
        state=EnquiryState(row.state),
        untold=row.untold,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
    )


def _values(of: Enquiry, council: str) -> dict[str, Any]:
    return {
        "enquiry_id": of.enquiry_id,
        "order_id": of.order_id,
        "council": council,
        "supplier_id": of.supplier_id,
        "situation": of.situation.value,
        "kind": of.kind.value,
        "state": of.state.value,
        "reason": of.reason,
        "asked_at": of.asked_at,
        "last_asked_at": of.last_asked_at,
        "asked_by": of.asked_by,
        "attempt": of.attempt,
        "at_most": of.at_most,
        "next_on": of.next_on,
        "untold": of.untold,
        "answered_at": of.answered_at,
        "closed_at": of.closed_at,
    }

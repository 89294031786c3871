"""Reads and writes the orders of files, and the ordered lines that answers are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.asked_orders import SETTLED_WELL, AskedOrder, AskedState
from services.lms.store.post_tables import advised_copy, asked_order, copy_barcode, known_line
from shared.contracts.orders import OrderedLine
from shared.db.arrays import among
from shared.db.bulk import Rows, insert_new, replace_many, update_many
from shared.db.locks import lock_names
from shared.errors import Fault

_PATIENCE = "60s"
_A, _K = asked_order.c, known_line.c
_NAMES = [field.name for field in fields(AskedOrder)]
_SELECTED = select(*(_A[name] for name in _NAMES))


async def lock_post(connection: AsyncConnection, councils: Collection[str]) -> None:
    """Locks what is known for the mailboxes of councils until the transaction ends: before any file or number is locked.

    Of an order and what waits for it, whichever comes second must see the first.
    """
    # Whoever holds it writes files for a batch of events. A busy council would refuse its reader for ever by the usual limit.
    await connection.execute(select(func.set_config("lock_timeout", _PATIENCE, True)))
    await lock_names(connection, *(f"post/{council}" for council in councils))


async def keep_asked(connection: AsyncConnection, orders: Sequence[AskedOrder]) -> None:
    """Keeps orders of files, each in place of the one with its id."""
    await replace_many(connection, asked_order, [_columns(order) for order in orders])


async def drop_unplaced(connection: AsyncConnection, message_id: UUID, *, from_place: int) -> None:
    """Removes orders that a file, read again, does not have any more; one that was placed stays."""
    gone = delete(asked_order).where(_A.message_id == message_id, _A.place >= from_place)
    await connection.execute(gone.where(_A.state.not_in([str(state) for state in SETTLED_WELL])))


async def orders_of(connection: AsyncConnection, message_id: UUID) -> list[AskedOrder]:
    """Returns the orders of a file, in their order."""
    rows = await connection.execute(_SELECTED.where(_A.message_id == message_id).order_by(_A.place))
    return [_order(row) for row in rows]


async def find_asked(connection: AsyncConnection, asked_id: UUID) -> AskedOrder | None:
    """Returns one order of a file."""
    row = (await connection.execute(_SELECTED.where(_A.asked_id == asked_id))).one_or_none()
    return None if row is None else _order(row)


async def answer_asked(connection: AsyncConnection, order: AskedOrder) -> None:
    """Writes down what became of an order."""
    await connection.execute(update(asked_order).where(_A.asked_id == order.asked_id).values(_columns(order)))


async def bound_to(connection: AsyncConnection, order_ids: Collection[UUID]) -> list[AskedOrder]:
    """Returns the orders of files that are these orders of the order book, those placed first before their repetitions."""
    if not order_ids:
        return []
    query = _SELECTED.where(among(_A.order_id, order_ids)).order_by(_A.state, _A.answered_at, _A.asked_id)
    return [_order(row) for row in await connection.execute(query)]


async def unanswered_numbers(connection: AsyncConnection, council: str, numbers: Collection[str]) -> set[str]:
    """Returns those of the order numbers that the order book is being asked to place, and has not answered."""
    query = select(_A.order_number).where(_A.council == council, among(_A.order_number, numbers), _A.state == AskedState.ASKED)
    return set((await connection.execute(query)).scalars())


@dataclass(frozen=True, slots=True)
class OrderedHere:
    """An ordered line of a council that has a mailbox."""

    line_key: str
    order_id: UUID
    order_number: str
    ordered: OrderedLine
    elsewhere: frozenset[UUID]


async def keep_lines(connection: AsyncConnection, rows: Rows) -> None:
    """Keeps ordered lines that were not known."""
    await insert_new(connection, known_line, rows, returning=("line_key",))


async def lines_of_orders(connection: AsyncConnection, order_ids: Collection[UUID]) -> Mapping[str, OrderedHere]:
    """Returns the known lines of orders, by their keys."""
    if not order_ids:
        return {}
    rows = await connection.execute(select(known_line).where(among(_K.order_id, order_ids)))
    return {
        row.line_key: OrderedHere(
            row.line_key, row.order_id, row.order_number, OrderedLine.model_validate(row.ordered), frozenset(row.elsewhere)
        )
        for row in rows
    }


async def keep_elsewhere(connection: AsyncConnection, copies: Mapping[str, Collection[UUID]]) -> None:
    """Keeps which copies of known lines come from another supplier, by line key."""
    rows = [{"line_key": line_key, "elsewhere": sorted(copy_ids)} for line_key, copy_ids in sorted(copies.items())]
    await update_many(connection, known_line, "line_key", rows)


async def orders_numbered(connection: AsyncConnection, council: str, number: str) -> set[UUID]:
    """Returns the orders of a council that have a number."""
    query = select(_K.order_id).where(_K.council == council, _K.order_number == number).distinct()
    return set((await connection.execute(query)).scalars())


async def advise_copies(connection: AsyncConnection, mailbox_id: str, despatch: str, copy_ids: Collection[UUID]) -> set[UUID]:
    """Notes that a mailbox is told of a despatch of copies; returns those of which it was not told before."""
    rows = [{"mailbox_id": mailbox_id, "copy_id": copy_id, "despatch": despatch} for copy_id in sorted(copy_ids)]
    return {row.copy_id for row in await insert_new(connection, advised_copy, rows, returning=("copy_id",))}


async def keep_barcodes(connection: AsyncConnection, order_id: UUID, barcodes: Mapping[UUID, str]) -> None:
    """Keeps the barcodes of an order's copies by copy, each in place of the one before."""
    rows = [{"copy_id": copy_id, "order_id": order_id, "barcode": barcode} for copy_id, barcode in sorted(barcodes.items())]
    await replace_many(connection, copy_barcode, rows, only_changed=True)


async def barcodes_of_orders(connection: AsyncConnection, order_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Returns the barcodes that copies of orders have, by copy."""
    if not order_ids:
        return {}
    held = copy_barcode.c
    rows = await connection.execute(select(held.copy_id, held.barcode).where(among(held.order_id, order_ids)))
    return {row.copy_id: row.barcode for row in rows}


def _columns(order: AskedOrder) -> dict[str, object]:
    values = {name: getattr(order, name) for name in _NAMES}
    faults = [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in order.faults]
    return values | {"state": str(order.state), "faults": faults}


def _order(row: Row[Any]) -> AskedOrder:
    values = dict(row._mapping)
    faults = tuple(Fault(**fault) for fault in values["faults"])
    return AskedOrder(**{**values, "state": AskedState(values["state"]), "faults": faults})

"""Queries on consignments, their items and their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Row, Select, bindparam, exists, insert, literal_column, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Consignment, ConsignmentState, Item, ItemState
from services.delivery.store.copies import to_copy
from services.delivery.store.faults import read_faults, written_faults
from services.delivery.store.tables import NOT_CLOSED, OUTSTANDING, consigned_item, consignment, expected_copy, history
from shared.contracts.base import Place
from shared.contracts.delivery import Leg, despatch_key
from shared.contracts.stated import StatedItem
from shared.db.arrays import among
from shared.db.locks import lock_names
from shared.db.paging import narrowed, newest_first


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a consignment's history."""

    consignment_id: UUID
    at: datetime
    actor: str
    correlation_id: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which consignments a list contains; a field that is None does not narrow it."""

    council: str
    state: ConsignmentState | None = None
    place: str | None = None
    supplier_id: str | None = None
    leg: Leg | None = None
    is_open: bool | None = None
    expected_from: date | None = None
    expected_before: date | None = None
    received_from: datetime | None = None


def to_consignment(row: Row[*tuple[Any, ...]]) -> Consignment:
    """Returns the consignment of a row that has all columns of `consignment`."""
    return Consignment(
        consignment_id=row.consignment_id,
        council=row.council,
        supplier_id=row.supplier_id,
        despatch_number=row.despatch_number,
        place=Place.model_validate(row.place),
        leg=Leg(row.leg),
        expected_on=row.expected_on,
        state=ConsignmentState(row.state),
        created_at=row.created_at,
        moved_to=row.moved_to,
        received_at=row.received_at,
        message_id=row.message_id,
    )


async def open_consignment(connection: AsyncConnection, wanted: Consignment) -> Consignment:
    """Locks and returns the consignment of the same despatch, council, place and leg; adds `wanted` if there is none."""
    values = {
        "consignment_id": wanted.consignment_id,
        "council": wanted.council,
        "supplier_id": wanted.supplier_id,
        "despatch_number": wanted.despatch_number,
        "place_code": wanted.place.code,
        "place": wanted.place.model_dump(mode="json"),
        "leg": wanted.leg,
        "state": wanted.state,
        "expected_on": wanted.expected_on,
        "created_at": wanted.created_at,
        "message_id": wanted.message_id,
    }
    await connection.execute(upsert(consignment).values(values).on_conflict_do_nothing(constraint="consignment_once"))
    same = [consignment.c[name] == values[name] for name in ("supplier_id", "despatch_number", "council", "place_code", "leg")]
    found = to_consignment((await connection.execute(select(consignment).where(*same).with_for_update())).one())
    if found.moved_to is not None:
        # Goods are expected here again: its branch was reopened, and took over from the other one.
        await set_moved(connection, found.consignment_id, to=None)
    return replace(found, moved_to=None)


async def lock_despatches(connection: AsyncConnection, keys: Iterable[str]) -> None:
    """Keeps others from changing consignments of these despatches, on either leg, until the transaction ends.

    `keys` come from `despatch_key`. Take these locks before any row, so that a hub, a branch and a further notice of one
    despatch wait for each other in turn and never deadlock.
    """
    await lock_names(connection, *keys)


async def despatches_of(connection: AsyncConnection, copy_ids: Collection[UUID]) -> set[str]:
    """Returns the keys of the despatches in which goods for these copies are outstanding."""
    c = consignment.c
    rows = select(c.supplier_id, c.despatch_number).distinct().select_from(consigned_item.join(consignment))
    outstanding = (among(consigned_item.c.copy_id, copy_ids), text(OUTSTANDING))
    return {despatch_key(*row) for row in await connection.execute(rows.where(*outstanding))}


async def consignments_of(connection: AsyncConnection, copy_ids: Collection[UUID]) -> list[Consignment]:
    """Returns, locked in order of id, the consignments in which goods for these copies are outstanding."""
    waiting = select(consigned_item.c.consignment_id).where(among(consigned_item.c.copy_id, copy_ids), text(OUTSTANDING))
    query = select(consignment).where(consignment.c.consignment_id.in_(waiting)).order_by(consignment.c.consignment_id)
    return [to_consignment(row) for row in await connection.execute(query.with_for_update())]


async def move_items(connection: AsyncConnection, items: Sequence[Item], *, to: UUID) -> None:
    """Puts items into another consignment."""
    mine = among(consigned_item.c.item_id, {item.item_id for item in items})
    await connection.execute(update(consigned_item).where(mine).values(consignment_id=to))


async def set_moved(connection: AsyncConnection, consignment_id: UUID, *, to: UUID | None) -> None:
    """Keeps in which other consignment the goods of this one are expected; None for no other."""
    await connection.execute(update(consignment).where(consignment.c.consignment_id == consignment_id).values(moved_to=to))


async def find_consignment(
    connection: AsyncConnection, council: str, consignment_id: UUID, *, lock: bool = False
) -> Consignment | None:
    """Returns the consignment if it is this council's; `lock` locks its row until the transaction ends."""
    query = select(consignment).where(consignment.c.council == council, consignment.c.consignment_id == consignment_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else to_consignment(row)


async def list_consignments(
    connection: AsyncConnection, wanted: Filter, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Consignment]:
    """Lists the council's consignments, newest first; leaves out those of which all goods are in another one."""
    table = consignment.c
    equal = {
        table.council: wanted.council,
        table.state: wanted.state,
        table.place_code: wanted.place,
        table.supplier_id: wanted.supplier_id,
        table.leg: wanted.leg,
    }
    order = (table.created_at, table.consignment_id)
    has_items = exists().where(consigned_item.c.consignment_id == table.consignment_id)
    listed = narrowed(select(consignment), equal).where(or_(table.moved_to.is_(None), has_items), *_narrower(wanted))
    query = newest_first(listed, order, after=after, limit=limit)
    return [to_consignment(row) for row in await connection.execute(query)]


def _narrower(wanted: Filter) -> list[ColumnElement[bool]]:
    table = consignment.c
    closed = table.state == ConsignmentState.CLOSED
    is_open: ColumnElement[bool] = literal_column(NOT_CLOSED, Boolean)
    conditions = [] if wanted.is_open is None else [is_open if wanted.is_open else closed]
    if wanted.expected_from is not None:
        conditions.append(table.expected_on >= wanted.expected_from)
    if wanted.expected_before is not None:
        conditions.append(table.expected_on < wanted.expected_before)
    if wanted.received_from is not None:
        conditions.append(table.received_at >= wanted.received_from)
    return conditions


async def set_state(connection: AsyncConnection, consignment_id: UUID, state: ConsignmentState) -> None:
    """Writes the state of a consignment."""
    await connection.execute(update(consignment).where(consignment.c.consignment_id == consignment_id).values(state=state))


async def set_received(connection: AsyncConnection, now: Consignment) -> None:
    """Writes the state of a consignment after a receipt, and when that was."""
    same = consignment.c.consignment_id == now.consignment_id
    await connection.execute(update(consignment).where(same).values(state=now.state, received_at=now.received_at))


async def items_of(connection: AsyncConnection, consignment_id: UUID) -> list[Item]:
    """Returns the items of a consignment with their copies, in the order in which they were advised."""
    return [item_of(row) for row in await connection.execute(select_items([consignment_id]))]


def select_items(consignment_ids: Sequence[UUID]) -> Select[Any]:
    """Selects the items of consignments with their copies, in the order in which they were advised; `item_of` reads a row."""
    item = consigned_item.c
    return (
        select(
            expected_copy,
            item.consignment_id,
            item.item_id.label("this_item"),
            item.isbn.label("this_isbn"),
            item.parcel_id,
            item.barcode.label("this_barcode"),
            item.state.label("this_state"),
            item.stated,
            item.servicing,
            item.settled_at,
            item.settled_by,
        )
        .select_from(consigned_item.outerjoin(expected_copy))
        .where(item.consignment_id.in_(consignment_ids))
        .order_by(item.place_in_list)
    )


def item_of(row: Row[*tuple[Any, ...]]) -> Item:
    """Returns the item of a row of `select_items`."""
    return Item(
        item_id=row.this_item,
        isbn=row.this_isbn,
        parcel_id=row.parcel_id,
        barcode=row.this_barcode,
        copy=None if row.copy_id is None else to_copy(row),
        state=ItemState(row.this_state),
        stated=None if row.stated is None else StatedItem.model_validate(row.stated),
        servicing=read_faults(row.servicing),
        settled_at=row.settled_at,
        settled_by=row.settled_by,
    )


async def add_items(connection: AsyncConnection, consignment_id: UUID, items: Sequence[Item]) -> None:
    """Adds items to a consignment."""
    rows = [
        {
            "item_id": item.item_id,
            "consignment_id": consignment_id,
            "copy_id": item.copy.copy_id if item.copy else None,
            "isbn": item.isbn,
            "parcel_id": item.parcel_id,
            "barcode": item.barcode,
            "state": item.state,
            "stated": None if item.stated is None else item.stated.model_dump(mode="json", exclude_defaults=True),
        }
        for item in items
    ]
    await connection.execute(insert(consigned_item), rows)


async def update_items(connection: AsyncConnection, items: Sequence[Item]) -> None:
    """Writes what a receipt changed of items."""
    if not items:
        return
    statement = (
        update(consigned_item)
        .where(consigned_item.c.item_id == bindparam("id"))
        .values(
            state=bindparam("now"),
            barcode=bindparam("label"),
            servicing=bindparam("faults"),
            settled_at=bindparam("at"),
            settled_by=bindparam("by"),
        )
    )
    rows = [
        {
            "id": item.item_id,
            "now": item.state,
            "label": item.barcode,
            "faults": written_faults(item.servicing),
            "at": item.settled_at,
            "by": item.settled_by,
        }
        for item in items
    ]
    await connection.execute(statement, rows)


async def add_history(connection: AsyncConnection, entry: Entry) -> None:
    """Writes one line of history."""
    await connection.execute(
        insert(history).values(
            consignment_id=entry.consignment_id,
            at=entry.at,
            actor=entry.actor,
            correlation_id=entry.correlation_id,
            action=entry.action,
            detail=entry.detail,
        )
    )


async def history_of(connection: AsyncConnection, consignment_id: UUID) -> list[Entry]:
    """Returns the history of a consignment, oldest first."""
    query = select(history).where(history.c.consignment_id == consignment_id).order_by(history.c.seq)
    return [
        Entry(row.consignment_id, row.at, row.actor, row.correlation_id, row.action, row.detail)
        for row in await connection.execute(query)
    ]

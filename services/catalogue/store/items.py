"""Reads and writes the copies that councils ordered, and the MARC field in which each council's system loads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.items import Item
from services.catalogue.store.tables import CURRENT_TRANSACTION, item_profile, ordered_copy, ordered_title, record
from shared.db.arrays import among
from shared.db.bulk import insert_new, replace_many
from shared.formats.marc import CopyFields
from shared.records import CopyData

_NAMES = ("copy_id", "isbn", "council", "supplier_id", "line_key", "order_number", "copy_number", "given_up")
_COLUMNS = [ordered_copy.c[name] for name in (*_NAMES, "data", "barcode")]


@dataclass(frozen=True, slots=True)
class ItemProfile:
    """The MARC field in which a council's system loads a copy; who chose it, and when."""

    council: str
    written: CopyFields
    set_by: str
    set_at: datetime


async def add_items(connection: AsyncConnection, items: Sequence[Item]) -> None:
    """Writes down ordered copies; known ones stay as they are."""
    await insert_new(connection, ordered_copy, [_row(item) for item in items], returning=("copy_id",))


async def lock_items(connection: AsyncConnection, copy_ids: Collection[UUID]) -> dict[UUID, Item]:
    """Returns these copies by id. Nobody else changes them until the transaction ends."""
    query = select(*_COLUMNS).where(among(ordered_copy.c.copy_id, copy_ids)).order_by(ordered_copy.c.copy_id).with_for_update()
    return {row.copy_id: _item(row) for row in await connection.execute(query)}


async def keep_items(connection: AsyncConnection, items: Sequence[Item]) -> None:
    """Writes changed copies."""
    await replace_many(connection, ordered_copy, [_row(item) for item in items])


async def items_of(connection: AsyncConnection, isbns: Collection[str]) -> defaultdict[str, list[Item]]:
    """Returns the copies of these books that may still come or have come, of every council, by ISBN."""
    found: defaultdict[str, list[Item]] = defaultdict(list)
    query = select(*_COLUMNS).where(among(ordered_copy.c.isbn, isbns), ~ordered_copy.c.given_up)
    for row in await connection.execute(query):
        found[row.isbn].append(_item(row))
    return found


async def copies_stated(connection: AsyncConnection, isbns: Collection[str]) -> defaultdict[str, dict[str, tuple[CopyData, ...]]]:
    """Returns the copies in suppliers' records, by ISBN and supplier. A withdrawn record still states the copies it came with."""
    found: defaultdict[str, dict[str, tuple[CopyData, ...]]] = defaultdict(dict)
    query = select(record.c.isbn, record.c.supplier_id, record.c.copies).where(among(record.c.isbn, isbns))
    for row in await connection.execute(query):
        if row.copies:
            found[row.isbn][row.supplier_id] = row.copies
    return found


async def move_titles(connection: AsyncConnection, moved: Collection[tuple[str, str]]) -> None:
    """Moves titles to the end of what a council reads, whose items or judgement changed: pairs of ISBN and council."""
    if moved:
        await _move(connection, tuple_(ordered_title.c.isbn, ordered_title.c.council).in_(sorted(moved)))


async def move_items_of(connection: AsyncConnection, restated: Collection[tuple[str, str]]) -> None:
    """Does the same for all councils that ordered from a supplier whose record states other copies: pairs of ISBN, supplier."""
    if not restated:
        return
    restated_copies = tuple_(ordered_copy.c.isbn, ordered_copy.c.supplier_id).in_(sorted(restated))
    theirs = select(ordered_copy.c.isbn, ordered_copy.c.council).where(restated_copies)
    await _move(connection, tuple_(ordered_title.c.isbn, ordered_title.c.council).in_(theirs))


async def _move(connection: AsyncConnection, chosen: ColumnElement[bool]) -> None:
    key = tuple_(ordered_title.c.isbn, ordered_title.c.council)
    # Locked in one order, so that two transactions never wait for each other.
    locked = select(ordered_title.c.isbn, ordered_title.c.council).where(chosen)
    locked = locked.order_by(ordered_title.c.isbn, ordered_title.c.council).with_for_update()
    await connection.execute(ordered_title.update().where(key.in_(locked)).values(position=text(CURRENT_TRANSACTION)))


async def profile_of(connection: AsyncConnection, council: str) -> ItemProfile | None:
    """Returns a council's choice of field; None where it made none."""
    row = (await connection.execute(select(item_profile).where(item_profile.c.council == council))).one_or_none()
    return None if row is None else ItemProfile(row.council, row.written, row.set_by, row.set_at)


async def keep_profile(connection: AsyncConnection, profile: ItemProfile) -> None:
    """Keeps a council's choice of field, in place of its earlier one."""
    row = {"council": profile.council, "written": profile.written, "set_by": profile.set_by, "set_at": profile.set_at}
    await replace_many(connection, item_profile, [row])


def _row(item: Item) -> dict[str, object]:
    stated = {name: getattr(item, name) for name in _NAMES}
    return {**stated, "data": replace(item.data, barcode=""), "barcode": item.data.barcode}


def _item(row: Row[tuple[object, ...]]) -> Item:
    stated = {name: getattr(row, name) for name in _NAMES}
    return Item(**stated, data=replace(row.data, barcode=row.barcode))

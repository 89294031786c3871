"""Queries of those who unpack: what a place expects, what a code can be, and how many consignments each place expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, RowMapping, Select, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import ExpectedCopy, ItemState
from services.delivery.domain.scanning import Code, Located
from services.delivery.store.consignments import item_of, select_items, to_consignment
from services.delivery.store.copies import to_copy
from services.delivery.store.tables import NOT_CLOSED, consigned_item, consignment, expected_copy
from shared.db.paging import in_order

# A title or a line that is ordered more often than this at once is not looked through further.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Which items of a place to list: outstanding ones, and with `settled_from` those settled since."""

    council: str
    place: str
    settled_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of the list, and its place in it."""

    located: Located
    key: int


async def list_expected(connection: AsyncConnection, wanted: Unpacked, *, after: tuple[int] | None, limit: int) -> list[Listed]:
    """Lists what a place has to unpack, in the order in which it was advised."""
    item, of = consigned_item.c, consignment.c
    awaited = and_(text(NOT_CLOSED), item.state == ItemState.OUTSTANDING)
    since = wanted.settled_from
    shown = awaited if since is None else or_(awaited, and_(of.received_at >= since, item.settled_at >= since))
    own = (of.council == wanted.council, of.place_code == wanted.place)
    page = in_order(
        select(item.item_id).join_from(consigned_item, consignment).where(*own, shown),
        (item.place_in_list,),
        after=after,
        limit=limit,
    )
    item_ids = (await connection.execute(page)).scalars().all()
    return await _located(connection, item_ids)


async def goods_with(connection: AsyncConnection, council: str, place: str, code: Code) -> list[Located]:
    """Returns the council's items that a code can be, in the order in which they were advised."""
    item, copy = consigned_item.c, expected_copy.c
    ids = [select(item.item_id).where(item.barcode == code.text), select(item.item_id).where(item.parcel_id == code.parcel)]
    latest = select(copy.item_id).where(copy.council == council, copy.item_id.is_not(None))
    ids += [latest.where(named).limit(_MOST) for named in _titles(code)]
    if code.article is not None:
        here = (consignment.c.council == council, consignment.c.place_code == place, text(NOT_CLOSED))
        by_title = select(item.item_id).join_from(consigned_item, consignment).where(*here, item.isbn == code.article)
        ids.append(by_title.limit(_MOST))
    found = {one for query in ids for one in (await connection.execute(query)).scalars()}
    listed = await _located(connection, list(found))
    return [one.located for one in listed if one.located.consignment.council == council]


async def copies_without_goods(connection: AsyncConnection, council: str, code: Code) -> list[ExpectedCopy]:
    """Returns the council's copies that a code can be, and that no goods were advised for."""
    copy = expected_copy.c
    named = or_(copy.barcode == code.text, *_titles(code))
    query = select(expected_copy).where(copy.council == council, copy.item_id.is_(None), named).limit(_MOST)
    return [to_copy(row) for row in await connection.execute(query)]


def _titles(code: Code) -> list[ColumnElement[bool]]:
    copy = expected_copy.c
    by_title = [] if code.article is None else [copy.isbn == code.article, copy.substitute_isbn == code.article]
    return [copy.line_key == code.text, *by_title]


async def _located(connection: AsyncConnection, item_ids: Sequence[UUID]) -> list[Listed]:
    if not item_ids:
        return []
    ids = select(consigned_item.c.consignment_id).where(consigned_item.c.item_id.in_(item_ids)).distinct()
    rows = await connection.execute(select(consignment).where(consignment.c.consignment_id.in_(ids)))
    found = {row.consignment_id: to_consignment(row) for row in rows}
    query = _of_items(list(found)).where(consigned_item.c.item_id.in_(item_ids))
    return [_listed(row, Located(item_of(row), found[row.consignment_id])) for row in await connection.execute(query)]


def _of_items(consignment_ids: Sequence[UUID]) -> Select[Any]:
    return select_items(consignment_ids).add_columns(consigned_item.c.place_in_list)


def _listed(row: Row[Any], located: Located) -> Listed:
    return Listed(located, row.place_in_list)


async def arrivals(connection: AsyncConnection, council: str, today: date, begin: datetime) -> Sequence[RowMapping]:
    """Returns, by place and part of the way, how many consignments are late, due today, to come later, and arrived today.

    `begin` is when today began for the council.
    """
    of = consignment.c
    is_open = text(NOT_CLOSED)
    later = or_(of.expected_on.is_(None), of.expected_on > today)
    query = (
        select(
            of.place_code.label("code"),
            func.max(of.place["kind"].astext).label("kind"),
            func.max(of.place["name"].astext).label("name"),
            of.leg,
            func.count().filter(is_open, of.expected_on < today).label("late"),
            func.count().filter(is_open, of.expected_on == today).label("due_today"),
            func.count().filter(is_open, later).label("later"),
            func.count().filter(of.received_at >= begin).label("arrived_today"),
        )
        .where(of.council == council, or_(is_open, of.received_at >= begin))
        .group_by(of.place_code, of.leg)
        .order_by(of.place_code, of.leg)
    )
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows

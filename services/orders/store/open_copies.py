"""Finds the copies that a supplier still owes to a council. Scoped by council and supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.switching import OPEN, REPLACED, Scope, Switch
from services.orders.store.tables import copy, order_line, order_state, purchase_order, switch, switch_copy
from shared.db.arrays import among

OPEN_STATES = sorted(state.value for state in OPEN)
_REPLACED = sorted(stage.value for stage in REPLACED)


def of_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Returns the conditions for lines and copies of a scope."""
    named = ((copy.c.branch_code, scope.branches), (order_line.c.material, scope.materials))
    return [among(column, values) for column, values in named if values]


def still_open() -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for copies that a supplier still owes, and that are wanted from it."""
    return copy.c.state.in_(OPEN_STATES), ~copy.c.cancel_requested, ~_replaced()


def _open_copies(council: str, supplier_id: str, scope: Scope) -> Select[Any]:
    """Selects nothing yet of the copies that a supplier still owes to a council in a scope, and that are wanted from it."""
    s = order_state.c
    waiting = (
        select(s.order_id)
        .where(s.council == council, s.supplier_id == supplier_id, s.state.in_(OPEN_STATES))
        .distinct()
        .subquery("waiting")
    )
    return (
        select()
        .select_from(waiting)
        .join(copy, copy.c.order_id == waiting.c.order_id)
        .join(order_line, order_line.c.line_key == copy.c.line_key)
        .where(order_line.c.supplier_id == supplier_id, *still_open(), *of_scope(scope))
    )


def _replaced() -> ColumnElement[bool]:
    """Returns whether another copy took the place of a copy: no switch moves it once more."""
    c = switch_copy.c
    return exists().where(c.order_id == copy.c.order_id, c.copy_id == copy.c.copy_id, c.stage.in_(_REPLACED))


async def open_lines(
    connection: AsyncConnection, council: str, supplier_id: str, scope: Scope, *, limit: int
) -> Sequence[RowMapping]:
    """Returns the first lines with open copies of a scope, by order and line number, each with how many copies."""
    c, o = order_line.c, purchase_order.c
    shown = (o.order_id, o.order_number, c.line_key, c.line_number, c.isbn, c.title, c.price_minor, c.price_currency)
    query = (
        _open_copies(council, supplier_id, scope)
        .join(purchase_order, o.order_id == copy.c.order_id)
        .with_only_columns(*shown, func.count().label("copies"))
        .group_by(*shown)
        .order_by(o.order_number, c.line_number, c.line_key)
        .limit(limit)
    )
    return (await connection.execute(query)).mappings().all()


async def open_sums(connection: AsyncConnection, council: str, supplier_id: str, scope: Scope) -> Sequence[RowMapping]:
    """Returns how many lines and copies of a scope are open, and their price, per currency; null where none is known."""
    c = order_line.c
    per_line = (
        _open_copies(council, supplier_id, scope)
        .with_only_columns(c.line_key, c.price_minor, c.price_currency, func.count().label("copies"))
        .group_by(c.line_key, c.price_minor, c.price_currency)
        .subquery()
    )
    summed = func.sum(per_line.c.price_minor * per_line.c.copies).label("minor")
    query = select(
        per_line.c.price_currency.label("currency"),
        func.count().label("lines"),
        func.sum(per_line.c.copies).label("copies"),
        summed,
    ).group_by(per_line.c.price_currency)
    return (await connection.execute(query.order_by(per_line.c.price_currency))).mappings().all()


async def has_open_copies(connection: AsyncConnection, council: str, supplier_id: str, scope: Scope) -> bool:
    """Returns whether any copy of a scope is open."""
    query = _open_copies(council, supplier_id, scope).with_only_columns(copy.c.copy_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def next_orders(connection: AsyncConnection, wanted: Switch, *, limit: int) -> Mapping[UUID, set[UUID]] | None:
    """Returns the next orders with open copies that a switch has not taken, by id, with these copies. None once it took all."""
    position = select(switch.c.reached, switch.c.taken_at).where(switch.c.switch_id == wanted.switch_id)
    row = (await connection.execute(position)).one()
    if row.taken_at is not None:
        return None
    taken = exists().where(switch_copy.c.switch_id == wanted.switch_id, switch_copy.c.copy_id == copy.c.copy_id)
    found = _open_copies(wanted.council, wanted.from_supplier, wanted.scope).where(~taken)
    if row.reached is not None:
        found = found.where(copy.c.order_id > row.reached)
    orders = found.with_only_columns(copy.c.order_id).distinct().order_by(copy.c.order_id).limit(limit)
    ids = list((await connection.execute(orders)).scalars())
    copies = found.with_only_columns(copy.c.order_id, copy.c.copy_id).where(among(copy.c.order_id, ids))
    wanted_of: dict[UUID, set[UUID]] = {order_id: set() for order_id in ids}
    for order_id, copy_id in await connection.execute(copies):
        wanted_of[order_id].add(copy_id)
    return wanted_of

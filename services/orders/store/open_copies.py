"""Finds the copies that a supplier still owes to a council. Scoped by council and supplier."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Label, RowMapping, Select, Subquery, and_, case, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.switching import OPEN, REPLACED, IfCancelled, OpenCopies, OrderingSwitch
from services.orders.store.tables import copy, order_line, order_state, purchase_order, switch, switch_copy
from shared.contracts.switches import SwitchState
from shared.db.arrays import among
from shared.sourcing.switches.planning import Scope

OPEN_STATES = sorted(state.value for state in OPEN)
_REPLACED = sorted(stage.value for stage in REPLACED)


def of_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Returns the conditions for lines and copies of a scope."""
    named = ((copy.c.branch_code, scope.branches), (order_line.c.material, scope.materials))
    return [among(column, values) for column, values in named if values]


def still_open() -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for copies that a supplier still owes, and that are wanted from it."""
    return copy.c.state.in_(OPEN_STATES), *wanted_from_supplier()


def wanted_from_supplier() -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for copies that are wanted from their supplier: not to be cancelled, not replaced by others."""
    return ~copy.c.cancel_requested, ~_replaced()


@dataclass(frozen=True, slots=True)
class Owed:
    """What a supplier owes to a council in a scope. `dead`: it answers no more, so that unwanted copies count too."""

    council: str
    supplier_id: str
    scope: Scope
    dead: bool = False


def _open_copies(owed: Owed) -> Select[Any]:
    """Selects nothing yet of the copies that are owed."""
    s = order_state.c
    waiting = (
        select(s.order_id)
        .where(s.council == owed.council, s.supplier_id == owed.supplier_id, s.state.in_(OPEN_STATES))
        .distinct()
        .subquery("waiting")
    )
    still = (copy.c.state.in_(OPEN_STATES),) if owed.dead else still_open()
    return (
        select()
        .select_from(waiting)
        .join(copy, copy.c.order_id == waiting.c.order_id)
        .join(order_line, order_line.c.line_key == copy.c.line_key)
        .where(order_line.c.supplier_id == owed.supplier_id, *still, *of_scope(owed.scope))
    )


def _fate() -> Label[str]:
    """Returns what becomes of an open copy of a dead supplier where another one follows it, as an `IfCancelled`.

    A copy is not wanted elsewhere if another one took its place, or if its cancellation was asked for, unless by a switch that
    was to move it. Where a switch that was to cancel it was withdrawn, a person is asked.
    """
    c = switch_copy.c
    last = (
        select(
            case(
                (c.if_cancelled != IfCancelled.END.value, IfCancelled.NOW.value),
                (_withdrawn_cancellation(), IfCancelled.ASK.value),
                else_=IfCancelled.END.value,
            )
        )
        .join(switch, switch.c.switch_id == c.switch_id)
        .where(c.order_id == copy.c.order_id, c.copy_id == copy.c.copy_id)
        .order_by(c.entry.desc())
        .limit(1)
        .scalar_subquery()
    )
    fate = case(
        (_replaced(), IfCancelled.END.value),
        (~copy.c.cancel_requested, IfCancelled.NOW.value),
        else_=func.coalesce(last, IfCancelled.END.value),
    )
    return fate.label("fate")


def _withdrawn_cancellation() -> ColumnElement[bool]:
    return and_(switch.c.open_copies == OpenCopies.CANCEL.value, switch.c.state == SwitchState.WITHDRAWN.value)


def _replaced() -> ColumnElement[bool]:
    """Returns whether another copy took the place of a copy: no switch moves it once more."""
    c = switch_copy.c
    return exists().where(c.order_id == copy.c.order_id, c.copy_id == copy.c.copy_id, c.stage.in_(_REPLACED))


def _per_line(owed: Owed) -> Subquery:
    """Selects how many copies of each line are owed: together, or, of a dead supplier, by their fate."""
    fate = _fate() if owed.dead else literal(IfCancelled.PLACE.value).label("fate")
    each = _open_copies(owed).with_only_columns(copy.c.order_id, copy.c.line_key, fate).subquery("each")
    return select(*each.c, func.count().label("copies")).group_by(*each.c).subquery("owed")


async def open_lines(connection: AsyncConnection, owed: Owed, *, limit: int) -> Sequence[RowMapping]:
    """Returns the first lines that are owed, by order and line number, each with how many copies, and their fate."""
    c, o, per_line = order_line.c, purchase_order.c, _per_line(owed)
    query = (
        select(o.order_id, o.order_number, c.line_key, c.line_number, c.isbn, c.title, c.price_minor, c.price_currency)
        .add_columns(per_line.c.copies, per_line.c.fate)
        .join(order_line, c.line_key == per_line.c.line_key)
        .join(purchase_order, o.order_id == per_line.c.order_id)
        .order_by(o.order_number, c.line_number, c.line_key, per_line.c.fate)
        .limit(limit)
    )
    return (await connection.execute(query)).mappings().all()


async def open_sums(connection: AsyncConnection, owed: Owed) -> Sequence[RowMapping]:
    """Returns how many lines and copies are owed, and their price, per fate and currency; null where none is known."""
    c, per_line = order_line.c, _per_line(owed)
    summed = func.sum(c.price_minor * per_line.c.copies).label("minor")
    copies = func.sum(per_line.c.copies).label("copies")
    query = (
        select(per_line.c.fate, c.price_currency.label("currency"), func.count().label("lines"), copies, summed)
        .join(order_line, c.line_key == per_line.c.line_key)
        .group_by(per_line.c.fate, c.price_currency)
        .order_by(per_line.c.fate, c.price_currency)
    )
    return (await connection.execute(query)).mappings().all()


async def has_open_copies(connection: AsyncConnection, owed: Owed) -> bool:
    """Returns whether any copy is owed."""
    query = _open_copies(owed).with_only_columns(copy.c.copy_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def fates(connection: AsyncConnection, owed: Owed, order_ids: Collection[UUID]) -> dict[UUID, IfCancelled]:
    """Returns what becomes of each copy that a dead supplier owes of these orders, which are locked."""
    query = _open_copies(owed).where(among(copy.c.order_id, order_ids)).with_only_columns(copy.c.copy_id, _fate())
    return {row.copy_id: IfCancelled(row.fate) for row in await connection.execute(query)}


def owed_by(of: OrderingSwitch) -> Owed:
    """Returns what a switch takes."""
    return Owed(of.council, of.from_supplier, of.scope, of.dead)


async def next_orders(connection: AsyncConnection, wanted: OrderingSwitch, *, limit: int) -> Mapping[UUID, set[UUID]] | None:
    """Returns the next orders with open copies that a switch has not taken, by id, with these copies. None once it took all."""
    position = select(switch.c.reached, switch.c.taken_at).where(switch.c.switch_id == wanted.switch_id)
    row = (await connection.execute(position)).one()
    if row.taken_at is not None:
        return None
    taken = exists().where(switch_copy.c.switch_id == wanted.switch_id, switch_copy.c.copy_id == copy.c.copy_id)
    found = _open_copies(owed_by(wanted)).where(~taken)
    if row.reached is not None:
        found = found.where(copy.c.order_id > row.reached)
    orders = found.with_only_columns(copy.c.order_id).distinct().order_by(copy.c.order_id).limit(limit)
    ids = list((await connection.execute(orders)).scalars())
    copies = found.with_only_columns(copy.c.order_id, copy.c.copy_id).where(among(copy.c.order_id, ids))
    wanted_of: dict[UUID, set[UUID]] = {order_id: set() for order_id in ids}
    for order_id, copy_id in await connection.execute(copies):
        wanted_of[order_id].add(copy_id)
    return wanted_of

"""Finds open copies that follow a delivery rule; keeps how far each rule was followed, and where copies are unpacked since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.rerouting import Rerouted, RoutedCopy
from services.orders.domain.switching import OPEN
from services.orders.store.stated import as_json, from_json
from services.orders.store.tables import branch, copy, order_line, order_state, route_rule
from shared.contracts.base import Place, PlaceKind
from shared.contracts.trials import arm_or_none
from shared.db.arrays import among
from shared.db.bulk import update_many
from shared.sourcing.route_store import to_rule
from shared.sourcing.routes import RouteRule
from shared.sourcing.store import in_force

_OPEN_STATES = sorted(state.value for state in OPEN)
# One pass may miss an order that was placed by the rules before and committed after it was passed.
PASSES = 2


def _to_follow(on: date) -> tuple[ColumnElement[bool], ...]:
    c = route_rule.c
    return c.open_copies_follow, c.followed_at.is_(None), in_force(c, on)


async def rules_to_follow(connection: AsyncConnection, on: date) -> list[UUID]:
    """Returns the rules that apply on a day and that open copies have not followed yet."""
    c = route_rule.c
    return list((await connection.execute(select(c.rule_id).where(*_to_follow(on)).order_by(c.valid_from, c.rule_id))).scalars())


async def lock_rule(connection: AsyncConnection, rule_id: UUID, on: date) -> tuple[RouteRule, UUID | None] | None:
    """Locks such a rule; returns it and the last order of the pass under way. None where it is not followed any more."""
    query = select(route_rule).where(route_rule.c.rule_id == rule_id, *_to_follow(on)).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (to_rule(row), row.reached)


async def note_reached(connection: AsyncConnection, rule_id: UUID, order_id: UUID) -> None:
    """Keeps up to which order copies have followed a rule."""
    await connection.execute(update(route_rule).where(route_rule.c.rule_id == rule_id).values(reached=order_id))


async def end_pass(connection: AsyncConnection, rule_id: UUID, at: datetime) -> None:
    """Ends a pass over all orders; after the last one the rule is followed."""
    c = route_rule.c
    ended = {"passes": c.passes + 1, "reached": None, "followed_at": case((c.passes + 1 >= PASSES, at))}
    await connection.execute(update(route_rule).where(c.rule_id == rule_id).values(ended))


async def orders_elsewhere(
    connection: AsyncConnection, rule: RouteRule, after: UUID | None, *, limit: int, copies: int
) -> list[UUID]:
    """Returns the next orders by id with open copies in the rule's scope that are unpacked elsewhere than it says.

    They have at most so many copies together, if it is more than one order.
    """
    return await next_orders(connection, _elsewhere(rule), after, limit=limit, copies=copies)


async def next_orders(
    connection: AsyncConnection, found: Select[Any], after: UUID | None, *, limit: int, copies: int
) -> list[UUID]:
    """Returns the next orders by id that a query finds copies of, which have at most so many together, if it is more than one."""
    if after is not None:
        found = found.where(copy.c.order_id > after)
    per_order = found.with_only_columns(copy.c.order_id, func.count().label("copies")).group_by(copy.c.order_id)
    rows = (await connection.execute(per_order.order_by(copy.c.order_id).limit(limit))).all()
    sums = accumulate(row.copies for row in rows)
    return [row.order_id for place, (row, together) in enumerate(zip(rows, sums, strict=True)) if together <= copies or not place]


async def copies_elsewhere(connection: AsyncConnection, rule: RouteRule, order_ids: Collection[UUID]) -> list[RoutedCopy]:
    """Returns these copies of some orders, which are locked."""
    return [routed_copy(row) for row in await routed_rows(connection, _elsewhere(rule), rule.council, order_ids)]


async def routed_rows(
    connection: AsyncConnection, found: Select[Any], council: str, order_ids: Collection[UUID]
) -> Sequence[Row[Any]]:
    """Returns the copies of some orders that a query of their lines finds, as `routed_copy` reads them."""
    at_branch = and_(branch.c.council == council, branch.c.code == copy.c.branch_code)
    columns = (copy, order_line.c.supplier_id, order_line.c.material, branch.c.name.label("branch_name"), branch.c.gln)
    query = found.join(branch, at_branch, isouter=True).where(among(copy.c.order_id, order_ids))
    ordered = query.with_only_columns(*columns).order_by(copy.c.order_id, copy.c.line_key, copy.c.copy_number)
    return (await connection.execute(ordered)).all()


def _elsewhere(rule: RouteRule) -> Select[Any]:
    """Selects nothing yet of the open copies in a rule's scope that are unpacked elsewhere than it says.

    Those whose place the council named itself follow no rule.
    """
    s, c, line = order_state.c, copy.c, order_line.c
    mine = [s.council == rule.council, s.state.in_(_OPEN_STATES)]
    mine += [] if rule.supplier_id is None else [s.supplier_id == rule.supplier_id]
    waiting = select(s.order_id).where(*mine).distinct().subquery("waiting")
    named = ((c.branch_code, rule.branch), (line.material, rule.material), (line.supplier_id, rule.supplier_id))
    in_scope = [column == value for column, value in named if value is not None]
    return (
        select()
        .select_from(waiting)
        .join(copy, c.order_id == waiting.c.order_id)
        .join(order_line, line.line_key == c.line_key)
        .where(c.state.in_(_OPEN_STATES), ~c.deliver_to_asked, *in_scope, _is_elsewhere(rule))
    )


def _is_elsewhere(rule: RouteRule) -> ColumnElement[bool]:
    code, kind = place_of_now()
    wanted: Any = copy.c.branch_code if rule.hub is None else rule.hub.code
    return or_(code.is_distinct_from(wanted), kind != (PlaceKind.BRANCH if rule.hub is None else PlaceKind.HUB).value)


def place_of_now() -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Returns code and kind of the place where a copy is unpacked now; of no place the code is null."""
    now = func.coalesce(copy.c.rerouted_to, copy.c.deliver_to)
    return now["code"].astext, func.coalesce(now["kind"].astext, PlaceKind.BRANCH.value)


def routed_copy(row: Row[Any]) -> RoutedCopy:
    """Returns the copy of a row that has its columns, supplier and material of its line, and name and GLN of its branch."""
    return RoutedCopy(
        copy_id=row.copy_id,
        order_id=row.order_id,
        line_key=row.line_key,
        copy_number=row.copy_number,
        supplier_id=row.supplier_id,
        material=row.material,
        branch=Place(code=row.branch_code, name=row.branch_name or "", gln=row.gln),
        place=from_json(Place, row.rerouted_to or row.deliver_to),
        route_trial=arm_or_none(row.route_trial, row.route_arm),
    )


def rerouted_rows(moved: Sequence[Rerouted], *, reason: str, at: datetime, version: int) -> list[dict[str, Any]]:
    """Returns the columns of copies that are unpacked elsewhere from now on."""
    return [
        {
            "copy_id": each.copy.copy_id,
            "rerouted_to": as_json(each.place),
            "rerouted_at": at,
            "rerouted_version": version,
            "reroute_reason": reason,
            "untold_place": each.place.code if each.untold else None,
        }
        for each in moved
    ]


async def write_rerouted(connection: AsyncConnection, rerouted: Sequence[Mapping[str, Any]], told: Collection[UUID]) -> None:
    """Writes where copies are unpacked from now on, and that suppliers were told so."""
    await update_many(connection, copy, "copy_id", rerouted)
    if told:
        await connection.execute(update(copy).where(among(copy.c.copy_id, told)).values(untold_place=None))

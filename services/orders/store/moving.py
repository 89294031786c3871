"""Finds copies of closed branches, and those unpacked there; keeps how far they went to the branches that take over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import SETTLED
from services.orders.domain.moving import MovableCopy, Moved
from services.orders.domain.switching import OPEN
from services.orders.store.rerouting import PASSES, next_orders, place_of_now, routed_copy, routed_rows
from services.orders.store.stated import as_json
from services.orders.store.tables import branch, copy, order_line, order_state, purchase_order
from shared.contracts.base import Place, PlaceKind
from shared.contracts.orders import CopyState
from shared.db.bulk import update_many

# What is not settled is owed to somebody.
_OWED = sorted(state.value for state in set(CopyState) - SETTLED)
# A copy that was refused or cancelled when its branch was moved may be owed again.
_AGAIN_AFTER = timedelta(hours=1)


def _to_move(today: date, now: datetime) -> tuple[ColumnElement[bool], ...]:
    c = branch.c
    due = or_(c.passes < PASSES, c.passed_at <= now - _AGAIN_AFTER)
    return c.closed_from <= today, c.taken_over_by.is_not(None), due


async def branches_to_move(connection: AsyncConnection, today: date, now: datetime) -> list[tuple[str, str]]:
    """Returns council and code of the branches that another one has taken over and whose orders are due for a pass."""
    c = branch.c
    query = select(c.council, c.code).where(*_to_move(today, now)).order_by(c.council, c.closed_from, c.code)
    return [(row.council, row.code) for row in await connection.execute(query)]


async def lock_branch(
    connection: AsyncConnection, council: str, code: str, today: date, now: datetime
) -> Row[tuple[UUID | None]] | None:
    """Locks such a branch; returns the last order of the pass under way. None where no pass over its orders is due any more."""
    mine = (branch.c.council == council, branch.c.code == code)
    query = select(branch.c.reached).where(*mine, *_to_move(today, now)).with_for_update()
    return (await connection.execute(query)).one_or_none()


async def note_reached(connection: AsyncConnection, council: str, code: str, order_id: UUID) -> None:
    """Keeps up to which order copies of a branch went to another one."""
    mine = (branch.c.council == council, branch.c.code == code)
    await connection.execute(update(branch).where(*mine).values(reached=order_id))


async def end_pass(connection: AsyncConnection, council: str, code: str, at: datetime) -> None:
    """Ends a pass over all orders."""
    mine, passes = (branch.c.council == council, branch.c.code == code), func.least(branch.c.passes + 1, PASSES)
    await connection.execute(update(branch).where(*mine).values(passes=passes, reached=None, passed_at=at))


async def orders_at(
    connection: AsyncConnection, council: str, code: str, after: UUID | None, *, limit: int, copies: int
) -> list[UUID]:
    """Returns the next orders by id with copies for a branch, or asked to be unpacked there, that were not received yet.

    They have at most so many copies together, if it is more than one order.
    """
    return await next_orders(connection, _owed(council, [code]), after, limit=limit, copies=copies)


async def copies_at(connection: AsyncConnection, council: str, code: str, order_ids: Collection[UUID]) -> list[MovableCopy]:
    """Returns these copies of some orders, which are locked."""
    return [_movable(row) for row in await routed_rows(connection, _owed(council, [code]), council, order_ids)]


def _movable(row: Row[Any]) -> MovableCopy:
    return MovableCopy(
        routed_copy(row),
        CopyState(row.state) in OPEN,
        former_places(row.former_branches),
        row.untold_place,
        row.deliver_to_asked,
    )


def _owed(council: str, codes: Collection[str]) -> Select[Any]:
    """Selects nothing yet of the copies of branches, or asked to be unpacked there, that were not received or given up."""
    s, c = order_state.c, copy.c
    waiting = select(s.order_id).where(s.council == council, s.state.in_(_OWED)).distinct().subquery("waiting")
    return (
        select()
        .select_from(waiting)
        .join(copy, c.order_id == waiting.c.order_id)
        .join(order_line, order_line.c.line_key == c.line_key)
        .where(c.state.in_(_OWED), or_(c.branch_code.in_(codes), _asked_at(codes)))
    )


def _asked_at(codes: Collection[str]) -> ColumnElement[bool]:
    """Returns whether a council asked to unpack a copy at one of these branches, and that is still to be done."""
    code, kind = place_of_now()
    is_there = and_(code.in_(codes), kind == PlaceKind.BRANCH.value)
    return and_(copy.c.deliver_to_asked, copy.c.state != CopyState.AT_HUB.value, is_there)


async def orders_owed_to(connection: AsyncConnection, council: str, codes: Collection[str]) -> dict[str, list[str]]:
    """Returns, by branch, the numbers of orders with copies for it, or asked to be unpacked there, that were not received yet."""
    query = _owed(council, codes).join(purchase_order, purchase_order.c.order_id == copy.c.order_id)
    asked_at = case((_asked_at(codes), place_of_now()[0])).label("asked_at")
    columns = (copy.c.branch_code, asked_at, purchase_order.c.order_number)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in await connection.execute(query.with_only_columns(*columns).distinct()):
        for named in {row.branch_code, row.asked_at} & set(codes):
            found[named].add(row.order_number)
    return {code: sorted(numbers) for code, numbers in found.items()}


def former_places(former: Sequence[Mapping[str, Any]] | None) -> tuple[Place, ...]:
    """Returns the branches that a copy was for before, the first one first, from their column."""
    return tuple(Place.model_validate(place) for place in former or ())


def moved_rows(moved: Sequence[Moved], *, reason: str, at: datetime, version: int) -> list[dict[str, Any]]:
    """Returns the columns of copies that are for another branch from now on. Of no place nobody said since when it is so."""
    return [
        {
            "copy_id": each.copy.copy_id,
            "branch_code": each.branch.code,
            "former_branches": [place.model_dump(mode="json") for place in each.former],
            "moved_at": at,
            "moved_version": version,
            "move_reason": reason,
            "rerouted_to": as_json(each.place),
            "rerouted_at": None if each.place is None else at,
            "rerouted_version": None if each.place is None else version,
            "reroute_reason": None if each.place is None else reason,
            "untold_place": each.untold,
        }
        for each in moved
    ]


async def write_moved(connection: AsyncConnection, moved: Sequence[Mapping[str, Any]]) -> None:
    """Writes for which branches copies are from now on, and where they are unpacked."""
    await update_many(connection, copy, "copy_id", moved)

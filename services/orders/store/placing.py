"""Writes new orders, many at once: a few statements for a whole group of requests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import SETTLED
from services.orders.domain.funds import OpenFunds
from services.orders.domain.placing import PlacedLine, PlacedOrder
from services.orders.domain.twice import OpenCopies, OrderWarning
from services.orders.store.stated import as_json, expected_columns
from services.orders.store.tables import copy, order_line, order_state, purchase_order
from shared.contracts.orders import CopyState
from shared.db.bulk import arrays_of, given_rows, insert_many


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to write, with the key and fingerprint that recognise a repetition. `funds` are those of its day."""

    order: PlacedOrder
    idempotency_key: str
    fingerprint: bytes
    placed_by: str
    warnings: tuple[OrderWarning, ...] = ()
    funds: OpenFunds = field(default_factory=OpenFunds)


# Built once: a group of orders waits for it.
_CLAIM = pg_insert(purchase_order).on_conflict_do_nothing().returning(purchase_order.c.order_id)


# Lines of one title that a warning looks at: no council means to have more of them open at once.
_MOST_LINES = 50


def _finding_open_copies() -> Select[Any]:
    given = given_rows(order_line, ("council", "isbn"))
    line, c = order_line.c, copy.c
    settled = [state.value for state in SETTLED]
    waits = select(order_state.c.order_id).where(order_state.c.order_id == line.order_id, order_state.c.state.not_in(settled))
    lines = (
        select(line.order_id, line.line_key, line.supplier_id)
        .where(line.council == given.c.council, line.isbn == given.c.isbn, waits.exists())
        .limit(_MOST_LINES)
        .lateral("of_title")
    )
    columns = (given.c.council, given.c.isbn, purchase_order.c.order_number, lines.c.supplier_id, c.branch_code)
    return (
        select(*columns, func.count())
        .select_from(given)
        .join(lines, true())
        .join(purchase_order, purchase_order.c.order_id == lines.c.order_id)
        .join(copy, and_(c.order_id == lines.c.order_id, c.line_key == lines.c.line_key))
        .where(c.state.not_in(settled))
        .group_by(*columns)
        .order_by(purchase_order.c.order_number, lines.c.supplier_id, c.branch_code)
    )


_OPEN_COPIES = _finding_open_copies()


async def open_copies(connection: AsyncConnection, titles: Collection[tuple[str, str]]) -> list[OpenCopies]:
    """Returns what is still to come of titles that orders in the book name; `titles` are pairs of council and ISBN."""
    if not titles:
        return []
    asked = [{"council": council, "isbn": isbn} for council, isbn in sorted(titles)]
    return [OpenCopies(*row) for row in await connection.execute(_OPEN_COPIES, arrays_of(order_line, asked))]


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order already in the book with the same number or idempotency key."""

    order_id: UUID
    council: str
    order_number: str
    idempotency_key: str
    fingerprint: bytes


async def insert_orders(connection: AsyncConnection, orders: Sequence[NewOrder]) -> set[UUID]:
    """Writes the orders whose number and key are free, with lines and copies; returns the ids of those written."""
    if not orders:
        return set()
    # In order of number: two groups that take the same numbers wait for each other instead of deadlocking.
    by_number = sorted(orders, key=lambda new: (new.order.council, new.order.order_number))
    written = set((await connection.execute(_CLAIM, [_order_row(new) for new in by_number])).scalars())
    placed = [new for new in orders if new.order.order_id in written]
    if placed:
        await insert_many(connection, order_line, [_line_row(new.order, line) for new in placed for line in new.order.lines])
        copies = [row for new in placed for line in new.order.lines for row in _copy_rows(new.order, line, new.funds)]
        await insert_many(connection, copy, copies)
    return written


async def known_orders(
    connection: AsyncConnection, *, numbers: Sequence[tuple[str, str]], keys: Sequence[tuple[str, str]]
) -> list[KnownOrder]:
    """Returns orders in the book that have one of the numbers or idempotency keys, each with its council."""
    if not numbers:
        return []
    c = purchase_order.c
    query = select(c.order_id, c.council, c.order_number, c.idempotency_key, c.fingerprint).where(
        or_(tuple_(c.council, c.order_number).in_(numbers), tuple_(c.council, c.idempotency_key).in_(keys))
    )
    return [KnownOrder(*row) for row in await connection.execute(query)]


def _order_row(new: NewOrder) -> dict[str, Any]:
    order = new.order
    return {
        "order_id": order.order_id,
        "council": order.council,
        "order_number": order.order_number,
        "idempotency_key": new.idempotency_key,
        "fingerprint": new.fingerprint,
        "placed_at": order.placed_at,
        "placed_by": new.placed_by,
        "version": 1,
        "rush": order.rush,
        "warnings": [warning.model_dump(mode="json") for warning in new.warnings] or None,
    }


def _line_row(order: PlacedOrder, line: PlacedLine) -> dict[str, Any]:
    price = line.asked.unit_price
    return {
        "line_key": line.line_key,
        "order_id": order.order_id,
        "council": order.council,
        "line_number": line.asked.line_number,
        "supplier_id": line.supplier_id,
        "isbn": line.isbn,
        "title": line.asked.title,
        "author": line.asked.author,
        "material": line.asked.material,
        "price_minor": price.minor if price else None,
        "price_currency": price.currency if price else None,
        "quote_reference": line.quote_reference,
        "supplier_references": as_json(line.supplier_references),
        "trial": line.trial.trial if line.trial else None,
        "arm": line.trial.arm.value if line.trial else None,
    }


def _copy_rows(order: PlacedOrder, line: PlacedLine, funds: OpenFunds) -> list[dict[str, Any]]:
    expected = expected_columns(line.asked.unit_price)
    return [
        {
            "copy_id": placed.copy_id,
            "order_id": order.order_id,
            "line_key": line.line_key,
            "copy_number": placed.copy_number,
            "branch_code": placed.branch.code,
            "fund": placed.asked.fund,
            "sequence": placed.asked.sequence,
            "shelfmark": placed.asked.shelfmark,
            "servicing": list(placed.asked.servicing),
            "state": CopyState.ORDERED.value,
            "item": as_json(placed.asked.item),
            "deliver_to": as_json(placed.deliver_to),
            "deliver_to_asked": placed.deliver_to_asked,
            "route_trial": placed.route_trial.trial if placed.route_trial else None,
            "route_arm": placed.route_trial.arm.value if placed.route_trial else None,
            "fund_year": funds.year_of(placed.asked.fund),
            **expected,
        }
        for placed in line.copies
    ]

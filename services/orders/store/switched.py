"""Loads and writes the copies of switches, and the lines that take the place of others, under the row lock of their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.switching import AddedLine, IfCancelled, Stage, SwitchedCopy
from services.orders.store.stated import as_json, expected_columns
from services.orders.store.tables import copy, order_line, switch, switch_copy
from shared.contracts.orders import CopyState
from shared.contracts.switches import SwitchState
from shared.db.arrays import among_given
from shared.db.bulk import arrays_of, given_rows, insert_many

_ROWS: Select[Any] = (
    select(
        switch_copy.c.switch_id, switch_copy.c.copy_id, switch_copy.c.order_id, switch_copy.c.line_key, switch_copy.c.stage,
        switch_copy.c.if_cancelled, switch_copy.c.replaced_by, switch.c.from_supplier, switch.c.to_supplier, switch.c.reason,
        switch.c.state,
    )
    .join(switch, switch.c.switch_id == switch_copy.c.switch_id)
    .where(among_given(switch_copy.c.order_id, "order_ids"))
    .order_by(switch_copy.c.entry)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """A copy of a switch as it is kept, its order, and whether its switch was withdrawn."""

    row: SwitchedCopy
    order_id: UUID
    withdrawn: bool


async def switched_copies(connection: AsyncConnection, order_ids: Collection[UUID]) -> list[Loaded]:
    """Returns the copies of switches in these orders; of a copy in several switches, the last is the one that counts."""
    rows = await connection.execute(_ROWS, {"order_ids": list(order_ids)})
    return [Loaded(_switched(row), row.order_id, row.state == SwitchState.WITHDRAWN) for row in rows]


def _switched(row: Row[Any]) -> SwitchedCopy:
    return SwitchedCopy(
        switch_id=row.switch_id,
        copy_id=row.copy_id,
        line_key=row.line_key,
        stage=Stage(row.stage),
        if_cancelled=IfCancelled(row.if_cancelled),
        from_supplier=row.from_supplier,
        to_supplier=row.to_supplier,
        reason=row.reason,
        replaced_by=row.replaced_by,
    )


_STAGES = given_rows(switch_copy, ("switch_id", "copy_id", "stage", "if_cancelled", "since", "replaced_by"))
_MOVING_ON = (
    switch_copy.update()
    .where(switch_copy.c.switch_id == _STAGES.c.switch_id, switch_copy.c.copy_id == _STAGES.c.copy_id)
    .values({name: _STAGES.c[name] for name in ("stage", "if_cancelled", "since", "replaced_by")})
)


async def write_switched(connection: AsyncConnection, rows: Iterable[tuple[SwitchedCopy, datetime]]) -> None:
    """Writes where copies of switches are now, each with since when."""
    kept = [
        {
            "switch_id": row.switch_id,
            "copy_id": row.copy_id,
            "stage": row.stage.value,
            "if_cancelled": row.if_cancelled.value,
            "since": since,
            "replaced_by": row.replaced_by,
        }
        for row, since in rows
    ]
    if kept:
        await connection.execute(_MOVING_ON, arrays_of(switch_copy, kept))


async def add_switched(connection: AsyncConnection, order_id: UUID, rows: Iterable[SwitchedCopy], at: datetime) -> None:
    """Adds copies to a switch."""
    new = [
        {
            "switch_id": row.switch_id,
            "copy_id": row.copy_id,
            "order_id": order_id,
            "line_key": row.line_key,
            "stage": row.stage.value,
            "if_cancelled": row.if_cancelled.value,
            "since": at,
        }
        for row in rows
    ]
    await insert_many(connection, switch_copy, new)


async def write_added(connection: AsyncConnection, added: Sequence[AddedLine]) -> None:
    """Writes lines that take the place of others, with their copies."""
    await insert_many(connection, order_line, [_line_row(line) for line in added])
    await insert_many(connection, copy, [row for line in added for row in _copy_rows(line)])


def _line_row(line: AddedLine) -> dict[str, Any]:
    ordered = line.ordered
    price = ordered.unit_price
    return {
        "line_key": ordered.line_key,
        "order_id": line.order_id,
        "council": line.council,
        "line_number": ordered.line_number,
        "supplier_id": ordered.supplier_id,
        "isbn": ordered.isbn,
        "title": ordered.title,
        "author": ordered.author,
        "material": ordered.material,
        "price_minor": price.minor if price else None,
        "price_currency": price.currency if price else None,
        "replaces": ordered.replaces,
        "added_at": line.added_at,
        "added_version": line.version,
        "added_reason": line.reason,
    }


def _copy_rows(line: AddedLine) -> list[dict[str, Any]]:
    expected = expected_columns(line.ordered.unit_price)
    return [
        {
            "copy_id": ordered.copy_id,
            "order_id": line.order_id,
            "line_key": line.ordered.line_key,
            "copy_number": ordered.copy_number,
            "branch_code": ordered.branch.code,
            "fund": ordered.fund,
            "sequence": ordered.sequence,
            "shelfmark": ordered.shelfmark,
            "servicing": list(ordered.servicing),
            "state": CopyState.ORDERED.value,
            "item": as_json(ordered.item),
            "deliver_to": as_json(ordered.deliver_to),
            "deliver_to_asked": ordered.deliver_to_asked,
            "route_trial": ordered.route_trial.trial if ordered.route_trial else None,
            "route_arm": ordered.route_trial.arm.value if ordered.route_trial else None,
            "replaces": line.replaced[ordered.copy_id],
            "fund_year": line.years[ordered.copy_id],
            **expected,
        }
        for ordered in line.ordered.copies
    ]

"""Loads copies for a change, and writes the change and its timeline entries, under the order's row lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, Uuid, any_, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import SETTLED, Change, Copy, Verdict
from services.orders.domain.open_order import Line, OpenOrder
from services.orders.store.history import trace
from services.orders.store.stated import as_json, from_json
from services.orders.store.tables import copy, order_line, purchase_order, timeline
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.contracts.stated import StatedItem, SupplierReferences
from shared.db.bulk import update_many
from shared.db.paging import narrowed


@dataclass(frozen=True, slots=True)
class Entry:
    """A timeline entry about a whole line, such as an answer that moved no copy."""

    line_key: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class BarcodeInUse:
    """A copy that has a barcode."""

    barcode: str
    copy_id: UUID
    copy_number: int
    branch: str
    line_key: str
    order_number: str

    @property
    def in_words(self) -> str:
        """The words for the copy."""
        return f"copy {self.copy_number} for {self.branch} of line {self.line_key}, order {self.order_number}"


async def hold_orders(connection: AsyncConnection, order_ids: Collection[UUID]) -> None:
    """Takes the row locks of several orders, in order of id; skips ids that the book does not have."""
    if order_ids:
        c = purchase_order.c
        wanted = c.order_id == any_(literal(list(order_ids), ARRAY(Uuid)))
        await connection.execute(select(c.order_id).where(wanted).order_by(c.order_id).with_for_update(key_share=True))


async def lock_order(connection: AsyncConnection, order_id: UUID, council: str | None = None) -> OpenOrder | None:
    """Takes the order's row lock until the transaction ends and loads its lines and copies; None if there is no such order.

    With `council`, finds and locks that council's order only.
    """
    c = purchase_order.c
    wanted = {c.order_id: order_id, c.council: council}
    # FOR NO KEY UPDATE: a new row that only names the order, such as a charge, need not wait.
    query = narrowed(select(c.council, c.order_number, c.version), wanted).with_for_update(key_share=True)
    order = (await connection.execute(query)).one_or_none()
    if order is None:
        return None
    lines = await connection.execute(select(order_line).where(order_line.c.order_id == order_id))
    copies = await connection.execute(
        select(copy).where(copy.c.order_id == order_id).order_by(copy.c.line_key, copy.c.copy_number)
    )
    return OpenOrder(
        order_id,
        order.council,
        order.order_number,
        order.version + 1,
        {row.line_key: _line(row) for row in lines},
        [_copy(row) for row in copies],
    )


def _line(row: Row[Any]) -> Line:
    return Line(
        line_key=row.line_key,
        supplier_id=row.supplier_id,
        isbn=row.isbn,
        substitute_isbn=row.substitute_isbn,
        attention=row.attention,
        price=None if row.price_minor is None else Money(minor=row.price_minor, currency=row.price_currency),
        supplier_references=from_json(SupplierReferences, row.supplier_references),
    )


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        copy_id=row.copy_id,
        order_id=row.order_id,
        line_key=row.line_key,
        copy_number=row.copy_number,
        branch=row.branch_code,
        state=CopyState(row.state),
        expected_on=row.expected_on,
        barcode=row.barcode,
        cancel_requested=row.cancel_requested,
        fund=row.fund,
        sequence=row.sequence,
        answered_by=row.answered_by,
        given_up_as=None if row.given_up_as is None else CopyState(row.given_up_as),
        stated=from_json(StatedItem, row.stated),
    )


async def write_changes(
    connection: AsyncConnection,
    order: OpenOrder,
    changes: Sequence[Change],
    entries: Sequence[Entry],
    *,
    cause: str,
    at: datetime,
) -> None:
    """Writes changed copies, appends to the timeline (also for overtaken targets), and increases the order's version."""
    changed = [change.after for change in changes if change.after != change.before]
    await update_many(connection, copy, "copy_id", [_copy_update(after) for after in changed])
    rows = [_change_entry(order, change, cause, at) for change in changes if change.verdict is not Verdict.UNCHANGED]
    rows += [_line_entry(order, entry, cause, at) for entry in entries]
    if rows:
        await connection.execute(insert(timeline), rows)
    await connection.execute(
        update(purchase_order).where(purchase_order.c.order_id == order.order_id).values(version=order.version)
    )


async def set_attention(connection: AsyncConnection, attention: Mapping[str, str]) -> None:
    """Sets what a person must decide, per line key; an empty text clears it."""
    statement = update(order_line).where(order_line.c.line_key == bindparam("of_line")).values(attention=bindparam("text"))
    if attention:
        await connection.execute(statement, [{"of_line": key, "text": text} for key, text in attention.items()])


async def set_substitutes(connection: AsyncConnection, substitutes: dict[str, str]) -> None:
    """Keeps, per line key, the book that the supplier will send instead of the ordered one."""
    statement = (
        update(order_line).where(order_line.c.line_key == bindparam("of_line")).values(substitute_isbn=bindparam("new_isbn"))
    )
    if substitutes:
        await connection.execute(statement, [{"of_line": key, "new_isbn": isbn} for key, isbn in substitutes.items()])


async def earlier_orders(connection: AsyncConnection, order: OpenOrder, line: Line, *, most: int = 3) -> list[str]:
    """Returns the numbers of the council's other orders that have the line's title open with its supplier, the latest first."""
    c, o = order_line.c, purchase_order.c
    still_open = select(copy.c.copy_id).where(copy.c.line_key == c.line_key, copy.c.state.not_in(SETTLED)).exists()
    query = (
        select(o.order_number)
        .join(order_line, c.order_id == o.order_id)
        .where(o.council == order.council, o.order_id != order.order_id)
        .where(c.isbn == line.isbn, c.supplier_id == line.supplier_id, still_open)
        .order_by(o.placed_at.desc())
        .limit(most)
    )
    return list((await connection.execute(query)).scalars())


async def mark_cancel_requested(connection: AsyncConnection, copy_ids: Iterable[UUID]) -> None:
    """Marks copies that the council no longer wants, until the supplier has answered."""
    await connection.execute(update(copy).where(copy.c.copy_id.in_(list(copy_ids))).values(cancel_requested=True))


async def barcodes_in_use(connection: AsyncConnection, council: str, barcodes: Collection[str]) -> list[BarcodeInUse]:
    """Returns the council's copies that have these barcodes. Until the transaction ends, nobody else can give them to a copy."""
    given = func.unnest(literal(list(barcodes), ARRAY(Text))).column_valued("barcode")
    # In order of the keys, so that two batches with the same barcodes wait for each other and never deadlock.
    keys = select(func.hashtextextended(literal(f"barcode/{council}/").concat(given), 0).label("key")).order_by("key").subquery()
    await connection.execute(select(func.pg_advisory_xact_lock(keys.c.key)))
    c = copy.c
    query = (
        select(c.barcode, c.copy_id, c.copy_number, c.branch_code, c.line_key, purchase_order.c.order_number)
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .where(c.barcode == any_(literal(list(barcodes), ARRAY(Text))), purchase_order.c.council == council)
    )
    return [BarcodeInUse(*row) for row in await connection.execute(query)]


def _copy_update(after: Copy) -> dict[str, Any]:
    return {
        "copy_id": after.copy_id,
        "state": after.state.value,
        "expected_on": after.expected_on,
        "barcode": after.barcode,
        "cancel_requested": after.cancel_requested,
        "answered_by": after.answered_by,
        "given_up_as": after.given_up_as,
        "stated": as_json(after.stated),
    }


def _entry(order: OpenOrder, cause: str, at: datetime, **values: Any) -> dict[str, Any]:
    empty = {"line_key": None, "copy_id": None, "from_state": None, "to_state": None}
    return {**empty, "order_id": order.order_id, **trace(cause, at), **values}


def _change_entry(order: OpenOrder, change: Change, cause: str, at: datetime) -> dict[str, Any]:
    overtaken = change.verdict is Verdict.OVERTAKEN
    reason = (
        f"overtaken, the copy is already {change.before.state}: {change.target.reason}" if overtaken else change.target.reason
    )
    return _entry(
        order,
        cause,
        at,
        line_key=change.before.line_key,
        copy_id=change.before.copy_id,
        from_state=change.before.state.value,
        to_state=change.after.state.value,
        reason=reason,
    )


def _line_entry(order: OpenOrder, entry: Entry, cause: str, at: datetime) -> dict[str, Any]:
    return _entry(order, cause, at, line_key=entry.line_key, reason=entry.reason)

"""Loads copies for a change, and writes the change and its timeline entries, under the order's row lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Update, and_, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import SETTLED, Change, Copy, Verdict
from services.orders.domain.decisions import Decision
from services.orders.domain.enquiries import Enquiry
from services.orders.domain.open_order import Line, OpenOrder
from services.orders.domain.switching import AddedLine, SwitchedCopy, effective
from services.orders.store.accounts import Account, share_accounts
from services.orders.store.copy_rows import COPY, to_copy
from services.orders.store.decisions import decisions_of, write_accepted, write_decisions
from services.orders.store.enquiries import unsettled_of, write_enquiries
from services.orders.store.moving import write_moved
from services.orders.store.rerouting import write_rerouted
from services.orders.store.stated import as_json, expected_columns, from_json, prices_as_json
from services.orders.store.switched import switched_copies, write_added, write_switched
from services.orders.store.tables import copy, order_line, purchase_order, timeline
from shared.contracts.base import money_or_none
from shared.contracts.stated import StatedPrice, SupplierReferences
from shared.db.arrays import among, among_given
from shared.db.bulk import arrays_of, given_rows, insert_many, update_many
from shared.db.locks import lock_names
from shared.history import trace


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


_LINE = [
    order_line.c[name]
    for name in (
        "order_id", "line_key", "supplier_id", "isbn", "substitute_isbn", "attention", "price_minor", "price_currency",
        "supplier_references",
    )
]  # fmt: skip


def _locking(*columns: str) -> Select[tuple[Any, ...]]:
    """Selects columns of the orders in the parameter `order_ids`, and locks them, in order of id.

    FOR NO KEY UPDATE: a new row that only names the order, such as a charge, need not wait.
    """
    c = purchase_order.c
    given = among_given(c.order_id, "order_ids")
    return select(*(c[name] for name in columns)).where(given).order_by(c.order_id).with_for_update(key_share=True)


# Built once: each batch of events waits for these.
_HOLDING = _locking("order_id")
_LOCKING = _locking("order_id", "council", "order_number", "version", "rush")
_LINES = select(*_LINE).where(among_given(order_line.c.order_id, "order_ids"))
_COPIES = select(*COPY).where(among_given(copy.c.order_id, "order_ids")).order_by(copy.c.line_key, copy.c.copy_number)


async def hold_orders(connection: AsyncConnection, order_ids: Collection[UUID]) -> None:
    """Takes the row locks of several orders, in order of id; skips ids that the book does not have."""
    if order_ids:
        await connection.execute(_HOLDING, {"order_ids": list(order_ids)})


async def lock_order(connection: AsyncConnection, order_id: UUID, council: str | None = None) -> OpenOrder | None:
    """Takes the order's row lock until the transaction ends and loads its lines and copies; None if there is no such order.

    Until then, nothing is charged for its copies either. With `council`, finds and locks that council's order only.
    """
    return (await lock_orders(connection, [order_id], council)).get(order_id)


async def lock_orders(
    connection: AsyncConnection, order_ids: Collection[UUID], council: str | None = None
) -> dict[UUID, OpenOrder]:
    """Does the same with several orders, in order of id; those that the book does not have are left out."""
    heads = _LOCKING if council is None else _LOCKING.where(purchase_order.c.council == council)
    orders = {
        row.order_id: OpenOrder(row.order_id, row.council, row.order_number, row.version + 1, {}, [], rush=row.rush)
        for row in await connection.execute(heads, {"order_ids": list(order_ids)})
    }
    if not orders:
        return orders
    locked = {"order_ids": list(orders)}
    for row in await connection.execute(_LINES, locked):
        orders[row.order_id].lines[row.line_key] = _line(row)
    await share_accounts(
        connection, {Account(order.council, line.supplier_id) for order in orders.values() for line in order.lines.values()}
    )
    for row in await connection.execute(_COPIES, locked):
        orders[row.order_id].copies.append(to_copy(row))
    await _load_switched(connection, orders)
    for decision in await decisions_of(connection, orders):
        orders[decision.order_id].decisions[decision.decision_id] = decision
    for enquiry in await unsettled_of(connection, orders):
        orders[enquiry.order_id].enquiries[enquiry.enquiry_id] = enquiry
    return orders


async def _load_switched(connection: AsyncConnection, orders: Mapping[UUID, OpenOrder]) -> None:
    switched = await switched_copies(connection, orders)
    copies = {order_id: orders[order_id].copies_by_id() for order_id in {each.order_id for each in switched}}
    for each in switched:
        row = effective(each.row, copies[each.order_id][each.row.copy_id], withdrawn=each.withdrawn)
        orders[each.order_id].switched[row.copy_id] = row


def _line(row: Row[Any]) -> Line:
    return Line(
        line_key=row.line_key,
        supplier_id=row.supplier_id,
        isbn=row.isbn,
        substitute_isbn=row.substitute_isbn,
        attention=row.attention,
        price=money_or_none(row.price_minor, row.price_currency),
        supplier_references=from_json(SupplierReferences, row.supplier_references),
    )


@dataclass(slots=True)
class Writes:
    """What changes of orders are to write: changed copies, the timeline, versions, and what a person must decide.

    `progress` is what was published of a copy, and `attention` about a line: both are kept to be published again.
    `stated` are columns of lines that hold what the supplier states, each with its values by line key. `switched` are copies of
    switches, each with since when it is so; `added` are lines that take the place of others. `rerouted` are columns of copies
    that are unpacked elsewhere, `told` copies whose suppliers a person told that, `moved` columns of copies that are for another
    branch. `decisions` are those that are new or in another state, each with the council of its order, and so are `enquiries`;
    `accepted` are lines as they are since an offer was accepted.
    """

    copies: dict[UUID, Copy] = field(default_factory=dict)
    progress: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[UUID, int] = field(default_factory=dict)
    attention: dict[str, dict[str, Any]] = field(default_factory=dict)
    stated: defaultdict[str, dict[str, object]] = field(default_factory=lambda: defaultdict(dict))
    switched: dict[UUID, tuple[SwitchedCopy, datetime]] = field(default_factory=dict)
    added: list[AddedLine] = field(default_factory=list)
    rerouted: list[dict[str, Any]] = field(default_factory=list)
    told: list[UUID] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    decisions: dict[UUID, tuple[Decision, str]] = field(default_factory=dict)
    accepted: dict[str, Line] = field(default_factory=dict)
    enquiries: dict[UUID, tuple[Enquiry, str]] = field(default_factory=dict)

    def add(self, order: OpenOrder, changes: Sequence[Change], entries: Sequence[Entry], *, cause: str, at: datetime) -> None:
        """Adds the copies and the timeline (also of overtaken targets) of one change, and the order's version after it."""
        changed = [change for change in changes if change.after != change.before]
        self.copies |= {change.after.copy_id: change.after for change in changed}
        self.progress |= {change.after.copy_id: _progress(change, order.version, at) for change in changed if change.is_news}
        self.entries += [_change_entry(order, change, cause, at) for change in changes if change.verdict is not Verdict.UNCHANGED]
        self.entries += [_line_entry(order, entry, cause, at) for entry in entries]
        self.versions[order.order_id] = order.version

    def ask(self, line_key: str, text: str, *, at: datetime, version: int) -> None:
        """Adds what a person must decide about a line; an empty text clears it. The same question keeps its time."""
        row = {"line_key": line_key, "attention": text, "attention_at": at, "attention_version": version}
        before = self.attention.get(line_key)
        if before is not None and before["attention"] == text:
            row["attention_at"] = before["attention_at"]
        self.attention[line_key] = row

    def state(
        self,
        line_key: str,
        *,
        prices: Sequence[StatedPrice] = (),
        references: SupplierReferences | None = None,
        substitute_isbn: str | None = None,
    ) -> None:
        """Adds what the supplier states of a line: prices of a copy, what it calls the line, and what will come instead."""
        if prices:
            self.stated["stated_prices"][line_key] = prices_as_json(prices)
        if references is not None:
            self.stated["supplier_references"][line_key] = as_json(references)
        if substitute_isbn is not None:
            self.stated["substitute_isbn"][line_key] = substitute_isbn


def _asking() -> Update:
    rows, c = given_rows(order_line, ("line_key", "attention", "attention_at", "attention_version")), order_line.c
    asked_before = and_(c.attention_at.is_not(None), c.attention == rows.c.attention)
    since = case((asked_before, c.attention_at), else_=rows.c.attention_at)
    asked = {"attention": rows.c.attention, "attention_at": since, "attention_version": rows.c.attention_version}
    return update(order_line).where(c.line_key == rows.c.line_key).values(asked)


_ASKING = _asking()


async def write_changes(connection: AsyncConnection, writes: Writes) -> None:
    """Writes changes of one or many orders."""
    await write_added(connection, writes.added)
    await write_switched(connection, writes.switched.values())
    await write_rerouted(connection, writes.rerouted, writes.told)
    await write_moved(connection, writes.moved)
    await write_decisions(connection, writes.decisions.values())
    await write_accepted(connection, writes.accepted.values())
    await write_enquiries(connection, writes.enquiries.values())
    if writes.attention:
        await connection.execute(_ASKING, arrays_of(order_line, list(writes.attention.values())))
    for column, values in writes.stated.items():
        rows = [{"line_key": key, column: value} for key, value in values.items()]
        await update_many(connection, order_line, "line_key", rows)
    news = [_copy_update(writes.copies[copy_id]) | progress for copy_id, progress in writes.progress.items()]
    await update_many(connection, copy, "copy_id", news)
    silent = [_copy_update(after) for copy_id, after in writes.copies.items() if copy_id not in writes.progress]
    await update_many(connection, copy, "copy_id", silent)
    await insert_many(connection, timeline, writes.entries)
    versions = [{"order_id": order_id, "version": version} for order_id, version in writes.versions.items()]
    await update_many(connection, purchase_order, "order_id", versions)


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
    await lock_names(connection, *(f"barcode/{council}/{barcode}" for barcode in barcodes))
    c = copy.c
    query = (
        select(c.barcode, c.copy_id, c.copy_number, c.branch_code, c.line_key, purchase_order.c.order_number)
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .where(among(c.barcode, barcodes), purchase_order.c.council == council)
    )
    return [BarcodeInUse(*row) for row in await connection.execute(query)]


def _progress(change: Change, version: int, at: datetime) -> dict[str, Any]:
    """Returns what is published of a change, which is kept so that it can be published again."""
    return {"progressed_at": at, "progress_reason": change.target.reason, "progress_version": version}


def _copy_update(after: Copy) -> dict[str, Any]:
    return {
        "copy_id": after.copy_id,
        "state": after.state.value,
        "expected_on": after.expected_on,
        "promised_on": after.promised_on,
        "barcode": after.barcode,
        "cancel_requested": after.cancel_requested,
        "answered_by": after.answered_by,
        "given_up_as": after.given_up_as,
        "stated": as_json(after.stated),
        "owed_since": after.owed_since,
        "owed_in": after.owed_in,
        "fund_year": after.fund_year,
        **expected_columns(after.price),
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

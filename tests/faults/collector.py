"""Collects the facts of a stack at rest, from the LMS, the suppliers' records and every service's database. Checks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from local.lms.answers import OrderInBook
from local.lms.ledger import Ledger, keys_in
from local.stack import Stack
from local.stack.programs import PROCESSES, database_of
from shared.db.engine import create_engine
from tests.faults import books
from tests.faults.facts import (
    Application,
    BookedCopy,
    BookedInvoice,
    BookedOrder,
    Charge,
    Facts,
    Goods,
    Message,
    Move,
    OutboxEvent,
    SwitchedCopy,
    Told,
    ToldGoods,
    ToldMove,
)

Rows = Sequence[Mapping[str, Any]]

_COPIES = """
SELECT o.order_id, o.order_number, 0 AS version, l.line_number, c.line_key, l.supplier_id, l.isbn, l.title,
    c.copy_id, c.copy_number, c.branch_code AS branch, c.state, c.replaces
FROM copy c JOIN order_line l USING (line_key) JOIN purchase_order o ON o.order_id = c.order_id
ORDER BY o.order_id, c.line_key, c.copy_number
"""
# The last switch that took a copy decides about it.
_SWITCHED = """
SELECT DISTINCT ON (copy_id) copy_id, stage, replaced_by, if_cancelled = 'now' AS by_person
FROM switch_copy ORDER BY copy_id, entry DESC
"""
_ASKING = "SELECT line_key FROM order_line WHERE attention <> ''"
_MOVES = "SELECT event_id, copy_id, from_state, to_state FROM timeline WHERE copy_id IS NOT NULL AND from_state <> to_state"
_APPLICATIONS = "SELECT DISTINCT event_id, order_id, xmin::text AS change FROM timeline WHERE event_id IS NOT NULL"
_INVOICES = """
SELECT invoice_number, credits_invoice, state, queries,
    ARRAY(SELECT found_key FROM invoice_line l WHERE l.invoice_id = i.invoice_id AND found_key IS NOT NULL) AS line_keys
FROM invoice i
"""
_CHARGES = "SELECT copy_id, settled_by IS NULL AS stands FROM copy_cost WHERE copy_id IS NOT NULL AND reverses IS NULL"
_GOODS = "SELECT i.consignment_id, i.copy_id, c.leg, i.state FROM consigned_item i JOIN consignment c USING (consignment_id)"
# Without what was published again: it reports no change.
_OUTBOX = """
SELECT event_id, type, topic, key, sent_at IS NOT NULL AS sent, convert_from(data, 'UTF8') AS data FROM outbox
WHERE headers ->> 'ce_republished' IS NULL ORDER BY seq
"""
_DEAD = "SELECT consumer, event_type, reason FROM dead_letter WHERE state = 'dead'"
_MESSAGES = "SELECT id, kind, state, order_ids FROM message"


_TOLD = """
SELECT kind, body FROM change WHERE kind IN ('copy_moved', 'copy_expected', 'copy_received') ORDER BY council, position
"""
_MOVED = "copy_moved"
_HOLES = """
SELECT council, count(*) AS changes, max(position) AS greatest, f.last, f.forgotten
FROM feed f JOIN change USING (council) GROUP BY council, f.last, f.forgotten
HAVING count(*) <> max(position) - f.forgotten OR max(position) <> f.last
"""


class Databases:
    """A connection pool for every service's database of a stack. Use it as an async context manager."""

    def __init__(self, stack: Stack) -> None:
        urls = {process: stack.postgres.url(database_of(process)) for process in PROCESSES}
        self._engines = {process: create_engine(SecretStr(url), pool_size=1) for process, url in urls.items()}

    async def __aenter__(self) -> Databases:
        return self

    async def __aexit__(self, *_: object) -> None:
        for engine in self._engines.values():
            await engine.dispose()

    def engine(self, process: str) -> AsyncEngine:
        """Returns the engine of one process's database."""
        return self._engines[process]

    async def rows(self, process: str, query: str) -> Rows:
        """Returns the rows of a query in a process's database."""
        async with self._engines[process].connect() as connection:
            return [dict(row) for row in (await connection.execute(text(query))).mappings()]


def simulators_of(stack: Stack) -> tuple[Path, Path]:
    """Returns the file of the consortium's records and the folder of the bookseller."""
    folder = stack.options.folder / "simulators"
    return folder / "consortium.sqlite", folder / "bookseller"


async def collect(stack: Stack, databases: Databases, ledger: Ledger) -> Facts:
    """Returns the current facts; call it when nothing changes any more."""
    consortium, bookseller = simulators_of(stack)
    rows = databases.rows
    return Facts(
        accepted=frozenset(ledger.placed),
        scanned=dict(ledger.found),
        takings=(*books.consortium_takings(consortium), *books.bookseller_takings(bookseller)),
        invoiced=frozenset(books.bookseller_invoiced(bookseller)),
        let_go=frozenset(books.consortium_let_go(consortium) | books.bookseller_let_go(bookseller)),
        shipped=frozenset(books.consortium_shipped(consortium) | books.bookseller_shipped(bookseller)),
        orders=tuple(
            BookedOrder(str(row["order_id"]), row["order_number"])
            for row in await rows("orders", "SELECT order_id, order_number FROM purchase_order")
        ),
        copies=tuple(await copies_in_orders(databases)),
        switched=tuple(map(_switched, await rows("orders", _SWITCHED))),
        asking=frozenset(row["line_key"] for row in await rows("orders", _ASKING)),
        moves=tuple(_move(row) for row in await rows("orders", _MOVES)),
        applications=tuple(
            Application(str(row["event_id"]), str(row["order_id"]), row["change"]) for row in await rows("orders", _APPLICATIONS)
        ),
        invoices=tuple(
            BookedInvoice(
                row["invoice_number"],
                row["state"],
                frozenset(query["code"] for query in row["queries"]),
                frozenset(row["line_keys"]),
                row["credits_invoice"],
            )
            for row in await rows("orders", _INVOICES)
        ),
        charges=tuple(Charge(str(row["copy_id"]), row["stands"]) for row in await rows("orders", _CHARGES)),
        goods=tuple(_goods(row) for row in await rows("delivery", _GOODS)),
        discrepancies=tuple(
            str(row["discrepancy_id"]) for row in await rows("delivery", "SELECT discrepancy_id FROM discrepancy")
        ),
        whereabouts=_states(await rows("delivery", "SELECT copy_id, state FROM expected_copy")),
        shown=_states(await rows("dashboard", "SELECT copy_id, state FROM copy")),
        told=await _told(databases),
        messages=await _messages(databases),
        events=await _events(databases),
        handled=await _handled(databases),
        dead_letters=await _dead_letters(databases),
    )


async def copies_in_orders(databases: Databases) -> list[BookedCopy]:
    """Returns the copies in orders with the LMS's keys."""
    rows = await databases.rows("orders", _COPIES)
    return [copy for _, order in groupby(rows, itemgetter("order_id")) for copy in _copies(list(order))]


def _copies(rows: Rows) -> Iterable[BookedCopy]:
    """Yields the copies of one order."""
    lines = [list(line) for _, line in groupby(rows, itemgetter("line_key"))]
    keys = keys_in(OrderInBook.model_validate({**rows[0], "lines": [{**line[0], "copies": line} for line in lines]}))
    for row in rows:
        key = keys[row["copy_id"]]
        yield BookedCopy(str(row["copy_id"]), row["line_key"], row["copy_number"], key, row["supplier_id"], row["state"])


def _switched(row: Mapping[str, Any]) -> SwitchedCopy:
    replaced_by = None if row["replaced_by"] is None else str(row["replaced_by"])
    return SwitchedCopy(str(row["copy_id"]), row["stage"], replaced_by, by_person=row["by_person"])


def _move(row: Mapping[str, Any]) -> Move:
    return Move(str(row["event_id"]), str(row["copy_id"]), row["from_state"], row["to_state"])


def _goods(row: Mapping[str, Any]) -> Goods:
    copy_id = None if row["copy_id"] is None else str(row["copy_id"])
    return Goods(str(row["consignment_id"]), copy_id, row["leg"], row["state"])


def _states(rows: Rows) -> dict[str, str]:
    return {str(row["copy_id"]): row["state"] for row in rows}


async def _told(databases: Databases) -> Told:
    rows = [(row["kind"], row["body"]) for row in await databases.rows("lms", _TOLD)]
    (waiting,) = await databases.rows("lms", "SELECT count(*) AS number FROM waiting")
    return Told(
        moves=tuple(ToldMove(body["copy_id"], body["from_state"] or "", body["state"]) for kind, body in rows if kind == _MOVED),
        goods=tuple(ToldGoods(kind, body["consignment_id"], body["copy_id"]) for kind, body in rows if kind != _MOVED),
        holes=tuple(map(str, await databases.rows("lms", _HOLES))),
        waiting=waiting["number"],
    )


async def _messages(databases: Databases) -> tuple[Message, ...]:
    suppliers = [process for process in PROCESSES if process.startswith("supplier-")]
    return tuple(
        [
            Message(
                process.removeprefix("supplier-"),
                str(row["id"]),
                row["kind"],
                row["state"],
                frozenset(map(str, row["order_ids"])),
            )
            for process in suppliers
            for row in await databases.rows(process, _MESSAGES)
        ]
    )


async def _events(databases: Databases) -> tuple[OutboxEvent, ...]:
    return tuple(
        [
            OutboxEvent(
                process, str(row["event_id"]), row["type"], row["topic"], row["key"], row["sent"], json.loads(row["data"])
            )
            for process in PROCESSES
            for row in await databases.rows(process, _OUTBOX)
        ]
    )


async def _handled(databases: Databases) -> dict[str, frozenset[str]]:
    handled: dict[str, frozenset[str]] = {}
    for process in PROCESSES:
        # The consumer of a supplier's exchange is called `suppliers-` and the supplier.
        consumer = process.replace("supplier-", "suppliers-")
        # Delivery has another consumer for titles: what either handled, the service handled.
        rows = await databases.rows(process, "SELECT event_id FROM inbox")
        handled[consumer] = frozenset(str(row["event_id"]) for row in rows)
    return handled


async def _dead_letters(databases: Databases) -> tuple[str, ...]:
    return tuple(
        [
            f"{row['consumer']}: {row['event_type']}: {row['reason']}"
            for process in PROCESSES
            for row in await databases.rows(process, _DEAD)
        ]
    )

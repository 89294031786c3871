"""Writes facts into the read model. Statements may run twice and in any order of events: the result is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.facts import RULES, VERSIONS, Rule
from services.evidence.store.tables import cancellation, charge, copy, discrepancy, held_message, invoice, other_charge, record
from shared.db.bulk import arrays_of, given_rows, insert_new, keep_newest

Rows = Sequence[Mapping[str, Any]]
Row = Mapping[str, Any]

_MOMENTS = ("stated_at", "queried_at", "matched_at", "rejected_at")
_CONTENT = ("credit", "invoiced_on", "currency", "total")
_QUERIES = ("queries", "unlisted")


async def keep_copies(connection: AsyncConnection, rows: Rows) -> None:
    """Adds what is stated of copies to what is known, each fact by its rule. Give each copy once, with all facts."""
    if rows:
        await connection.execute(_keeping(), arrays_of(copy, rows))


@cache
def _keeping() -> Insert:
    names = ["copy_id", *RULES]
    rows = given_rows(copy, names)
    # In order of ids, so that two group members that hold events of one order wait for each other, not in a circle.
    statement = insert(copy).from_select(names, select(rows).order_by(rows.c.copy_id))
    new = statement.excluded
    newer = {rule: func.coalesce(new[name], 0) > func.coalesce(copy.c[name], 0) for rule, name in VERSIONS.items()}
    known = {name: _one(rule, copy.c[name], new[name], newer) for name, rule in RULES.items()}
    changed = or_(*(copy.c[name].is_distinct_from(value) for name, value in known.items()))
    return statement.on_conflict_do_update(index_elements=[copy.c.copy_id], set_=known, where=changed)


def _one(
    rule: Rule, known: ColumnElement[Any], new: ColumnElement[Any], newer: Mapping[Rule, ColumnElement[bool]]
) -> ColumnElement[Any]:
    match rule:
        case Rule.SAME:
            return func.coalesce(known, new)
        case Rule.FIRST:
            return func.least(known, new)
        case Rule.EVER:
            return func.coalesce(known | new, known, new)
        case Rule.NEWEST | Rule.PLANNED | Rule.MOVED:
            return case((newer[rule], new), else_=known)


async def keep_cancellations(connection: AsyncConnection, rows: Rows) -> None:
    """Keeps that copies of lines were to be cancelled, and when that was asked last."""
    statement = insert(cancellation)
    latest = func.greatest(cancellation.c.requested_at, statement.excluded.requested_at)
    kept = statement.on_conflict_do_update(index_elements=[cancellation.c.line_key], set_={"requested_at": latest})
    for row in rows:
        await connection.execute(kept, row)


async def keep_discrepancy(connection: AsyncConnection, row: Row) -> None:
    """Keeps a discrepancy; it never changes."""
    await insert_new(connection, discrepancy, [row], returning=("discrepancy_id",))


async def keep_charges(connection: AsyncConnection, invoices: Rows, charges: Rows, others: Rows) -> None:
    """Keeps matched invoices, or parts of them, with what they charge; an invoice is matched once."""
    last = {row["invoice_id"]: row for row in sorted(invoices, key=itemgetter("stated_at"))}
    await _keep_invoices(connection, list(last.values()))
    await insert_new(connection, charge, charges, returning=("copy_id",))
    await insert_new(connection, other_charge, others, returning=("place",))


async def keep_rejection(connection: AsyncConnection, of: Row) -> None:
    """Keeps that an invoice was rejected."""
    await _keep_invoices(connection, [of])


async def keep_query(connection: AsyncConnection, of: Row) -> None:
    """Keeps that an invoice is queried, with its last queries."""
    await _keep_invoices(connection, [of])


async def _keep_invoices(connection: AsyncConnection, rows: Rows) -> None:
    """Adds what is stated of invoices: content and queries as they were stated last, since one may be read again.

    Give each invoice once, and all with the same columns.
    """
    if rows:
        await connection.execute(_keeping_invoices(tuple(rows[0])), arrays_of(invoice, rows))


@cache
def _keeping_invoices(names: tuple[str, ...]) -> Insert:
    rows = given_rows(invoice, names)
    statement = insert(invoice).from_select(list(names), select(rows).order_by(rows.c.invoice_id))
    c, new = invoice.c, statement.excluded
    known: dict[str, ColumnElement[Any]] = {name: func.greatest(c[name], new[name]) for name in _MOMENTS if name in names}
    for content, moment in ((_CONTENT, "stated_at"), (_QUERIES, "queried_at")):
        if moment in names:
            last = c[moment].is_(None) | (c[moment] <= new[moment])
            known |= {name: case((last, new[name]), else_=c[name]) for name in content}
    return statement.on_conflict_do_update(index_elements=[c.invoice_id], set_=known)


async def keep_records(connection: AsyncConnection, rows: Rows) -> None:
    """Keeps the newest version of each judgement of a record."""
    await keep_newest(connection, record, rows)


async def keep_held_message(connection: AsyncConnection, row: Row) -> None:
    """Keeps that a message was held for a person, or settled; the last time of each."""
    statement = insert(held_message).values(row)
    c, new = held_message.c, statement.excluded
    latest = {name: func.greatest(c[name], new[name]) for name in ("held_at", "settled_at") if name in row}
    named = {name: func.coalesce(c[name], new[name]) for name in ("council", "kind") if name in row}
    await connection.execute(statement.on_conflict_do_update(index_elements=[c.message_id], set_={**latest, **named}))

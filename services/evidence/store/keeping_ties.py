"""Writes facts about what ties councils to suppliers. They may be written twice and in any order: the result is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.store.tables import reconciliation, record_request, rule, sending
from shared.db.bulk import arrays_of, given_rows

Row = Mapping[str, Any]


async def keep_rule(connection: AsyncConnection, row: Row) -> None:
    """Keeps a rule, or that it was ended: nobody moves an end to a later day."""
    statement = insert(rule).values(row)
    end = func.least(rule.c.valid_to, statement.excluded.valid_to)
    await connection.execute(statement.on_conflict_do_update(index_elements=[rule.c.rule_id], set_={"valid_to": end}))


async def keep_sendings(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Keeps the outcome of the last attempt to send each message."""
    await _keep_last(connection, sending, rows, "sent_at")


async def keep_requests(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Keeps that suppliers were asked for the records of books, and when last."""
    await _keep_last(connection, record_request, rows, "requested_at")


async def keep_reconciliation(connection: AsyncConnection, row: Row) -> None:
    """Keeps the last reconciliation of a council and a supplier."""
    await _keep_last(connection, reconciliation, [row], "compared_at")


async def _keep_last(connection: AsyncConnection, table: Table, rows: Sequence[Row], moment: str) -> None:
    """Keeps each row in place of the one with its primary key, unless that one is of a later moment."""
    keys = [column.name for column in table.primary_key.columns]
    last = {tuple(row[key] for key in keys): row for row in sorted(rows, key=itemgetter(moment))}
    if last:
        await connection.execute(_keeping(table, tuple(rows[0]), moment), arrays_of(table, list(last.values())))


@cache
def _keeping(table: Table, names: tuple[str, ...], moment: str) -> Insert:
    rows = given_rows(table, names)
    keys = [column.name for column in table.primary_key.columns]
    # In order of keys, so that two that keep the same rows wait for each other, not in a circle.
    statement = insert(table).from_select(list(names), select(rows).order_by(*(rows.c[key] for key in keys)))
    stated = {name: statement.excluded[name] for name in names if name not in keys}
    is_last = table.c[moment] <= statement.excluded[moment]
    return statement.on_conflict_do_update(index_elements=keys, set_=stated, where=is_last)

"""Writes facts about what ties councils to suppliers. They may be written twice and in any order: the result is the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.store.tables import reconciliation, record_request, rule, sending

Row = Mapping[str, Any]


async def keep_rule(connection: AsyncConnection, row: Row) -> None:
    """Keeps a rule, or that it was ended: nobody moves an end to a later day."""
    statement = insert(rule).values(row)
    end = func.least(rule.c.valid_to, statement.excluded.valid_to)
    await connection.execute(statement.on_conflict_do_update(index_elements=[rule.c.rule_id], set_={"valid_to": end}))


async def keep_sending(connection: AsyncConnection, row: Row) -> None:
    """Keeps the outcome of the last attempt to send a message."""
    await _keep_last(connection, sending, row, "sent_at")


async def keep_request(connection: AsyncConnection, row: Row) -> None:
    """Keeps that a supplier was asked for the record of a book, and when last."""
    await _keep_last(connection, record_request, row, "requested_at")


async def keep_reconciliation(connection: AsyncConnection, row: Row) -> None:
    """Keeps the last reconciliation of a council and a supplier."""
    await _keep_last(connection, reconciliation, row, "compared_at")


async def _keep_last(connection: AsyncConnection, table: Table, row: Row, moment: str) -> None:
    """Keeps a row in place of the one with its primary key, unless that one is of a later moment."""
    statement = insert(table).values(row)
    keys = [column.name for column in table.primary_key.columns]
    stated = {name: statement.excluded[name] for name in row if name not in keys}
    is_last = table.c[moment] <= statement.excluded[moment]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=stated, where=is_last))

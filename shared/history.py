"""What happened to a service's things, step by step, and why: the columns of such a table, and how it is written and read.

Must not know what the things are. A history is only appended to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, RowMapping, Table, Text, Uuid, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.bus import current_cause


def history_columns(name: str) -> list[Column[Any] | Index]:
    """Returns the columns of the history of this name, with its index. An entry without states changed no state."""
    return [
        Column("entry_id", BigInteger, Identity(always=True), primary_key=True),
        Column("subject_id", Uuid, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("from_state", Text),
        Column("to_state", Text),
        Column("cause", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("event_id", Text),
        Column("correlation_id", Text, nullable=False),
        Index(f"{name}_of_subject", "subject_id", "entry_id"),
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. Without states: an event that changed no state."""

    reason: str
    from_state: str | None = None
    to_state: str | None = None


def trace(cause: str, at: datetime) -> dict[str, Any]:
    """Returns the columns for time, cause and actor of an entry."""
    context = current_cause()
    return {
        "at": at,
        "cause": cause,
        "actor": context.actor,
        "event_id": context.causation_id,
        "correlation_id": context.correlation_id,
    }


async def add_steps(
    connection: AsyncConnection, table: Table, subject_id: UUID, steps: Sequence[Step], *, cause: str, at: datetime
) -> None:
    """Appends to the history of a thing."""
    rows = [
        {
            "subject_id": subject_id,
            "from_state": step.from_state,
            "to_state": step.to_state,
            "reason": step.reason,
            **trace(cause, at),
        }
        for step in steps
    ]
    await connection.execute(insert(table), rows)


async def history_of(connection: AsyncConnection, table: Table, subject_id: UUID) -> Sequence[RowMapping]:
    """Returns everything that happened to a thing, oldest first."""
    query = select(table).where(table.c.subject_id == subject_id).order_by(table.c.entry_id)
    return (await connection.execute(query)).mappings().all()

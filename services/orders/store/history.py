"""What happened and why: the columns common to timeline and history, and the history of invoices and proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import history
from shared.bus import current_cause

# The entries of a timeline or history from which `restating` reads what was published.
CANCELLATION, REQUESTED = "api.cancellation", "cancellation requested: "
REJECTED = "rejected: "


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an invoice or proposal. Without states: an event that changed no state."""

    reason: str
    from_state: str | None = None
    to_state: str | None = None


def trace(cause: str, at: datetime) -> dict[str, Any]:
    """Returns the columns for time, cause and actor of a timeline or history row."""
    context = current_cause()
    return {
        "at": at,
        "cause": cause,
        "actor": context.actor,
        "event_id": context.causation_id,
        "correlation_id": context.correlation_id,
    }


async def add_steps(connection: AsyncConnection, subject_id: UUID, steps: Sequence[Step], *, cause: str, at: datetime) -> None:
    """Appends to the history of an invoice or proposal."""
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
    await connection.execute(insert(history), rows)


async def history_of(connection: AsyncConnection, subject_id: UUID) -> Sequence[RowMapping]:
    """Returns everything that happened to an invoice or proposal, oldest first."""
    query = select(history).where(history.c.subject_id == subject_id).order_by(history.c.entry_id)
    return (await connection.execute(query)).mappings().all()

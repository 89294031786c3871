"""The history of invoices and proposals, and the entries of it and of timelines that are read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import history
from shared import history as steps
from shared.history import Step
from shared.sourcing.switches.life import ASKED

# The entries of a timeline or history from which `restating` reads what was published.
CANCELLATION, REQUESTED = "api.cancellation", "cancellation requested: "
REJECTED = "rejected: "
TOLD = "api.supplier_told"
OFFER_ANSWERED = "api.decision"
DECISIONS = frozenset({ASKED, TOLD, OFFER_ANSWERED})
"""Causes of entries by which a person decided what a line asked."""


async def add_steps(connection: AsyncConnection, subject_id: UUID, new: Sequence[Step], *, cause: str, at: datetime) -> None:
    """Appends to the history of an invoice or proposal."""
    await steps.add_steps(connection, history, subject_id, new, cause=cause, at=at)


async def history_of(connection: AsyncConnection, subject_id: UUID) -> Sequence[RowMapping]:
    """Returns everything that happened to an invoice or proposal, oldest first."""
    return await steps.history_of(connection, history, subject_id)

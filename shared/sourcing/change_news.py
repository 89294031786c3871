"""Publishes which changes of rules and switches wait for a second person, in the transaction that begins or ends it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.bus import publish
from shared.clock import Clock
from shared.contracts.waiting import ApprovalChanged
from shared.sourcing.changes import Change
from shared.sourcing.rules import Strand


async def tell_of_change(connection: AsyncConnection, strand: Strand, change: Change, clock: Clock) -> None:
    """Publishes that a change waits, or that it was decided. Not for one that was made at once: nobody waited."""
    await publish(connection, [approval_changed(strand, change)], clock)


def approval_changed(strand: Strand, change: Change) -> ApprovalChanged:
    """Returns the event of a change that waits for a second person, or did."""
    return ApprovalChanged(
        council=change.council,
        strand=strand.value,
        change_id=change.change_id,
        kind=change.kind.value,
        reason=change.reason,
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
        settled_at=change.decided_at,
    )

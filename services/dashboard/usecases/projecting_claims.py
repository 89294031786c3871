"""Applies the events of enquiries: which copies a council claims."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store import claimed
from shared.contracts.enquiries import EnquiryRequested
from shared.messaging.envelope import Envelope


async def enquiry_requested(connection: AsyncConnection, event: EnquiryRequested, _: Envelope) -> None:
    """A council asks about copies. That they were claimed is kept, and nothing of other questions."""
    if event.kind.is_claim:
        copy_ids = [copy_id for line in event.lines for copy_id in line.copy_ids]
        await claimed.keep_claimed(connection, copy_ids, event.requested_at)

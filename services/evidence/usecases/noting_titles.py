"""Notes from the catalogue's events which books are one work, how often records were supplied, and what was catalogued twice.

Events may arrive early, late or twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.store.tables import ALL_COUNCILS, cataloguing, record_count
from shared.contracts.catalogue import DuplicationCounted, RecordCounted, TitleChanged
from shared.db.bulk import keep_newest
from shared.messaging.envelope import Envelope
from shared.works.store import keep_editions


async def titles_changed(connection: AsyncConnection, arrived: Sequence[tuple[TitleChanged, Envelope]]) -> None:
    """Titles changed, and with them perhaps which editions are one work."""
    await keep_editions(connection, [event for event, _ in arrived])


async def records_counted(connection: AsyncConnection, arrived: Sequence[tuple[RecordCounted, Envelope]]) -> None:
    """Suppliers sent records of books once more. The greatest count is the latest."""
    rows = [event.model_dump(include={"isbn", "supplier_id", "times"}) for event, _ in arrived]
    await keep_newest(connection, record_count, rows, by="times")


async def duplication_counted(connection: AsyncConnection, arrived: Sequence[tuple[DuplicationCounted, Envelope]]) -> None:
    """The catalogue counted what was done twice on a day, as far as it went."""
    names = {"day", "supplier_id", "received", "repeated", "already_held", "requests_saved", "version"}
    rows = [
        {
            **event.model_dump(include=names),
            "council": event.council or ALL_COUNCILS,
            "used": {str(each.nth): each.titles for each in event.used},
        }
        for event, _ in arrived
    ]
    await keep_newest(connection, cataloguing, rows)

"""Records before goods: which titles have a served record, and which do not when their goods are received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Consignment, Item
from services.delivery.domain.records import MissingRecord, books_received, without_record
from services.delivery.store import records


async def note_served(connection: AsyncConnection, served: Mapping[str, datetime]) -> None:
    """Keeps since when records of titles are served, by ISBN. What is known of a title stays as it is."""
    await records.add_served(connection, served)


async def note_received(
    connection: AsyncConnection, consignment: Consignment, items: Sequence[Item], at: datetime
) -> tuple[MissingRecord, ...]:
    """Keeps the first receipts of titles among items that a receipt changed; returns those titles that have no served record.

    Whether a record is served is asked of the table now, not of two services' clocks.
    """
    received = books_received(items)
    await records.add_received(connection, consignment, received, at)
    return without_record(received, await records.served_among(connection, received))

"""Keeps what councils' minimums say of the records of ordered books, as the catalogue publishes it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import judgement
from shared.contracts.catalogue import RecordJudged
from shared.db.bulk import keep_newest


async def keep_judgements(connection: AsyncConnection, events: Sequence[RecordJudged]) -> None:
    """Keeps the latest judgement of each book and council; an older one that arrives late changes nothing."""
    names = set(judgement.c.keys())
    await keep_newest(connection, judgement, [event.model_dump(mode="json", include=names) for event in events])

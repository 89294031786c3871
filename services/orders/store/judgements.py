"""Keeps what councils' minimums say of the records of ordered books, as the catalogue publishes it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import judgement
from shared.contracts.catalogue import RecordJudged

_KEYS = ("council", "isbn")


async def keep_judgements(connection: AsyncConnection, events: Sequence[RecordJudged]) -> None:
    """Keeps the latest judgement of each book and council; an older one that arrives late changes nothing."""
    statement = insert(judgement)
    rows = [event.model_dump(mode="json", include=set(judgement.c.keys())) for event in events]
    stated = {column.name: statement.excluded[column.name] for column in judgement.c if column.name not in _KEYS}
    newer = statement.on_conflict_do_update(
        index_elements=_KEYS, set_=stated, where=judgement.c.version < statement.excluded.version
    )
    # In their order, so that two that keep the same judgements wait for each other and do not deadlock.
    await connection.execute(newer, sorted(rows, key=lambda row: (row["council"], row["isbn"], row["version"])))

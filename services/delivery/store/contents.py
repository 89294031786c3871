"""What is in the consignments of a list: their articles, and how many items are in each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import ItemState
from services.delivery.store.records import articles_of
from services.delivery.store.tables import consigned_item
from shared.db.arrays import among


@dataclass(frozen=True, slots=True)
class Contents:
    """Articles by number, each with whether its record is served; and how many items are in each state."""

    articles: dict[str, bool]
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ItemState, 0)))


async def contents_of(connection: AsyncConnection, consignment_ids: Collection[UUID]) -> dict[UUID, Contents]:
    """Returns what is in each of these consignments."""
    articles = await articles_of(connection, consignment_ids)
    contents = {one: Contents(articles.get(one, {})) for one in consignment_ids}
    item = consigned_item.c
    query = select(item.consignment_id, item.state, func.count()).where(among(item.consignment_id, consignment_ids))
    for consignment_id, state, count in await connection.execute(query.group_by(item.consignment_id, item.state)):
        contents[consignment_id].counts[state] = count
    return contents

"""Steps that several use cases share: adding goods to a consignment, and a line to its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Consignment, Item, goods_state, with_more_goods
from services.delivery.store import consignments, copies
from shared.bus import current_cause


async def add_goods(connection: AsyncConnection, wanted: Consignment, items: Sequence[Item]) -> Consignment:
    """Adds `items` to the consignment like `wanted`, makes it if there is none, and sets the items as their copies' goods."""
    consignment = await consignments.open_consignment(connection, wanted)
    await consignments.add_items(connection, consignment.consignment_id, items)
    goods = {
        item.copy.copy_id: (goods_state(item.state, consignment.leg), item.item_id) for item in items if item.copy is not None
    }
    await copies.set_goods(connection, goods)
    state = with_more_goods(consignment.state) if items else consignment.state
    if state is not consignment.state:
        await consignments.set_state(connection, consignment.consignment_id, state)
    return replace(consignment, state=state)


async def note(connection: AsyncConnection, consignment: Consignment, action: str, *, detail: str, at: datetime) -> None:
    """Writes a line of the consignment's history, with actor and correlation id."""
    cause = current_cause()
    entry = consignments.Entry(
        consignment_id=consignment.consignment_id,
        at=at,
        actor=cause.actor,
        correlation_id=cause.correlation_id,
        action=action,
        detail=detail,
    )
    await consignments.add_history(connection, entry)

"""How every change of an order begins and ends: row lock, version, timeline, published events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.copies import Change
from services.orders.domain.open_order import NO_NEWS, News, OpenOrder
from services.orders.store import copies as copy_store
from services.orders.store.copies import BarcodeInUse, Entry
from shared.bus import publish
from shared.clock import Clock
from shared.messaging.errors import Poison


async def open_order(connection: AsyncConnection, order_id: UUID) -> OpenOrder:
    """Locks an order that an event names. Raises Poison if the book has no such order."""
    order = await copy_store.lock_order(connection, order_id)
    if order is None:
        raise Poison(f"no order {order_id} in the order book")
    return order


async def finish_change(
    connection: AsyncConnection,
    order: OpenOrder,
    changes: Sequence[Change],
    entries: Sequence[Entry],
    *,
    cause: str,
    clock: Clock,
    news: News = NO_NEWS,
) -> None:
    """Writes changes, entries and what a person must decide, and publishes the copies that moved and the lines with news.

    A barcode that another copy has is left out, noted, and asks a person.
    """
    now = clock.now()
    changes, refused = await _with_free_barcodes(connection, order, changes)
    entries = [*entries, *refused]
    asked = dict(news.attention)
    for entry in refused:
        key = str(entry.line_key)
        asked[key] = " ".join(filter(None, (asked.get(key), entry.reason)))
    facts = outgoing.lines_progressed(order, changes, replace(news, attention=asked), cause=cause, at=now)
    asking = {fact.line_key: fact.attention for fact in facts if fact.attention is not None}
    await copy_store.set_attention(connection, asking, at=now, version=order.version)
    await copy_store.write_changes(connection, order, changes, entries, cause=cause, at=now)
    await publish(connection, facts, clock, version=order.version)


async def _with_free_barcodes(
    connection: AsyncConnection, order: OpenOrder, changes: Sequence[Change]
) -> tuple[Sequence[Change], list[Entry]]:
    """Returns the changes without barcodes that another copy of the council has, and an entry about each."""
    given = {change.after.barcode for change in changes if change.after.barcode != change.before.barcode}
    new = {barcode for barcode in given if barcode is not None}
    if not new:
        return changes, []
    owners = {owner.barcode: owner for owner in await copy_store.barcodes_in_use(connection, order.council, new)}
    kept: list[Change] = []
    refused: list[Entry] = []
    for change in changes:
        copy, barcode = change.after, change.after.barcode
        if barcode is None or barcode not in new:
            kept.append(change)
            continue
        mine = BarcodeInUse(barcode, copy.copy_id, copy.copy_number, copy.branch, copy.line_key, order.order_number)
        owner = owners.setdefault(barcode, mine)
        if owner.copy_id == copy.copy_id:
            kept.append(change)
            continue
        text = f"Barcode {barcode} was given to {mine.in_words}, but {owner.in_words} has it: find out which copy carries it."
        refused.append(Entry(copy.line_key, text))
        kept.append(replace(change, after=replace(copy, barcode=change.before.barcode)))
    return kept, refused

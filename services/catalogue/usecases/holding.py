"""Keeps the copies that councils ordered, and gives each council its own with the titles it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.changes import ChangedTitle
from services.catalogue.domain.items import NO_HOLDINGS, Holdings, Item, completed
from services.catalogue.store.judgements import judgements_for
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyProgress, LineProgressed, OrderedCopy, OrderedLine, OrderedLines
from shared.formats.marc import KOHA
from shared.messaging.envelope import Envelope
from shared.money import to_decimal
from shared.records import CopyData
from shared.values import is_book, isbn13_or_none


async def keep_ordered_copies(connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines, Envelope]]) -> None:
    """Keeps the ordered copies of books. An order without a council has none to load them."""
    items = [
        _item(event, line, copy)
        for event, _ in arrived
        for line in event.lines
        if event.council is not None and is_book(line.isbn)
        for copy in line.copies
    ]
    await store.add_items(connection, items)


def _item(event: OrderedLines, line: OrderedLine, copy: OrderedCopy) -> Item:
    price = line.unit_price
    data = CopyData(
        branch=copy.branch.code,
        shelfmark=copy.shelfmark,
        price="" if price is None else str(to_decimal(price.minor, price.currency)),
        fund=copy.fund,
        item_type=copy.item.stock_category if copy.item is not None else "",
        collection=copy.sequence,
    )
    return Item(
        copy_id=copy.copy_id,
        isbn=line.isbn,
        council=event.council or "",
        supplier_id=line.supplier_id,
        line_key=line.line_key,
        order_number=event.order_number,
        copy_number=copy.copy_number,
        data=data,
    )


async def note_progress(connection: AsyncConnection, arrived: Sequence[tuple[LineProgressed, Envelope]], *, clock: Clock) -> None:
    """Keeps barcodes, which copies will not come, and books that come instead of those ordered; their readers learn of it."""
    items = await store.lock_items(connection, {copy.copy_id for event, _ in arrived for copy in event.copies})
    before = dict(items)
    for event, _ in arrived:
        for copy in event.copies:
            if copy.copy_id in items:
                items[copy.copy_id] = _progressed(items[copy.copy_id], copy, event.substitute_isbn)
    changed = {copy_id: item for copy_id, item in items.items() if item != before[copy_id]}
    await store.keep_items(connection, list(changed.values()))
    await _tell_readers(connection, changed, before, clock)


def _progressed(item: Item, copy: CopyProgress, substitute: str | None) -> Item:
    return replace(
        item,
        data=replace(item.data, barcode=copy.barcode or item.data.barcode),
        given_up=copy.to_state in GIVEN_UP,
        isbn=(isbn13_or_none(substitute) if substitute else None) or item.isbn,
    )


async def _tell_readers(
    connection: AsyncConnection, changed: Mapping[UUID, Item], before: Mapping[UUID, Item], clock: Clock
) -> None:
    now = {(item.isbn, item.council) for item in changed.values()}
    other_books = {(item.isbn, item.council) for copy_id, item in changed.items() if item.isbn != before[copy_id].isbn}
    # A book that comes instead is the council's from now on, as if ordered; the reminders publish its title.
    await store.note_orders(connection, other_books, clock.now())
    await store.move_titles(connection, now | {(before[copy_id].isbn, item.council) for copy_id, item in changed.items()})


async def holdings_of(connection: AsyncConnection, council: str | None, isbns: Collection[str]) -> dict[str, Holdings]:
    """Returns what a council reads with these titles, by ISBN: its items, in its own profile of fields, and its judgements.

    Nothing for a reader of no council.
    """
    if council is None or not isbns:
        return {}
    profile = await store.profile_of(connection, council)
    written = KOHA if profile is None else profile.written
    items = await store.items_of(connection, isbns)
    stated = await store.copies_stated(connection, items.keys())
    judged = await judgements_for(connection, council, isbns)
    found: dict[str, Holdings] = {}
    for isbn in items.keys() | judged.keys():
        yours = tuple(item for item in completed(items[isbn], stated[isbn]) if item.council == council)
        found[isbn] = Holdings(yours, written, judged.get(isbn))
    return found


async def with_holdings(connection: AsyncConnection, council: str | None, changed: Sequence[ChangedTitle]) -> list[ChangedTitle]:
    """Returns changed titles with the council's items of them."""
    held = await holdings_of(connection, council, {each.title.isbn for each in changed})
    return [replace(each, holdings=held.get(each.title.isbn, NO_HOLDINGS)) for each in changed]

"""The use cases of the catalogue, one function each. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain import Ask, Description, Record, Title, Wanted, no_such_title, retitle, updated, whom_to_ask
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.orders import OrderPlaced
from shared.contracts.suppliers import RecordSupplied
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.sourcing.rules import Strand
from shared.sourcing.store import rules_on
from shared.texts import composed
from shared.values import InvalidValue, isbn13_or_none, to_isbn13

ASKS_AT_ONCE = 200


async def take_record(connection: AsyncConnection, event: RecordSupplied, _: Envelope, *, clock: Clock) -> None:
    """Keeps what a supplier's record states, and publishes the title if its content changed.

    Raises Poison for an ISBN that cannot be one.
    """
    record = _record(event)
    before = await store.get_title(connection, record.isbn, locked=True)
    kept = {one.supplier_id: one for one in await store.records_of(connection, record.isbn)}
    kept[record.supplier_id] = updated(kept.get(record.supplier_id), record)
    await store.keep_record(connection, kept[record.supplier_id], message_id=event.message_id)
    after = retitle(before, kept.values(), clock.now())
    if after is None:
        return
    await store.keep_title(connection, after)
    await publish(connection, [outgoing.title_changed(after)], clock, version=after.version)


def _record(event: RecordSupplied) -> Record:
    try:
        isbn = to_isbn13(event.isbn)
    except InvalidValue as error:
        raise Poison(str(error)) from error
    described = Description(
        title=composed(event.title),
        subtitle=composed(event.subtitle),
        author=composed(event.author),
        publisher=composed(event.publisher),
        published=event.published,
        form=composed(event.form),
    )
    return Record(isbn, event.supplier_id, described, event.supplied_at, event.list_price, event.withdrawn)


async def ask_for_unknown_titles(connection: AsyncConnection, event: OrderPlaced, _: Envelope, *, clock: Clock) -> None:
    """Requests records of ordered books without a title: once a day per book and supplier, however often they are ordered."""
    council = event.council
    if council is None:
        raise Poison("an order names no council")
    # A DVD, say, is ordered by its EAN: suppliers have records of books only.
    books = [line for line in event.lines if isbn13_or_none(line.isbn)]
    known = await store.known_isbns(connection, {line.isbn for line in books})
    wanted = [
        Wanted(line.isbn, copy.branch.code, line.material, line.supplier_id)
        for line in books
        if line.isbn not in known
        for copy in line.copies
    ]
    today = clock.today()
    rules = await rules_on(connection, council, Strand.CATALOGUE, today)
    asks = whom_to_ask(wanted, rules, council=council, on=today)
    await _publish_requests(connection, await store.note_asks(connection, asks, clock.now()), clock)


async def ask_again(connection: AsyncConnection, clock: Clock) -> int:
    """Requests again records that were requested a day ago or earlier, of ISBNs without a title; returns how many.

    At most ASKS_AT_ONCE at a time; a supplier gets at most MOST_ASKS requests for one ISBN, the first included.
    """
    asks = await store.note_repeated_asks(connection, clock.now(), ASKS_AT_ONCE)
    await _publish_requests(connection, asks, clock)
    return len(asks)


async def _publish_requests(connection: AsyncConnection, asks: Sequence[Ask], clock: Clock) -> None:
    now = clock.now()
    await publish(connection, [outgoing.record_requested(ask, now) for ask in asks], clock)


async def find_title(connection: AsyncConnection, isbn: str) -> tuple[Title, list[Record]]:
    """Returns a title by ISBN-13 and the records it was chosen from. Raises DomainError (404), naming the suppliers asked."""
    title = await store.get_title(connection, isbn)
    if title is None:
        raise no_such_title(isbn, await store.suppliers_asked(connection, isbn))
    return title, await store.records_of(connection, isbn)

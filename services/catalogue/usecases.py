"""The use cases of the catalogue, one function each. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain import Ask, Description, Record, Title, Wanted, no_such_title, retitle, updated, whom_to_ask
from shared.bus import cause_of, publish, set_cause, to_envelope
from shared.clock import Clock
from shared.contracts.orders import OrderPlaced
from shared.contracts.suppliers import RecordSupplied
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.outbox import append
from shared.sourcing.rules import Strand
from shared.sourcing.store import rules_on
from shared.texts import composed
from shared.values import InvalidValue, isbn13_or_none, to_isbn13

ASKS_AT_ONCE = 200


async def take_records(connection: AsyncConnection, arrived: Sequence[tuple[RecordSupplied, Envelope]], *, clock: Clock) -> None:
    """Keeps what suppliers' records state, and publishes the titles whose content changed, once for each change.

    Raises Poison for an ISBN that cannot be one.
    """
    records = [(_record(event), event, envelope) for event, envelope in arrived]
    isbns = {record.isbn for record, _, _ in records}
    titles = await store.lock_titles(connection, isbns)
    kept = await store.records_of_all(connection, isbns)
    new: dict[tuple[str, str], tuple[Record, UUID]] = {}
    changed: dict[str, Title] = {}
    published: list[Envelope] = []
    for record, event, envelope in records:
        of_book = kept[record.isbn]
        of_book[record.supplier_id] = updated(of_book.get(record.supplier_id), record)
        new[record.isbn, record.supplier_id] = of_book[record.supplier_id], event.message_id
        after = retitle(changed.get(record.isbn) or titles.get(record.isbn), of_book.values(), clock.now())
        if after is not None:
            changed[record.isbn] = after
            set_cause(cause_of(envelope))
            published.append(to_envelope(outgoing.title_changed(after), clock=clock, version=after.version))
    await store.keep_records(connection, list(new.values()))
    await store.keep_titles(connection, list(changed.values()))
    await append(connection, published)


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
    return Record(isbn, event.supplier_id, described, event.supplied_at, event.list_price)


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

"""The use cases of the catalogue, one function each. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from shared.sourcing.rules import SourcingRule, Strand
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
    return Record(isbn, event.supplier_id, described, event.supplied_at, event.list_price, event.withdrawn)


async def ask_for_unknown_titles(
    connection: AsyncConnection, arrived: Sequence[tuple[OrderPlaced, Envelope]], *, clock: Clock
) -> None:
    """Requests records of ordered books without a title: once a day per book and supplier, however often they are ordered.

    Raises Poison for an order that names no council.
    """
    known = await store.known_isbns(connection, {line.isbn for event, _ in arrived for line in event.lines})
    today = clock.today()
    rules: dict[str, Sequence[SourcingRule]] = {}
    asked: dict[tuple[str, str], tuple[Ask, Envelope]] = {}
    for event, envelope in arrived:
        council = _council(event)
        if council not in rules:
            rules[council] = await rules_on(connection, council, Strand.CATALOGUE, today)
        for ask in whom_to_ask(_unknown(event, known), rules[council], council=council, on=today):
            asked.setdefault((ask.isbn, ask.supplier_id), (ask, envelope))
    now = clock.now()
    published: list[Envelope] = []
    for ask in await store.note_asks(connection, [ask for ask, _ in asked.values()], now):
        set_cause(cause_of(asked[ask.isbn, ask.supplier_id][1]))
        published.append(to_envelope(outgoing.record_requested(ask, now), clock=clock))
    await append(connection, published)


def _council(event: OrderPlaced) -> str:
    if event.council is None:
        raise Poison("an order names no council")
    return event.council


def _unknown(event: OrderPlaced, known: Collection[str]) -> list[Wanted]:
    """Returns the copies of books without a title. A DVD, say, is ordered by its EAN: suppliers have records of books only."""
    return [
        Wanted(line.isbn, copy.branch.code, line.material, line.supplier_id)
        for line in event.lines
        if line.isbn not in known and isbn13_or_none(line.isbn)
        for copy in line.copies
    ]


async def ask_again(connection: AsyncConnection, clock: Clock) -> int:
    """Requests again records that were requested a day ago or earlier, of ISBNs without a title; returns how many.

    At most ASKS_AT_ONCE at a time; a supplier gets at most MOST_ASKS requests for one ISBN, the first included.
    """
    now = clock.now()
    asks = await store.note_repeated_asks(connection, now, ASKS_AT_ONCE)
    await publish(connection, [outgoing.record_requested(ask, now) for ask in asks], clock)
    return len(asks)


async def find_title(connection: AsyncConnection, isbn: str) -> tuple[Title, list[Record]]:
    """Returns a title by ISBN-13 and the records it was chosen from. Raises DomainError (404), naming the suppliers asked."""
    title = await store.get_title(connection, isbn)
    if title is None:
        raise no_such_title(isbn, await store.suppliers_asked(connection, isbn))
    return title, await store.records_of(connection, isbn)

"""Requests records of ordered books without a title, and publishes the titles of those that have one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.asking import Ask, Wanted, whom_to_ask
from services.catalogue.domain.merging import Title
from services.catalogue.usecases.judging import judge_ordered
from services.catalogue.usecases.publishing import as_it_is, serve_titles
from shared.bus import cause_of, publish, set_cause, to_envelope
from shared.clock import Clock
from shared.contracts.orders import OrderedLines
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.outbox import append
from shared.sourcing.contract_end_store import in_force
from shared.sourcing.contract_ends import Contracts
from shared.sourcing.rules import Strand
from shared.sourcing.store import rules_on
from shared.sourcing.trials import Chooser, chooser
from shared.values import is_book

ASKS_AT_ONCE = 200


async def ask_for_unknown_titles(
    connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines, Envelope]], *, clock: Clock
) -> None:
    """Requests records of ordered books without a title: once a day per book and supplier, however often they are ordered.

    Publishes the titles of books that are ordered for the first time and have one, and judges their records.

    Raises Poison for an order that names no council.
    """
    ordered = {
        (line.isbn, _council(event)): envelope for event, envelope in arrived for line in event.lines if is_book(line.isbn)
    }
    first_orders = await store.note_orders(connection, ordered.keys(), clock.now())
    isbns = {isbn: envelope for (isbn, _), envelope in ordered.items()}
    titles = await store.lock_unpublished(connection, isbns.keys(), None)
    await _serve_first(connection, titles, clock, lambda isbn: set_cause(cause_of(isbns[isbn])), first_orders)
    known = await store.known_isbns(connection, isbns)
    today = clock.today()
    ends = await in_force(connection, {_council(event) for event, _ in arrived})
    choosers: dict[str, Chooser] = {}
    asked: dict[tuple[str, str], tuple[Ask, Envelope]] = {}
    for event, envelope in arrived:
        council = _council(event)
        if council not in choosers:
            rules = await rules_on(connection, council, Strand.CATALOGUE, today)
            choosers[council] = chooser(Contracts(today, ends[council]).apply(rules), council=council, on=today)
        instead = Contracts(today, ends[council]).server
        for ask in whom_to_ask(_unknown(event, known), choosers[council], council=council, instead=instead):
            asked.setdefault((ask.isbn, ask.supplier_id), (ask, envelope))
    now = clock.now()
    published: list[Envelope] = []
    for ask in await store.note_asks(connection, [ask for ask, _ in asked.values()], now):
        set_cause(cause_of(asked[ask.isbn, ask.supplier_id][1]))
        published.append(to_envelope(outgoing.record_requested(ask, now), clock=clock))
    await append(connection, published)


async def _serve_first(
    connection: AsyncConnection,
    titles: Sequence[Title],
    clock: Clock,
    cause: Callable[[str], None],
    first_orders: Set[tuple[str, str]] = frozenset(),
) -> None:
    """Publishes and judges titles that a council ordered and never got; they are locked."""
    await serve_titles(connection, titles, clock, cause, first_orders=first_orders)
    await judge_ordered(connection, [title.isbn for title in titles], clock, cause)


def _council(event: OrderedLines) -> str:
    if event.council is None:
        raise Poison("an order names no council")
    return event.council


def _unknown(event: OrderedLines, known: Collection[str]) -> list[Wanted]:
    """Returns the copies of books without a title."""
    return [
        Wanted(line.isbn, copy.branch.code, line.material, line.supplier_id)
        for line in event.lines
        if line.isbn not in known and is_book(line.isbn)
        for copy in line.copies
    ]


async def ask_again(connection: AsyncConnection, clock: Clock) -> bool:
    """Requests again records that were requested a day ago or earlier, of ISBNs without a title.

    Returns whether there may be more: at most ASKS_AT_ONCE are made at a time. A supplier gets at most MOST_ASKS requests for one
    ISBN, the first included.
    """
    now = clock.now()
    asks = await store.note_repeated_asks(connection, now, ASKS_AT_ONCE)
    await publish(connection, [outgoing.record_requested(ask, now) for ask in asks], clock)
    return len(asks) == ASKS_AT_ONCE


async def publish_overdue(connection: AsyncConnection, clock: Clock) -> None:
    """Publishes ordered titles that were not published: order and record arrived at the same moment."""
    await _serve_first(connection, await store.lock_unpublished(connection, None, ASKS_AT_ONCE), clock, as_it_is)

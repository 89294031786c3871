"""Requests records of ordered books without a title, and publishes the titles of those that have one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.asking import Ask, AskedFor, Wanted, requests_of, whom_to_ask
from services.catalogue.domain.merging import Title
from services.catalogue.usecases.counting import tell_times_supplied
from services.catalogue.usecases.judging import judge_ordered
from services.catalogue.usecases.publishing import as_it_is, serve_titles
from shared.bus import cause_of, publish, set_cause, to_envelope
from shared.clock import Clock
from shared.contracts.decisions import LinesDecided
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


@dataclass(frozen=True, slots=True)
class _Unknown:
    """The copies of an order of books without a title."""

    council: str
    copies: Sequence[Wanted]


async def ask_for_unknown_titles(
    connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines | LinesDecided, Envelope]], *, clock: Clock
) -> None:
    """Requests records of ordered books without a title: once a day per book and supplier, however often they are ordered.

    A substitute that was accepted counts as ordered.

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
    wanted = [(unknown, envelope) for event, envelope in arrived if (unknown := _unknown(event, known))]
    await _request(connection, wanted, clock)


async def _request(connection: AsyncConnection, wanted: Sequence[tuple[_Unknown, Envelope]], clock: Clock) -> None:
    """Requests records of books without a title, and keeps for whom."""
    choices = await _choices(connection, sorted({unknown.council for unknown, _ in wanted}), clock.today())
    asked: list[AskedFor] = []
    requests: dict[tuple[str, str], tuple[Ask, Envelope]] = {}
    for unknown, envelope in wanted:
        choose, instead = choices[unknown.council]
        of_order = whom_to_ask(unknown.copies, choose, council=unknown.council, instead=instead)
        asked += of_order
        for ask in requests_of(of_order):
            requests.setdefault((ask.isbn, ask.supplier_id), (ask, envelope))
    await store.note_asked_for(connection, asked)
    now = clock.now()
    published: list[Envelope] = []
    for ask in await store.note_asks(connection, [ask for ask, _ in requests.values()], now):
        set_cause(cause_of(requests[ask.isbn, ask.supplier_id][1]))
        published.append(to_envelope(outgoing.record_requested(ask, now), clock=clock))
    await append(connection, published)


class _Choice(NamedTuple):
    """Whom a council asks: the choice by its rules, and who is asked instead of a book's supplier."""

    choose: Chooser
    instead: Callable[[str], str | None]


async def _choices(connection: AsyncConnection, councils: Sequence[str], today: date) -> dict[str, _Choice]:
    """Returns the choice by each council's rules, which stay as they are until the transaction ends."""
    await store.lock_asking(connection, councils)
    ends = await in_force(connection, councils)
    choices: dict[str, _Choice] = {}
    for council in councils:
        contracts = Contracts(today, ends[council])
        rules = contracts.apply(await rules_on(connection, council, Strand.CATALOGUE, today))
        choices[council] = _Choice(chooser(rules, council=council, on=today), contracts.server)
    return choices


async def _serve_first(
    connection: AsyncConnection,
    titles: Sequence[Title],
    clock: Clock,
    cause: Callable[[str], None],
    first_orders: Set[tuple[str, str]] = frozenset(),
) -> None:
    """Publishes and judges titles that a council ordered and never got, and how often their records came; they are locked."""
    await serve_titles(connection, titles, clock, cause, first_orders=first_orders)
    isbns = [title.isbn for title in titles]
    await judge_ordered(connection, isbns, clock, cause)
    if isbns:
        await tell_times_supplied(connection, await store.times_supplied(connection, isbns), clock, cause)


def _council(event: OrderedLines | LinesDecided) -> str:
    if event.council is None:
        raise Poison("an order names no council")
    return event.council


def _unknown(event: OrderedLines | LinesDecided, known: Collection[str]) -> _Unknown | None:
    """Returns the copies of books without a title; None where there are none."""
    copies = [
        Wanted(line.isbn, copy.branch.code, line.material, line.supplier_id)
        for line in event.lines
        if line.isbn not in known and is_book(line.isbn)
        for copy in line.copies
    ]
    return _Unknown(_council(event), copies) if copies else None


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

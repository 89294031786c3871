"""Judges records by the minimums of the councils that ordered their books, and publishes what changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.judging import Judgement, judge, news
from services.catalogue.domain.merging import ranked
from services.catalogue.domain.minimums import SetMinimum
from services.catalogue.store import judgements, minimums
from services.catalogue.store.judgements import Rejudging
from services.catalogue.usecases.indexing import Books
from services.catalogue.usecases.publishing import as_it_is
from shared.bus import to_envelope
from shared.clock import Clock
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append

JUDGED_AT_ONCE = 200


async def judge_ordered(connection: AsyncConnection, isbns: Collection[str], clock: Clock, cause: Callable[[str], None]) -> None:
    """Does the same as `judge_books` with the records that these books have; their titles are locked."""
    if isbns:
        await judge_books(connection, await store.records_of_all(connection, isbns), clock, cause)


async def judge_books(connection: AsyncConnection, books: Books, clock: Clock, cause: Callable[[str], None]) -> None:
    """Judges books for each council that ordered them, by its minimum in force; keeps and publishes the judgements that changed.

    The books' titles are locked. `cause` is called with an ISBN before its event is made.
    """
    ordered = await judgements.councils_of(connection, books.keys())
    if not ordered:
        return
    in_force = await minimums.minimums_in_force(connection, {council for _, council in ordered}, clock.today())
    before = await judgements.judgements_of(connection, {isbn for isbn, _ in ordered})
    now = clock.now()
    made = [judged for isbn, council in ordered if (judged := _judged(books, isbn, in_force[council], now)) is not None]
    changed = [new for each in made if (new := news(before.get((each.isbn, each.council)), each)) is not None]
    await judgements.keep_judgements(connection, changed)
    await store.move_titles(connection, {(each.isbn, each.council) for each in changed})
    await append(connection, [_envelope(each, clock, cause) for each in changed])


def _judged(books: Books, isbn: str, in_force: SetMinimum, now: datetime) -> Judgement | None:
    """Returns what a minimum says of the record that gives most of the title; None where no record counts."""
    best = ranked(books[isbn].values())
    return judge(best[0], in_force.minimum, in_force.council, now) if best else None


def _envelope(judged: Judgement, clock: Clock, cause: Callable[[str], None]) -> Envelope:
    cause(judged.isbn)
    return to_envelope(outgoing.record_judged(judged), clock=clock, version=judged.version)


async def councils_to_rejudge(connection: AsyncConnection) -> Sequence[str]:
    """Returns the councils whose books may have to be judged again."""
    return await judgements.councils_with_minimum(connection)


async def rejudge(connection: AsyncConnection, council: str, clock: Clock) -> bool:
    """Judges the next JUDGED_AT_ONCE books of a council by the minimum in force today; returns whether there may be more.

    A minimum that was set, or that begins today, starts again at the first book.
    """
    progress = await judgements.hold_rejudging(connection, council)
    if progress is None:
        return False
    in_force = (await minimums.minimums_in_force(connection, [council], clock.today()))[council]
    if progress.minimum_id != in_force.number:
        progress = Rejudging(council, in_force.number)
    if progress.done:
        return False
    isbns = await judgements.ordered_after(connection, progress, JUDGED_AT_ONCE)
    titles = await store.lock_titles(connection, isbns)
    await judge_ordered(connection, titles.keys(), clock, as_it_is)
    done = len(isbns) < JUDGED_AT_ONCE
    await judgements.keep_rejudging(connection, Rejudging(council, in_force.number, isbns[-1] if isbns else "", done))
    return not done

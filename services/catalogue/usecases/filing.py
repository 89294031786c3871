"""Makes the files of records that councils' mailboxes get: what changed since the file before, each change in one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.changes import Place, Readership, Span
from services.catalogue.domain.filing import Filing, Wish, Written, first_file, moved, wanted
from services.catalogue.domain.items import Holdings
from services.catalogue.domain.merging import Title
from services.catalogue.store.filing import due_filing, filing_of, keep_filing
from services.catalogue.usecases.holding import with_holdings
from shared.bus import publish
from shared.clock import Clock
from shared.db.locks import lock_names

# Titles that are read at once.
_CHUNK = 200
_HOUR = timedelta(hours=1)


async def wish_for_files(connection: AsyncConnection, council: str, wish: Wish, by: str, clock: Clock) -> Filing:
    """Keeps when a council wants files. The first one begins with what changes from now on; later wishes skip nothing."""
    await lock_names(connection, f"record-files/{council}")
    before = await filing_of(connection, council)
    now = clock.now()
    if before is None:
        settled = await store.frontier(connection)
        wished = Filing(council, wish, settled.history, settled.place, now, 0, None, by, now)
    else:
        wished = replace(before, wish=wish, set_by=by, set_at=now)
    await keep_filing(connection, wished)
    return wished


async def file_due(connection: AsyncConnection, clock: Clock, write: Callable[[Title, Holdings], bytes]) -> bool:
    """Makes the next file that is due; returns False where none is. The file and how far it goes commit together."""
    today, now = clock.today(), clock.now()
    filing = await due_filing(connection, today, (now - clock.start_of(today)) // _HOUR)
    if filing is None:
        return False
    settled = await store.frontier(connection)
    readers = Readership(filing.council)
    if filing.history == settled.history:
        after = filing.place
    else:
        # The database was restored: its numbers mean nothing now, but times do.
        after = await store.place_before(connection, replace(readers, since=filing.reached_at), settled)
    chunk = await store.changed_titles(connection, readers, Span(after, settled.place), _CHUNK)
    chosen = [each for each in await with_holdings(connection, filing.council, chunk) if wanted(filing, each)]
    written = first_file(Written(each, write(each.title, each.holdings)) for each in chosen)
    whole = len(chunk) < _CHUNK and len(written) == len(chosen)
    place = settled.place if whole else _end(written, whole=len(written) == len(chosen), last=chunk[-1].place)
    after_it = moved(filing, place, settled, now, filed=bool(written), complete_on=today if whole else None)
    if written:
        content = b"".join(each.raw for each in written)
        await publish(connection, [outgoing.records_filed(after_it, len(written), content)], clock)
    await keep_filing(connection, after_it)
    return True


def _end(written: list[Written], *, whole: bool, last: Place) -> Place:
    """Returns how far a file goes: to the last title that was read where all of them fit, else to the last one in it."""
    return last if whole else written[-1].changed.place

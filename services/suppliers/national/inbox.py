"""Fetches files from the bookseller's folders, and removes them when that is safe. `arrivals` decides what may be done with each.

One file never stops the others: what cannot be read is reported once and tried again after a pause. Memory holds a few small
files. A large file is yielded for the exchange to take in parts beside the looks, over a connection of its own, so that no answer
waits for it: a server answers the requests of one connection one after the other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from functools import partial

import asyncssh
import structlog

from services.suppliers.contract import NOT_FETCHED, LargeMessage, RawMessage, SupplierUnavailable, not_fetched
from services.suppliers.national.connection import Refused
from services.suppliers.national.profile import Mailbox
from shared.sftp.arrivals import Arrival, Entry, Version, shown
from shared.sftp.connection import Connection
from shared.sftp.endings import WINDOW, ending_of
from shared.sftp.files import chunks_of, entries_in, read_part, remove_as_read, version_of

# Files read at the same time, because each costs several round trips, and how large they may be together.
_READ_AT_ONCE = 8
_SMALL = 1024 * 1024
_MOST_REPORTS = 20
log = structlog.get_logger(__name__)


class Inbox:
    """The folders in which the supplier leaves files for us."""

    def __init__(self, mailbox: Mailbox, connection: Connection, beside: Connection) -> None:
        """`beside` is for large files."""
        self._mailbox = mailbox
        self._connection = connection
        self._beside = beside
        self._now = time.monotonic
        # By path as text: it is the name of the message.
        self._arrivals: dict[str, Arrival] = {}

    async def fetch(self) -> AsyncIterator[RawMessage | LargeMessage]:
        """Yields the files that may be taken, folder by folder in the profile's order, oldest first in each; then reports.

        The folders are listed in reverse order, so that a despatch is never yielded before a response that was in the mailbox
        when it arrived. Raises SupplierUnavailable.
        """
        found = await self._look()
        waiting = [arrival for arrival in found if arrival.may_be_read(self._mailbox, self._now())]
        for batch in _batches(arrival for arrival in waiting if arrival.entry.version.size <= _SMALL):
            messages = await asyncio.gather(*(self._message_of(one, self._connection) for one in batch), return_exceptions=True)
            for message in messages:
                if isinstance(message, RawMessage):
                    yield message
            for error in messages:
                if isinstance(error, BaseException):
                    raise error
            del messages
        large = [arrival for arrival in waiting if arrival.entry.version.size > _SMALL]
        if large:
            following = min(large, key=lambda arrival: arrival.tried_at)
            taken = partial(self._note_taken, following)
            yield LargeMessage(shown(following.entry.path), self._parts_of(following), taken)
        for arrival in found:
            await self._remove(arrival)
        for report in self._reports():
            log.warning("a file stays in the mailbox", name=report.name, reason=report.body.decode())
            yield report

    async def taken(self, message: RawMessage) -> None:
        """Notes that the file was taken, and removes it unless it may still grow. Raises SupplierUnavailable."""
        arrival = self._arrivals.get(message.name)
        if arrival is not None and message.content_type != NOT_FETCHED:
            await self._note_taken(arrival)

    async def _note_taken(self, arrival: Arrival) -> None:
        arrival.kept = arrival.fetched
        await self._remove(arrival)

    async def close(self) -> None:
        """Closes the connection for large files."""
        await self._beside.close()

    async def _look(self) -> list[Arrival]:
        """Returns every visible entry of every folder that can be listed. Raises SupplierUnavailable where none can be."""
        listed: list[list[Arrival]] = []
        failures: list[Refused] = []
        seen: set[str] = set()
        for folder in reversed(self._mailbox.folders.inbound):
            here = Entry(b".", folder.encode(), Version(0, 0))
            try:
                entries = await entries_in(self._connection, here.name, seconds=self._mailbox.file_seconds)
            except Refused as error:
                failures.append(error)
                closed = self._noted(here)
                closed.failed(self._now(), f"it could not be listed: {error}")
                seen |= {shown(closed.entry.path), *self._names_in(here.name)}
                continue
            listed.append([self._noted(entry) for entry in entries])
            seen.update(shown(entry.path) for entry in entries)
        if not listed:
            raise failures[0]
        self._arrivals = {name: arrival for name, arrival in self._arrivals.items() if name in seen}
        return [arrival for arrivals in reversed(listed) for arrival in arrivals]

    def _noted(self, entry: Entry) -> Arrival:
        now = self._now()
        arrival = self._arrivals.setdefault(shown(entry.path), Arrival(entry, since=now, begun=now))
        arrival.seen(entry, self._mailbox, now)
        return arrival

    def _names_in(self, folder: bytes) -> Iterator[str]:
        return (name for name, arrival in self._arrivals.items() if arrival.entry.folder == folder)

    async def _message_of(self, arrival: Arrival, connection: Connection) -> RawMessage | None:
        """Returns the file, whole; None where it is not complete yet, is gone or cannot be read. Raises SupplierUnavailable."""
        name, version = shown(arrival.entry.path), arrival.entry.version
        arrival.tried_at = self._now()
        try:
            body = await self._read(connection, arrival.entry, 0, version.size + 1)
        except asyncssh.SFTPNoSuchFile:
            log.info("a file was gone before it was read", name=name)
            return None
        except SupplierUnavailable as error:
            arrival.failed(self._now(), f"it could not be read: {error}")
            if isinstance(error, Refused):
                return None
            raise
        if len(body) != version.size:
            return None
        arrival.read_as(version, ending_of(body[:WINDOW], body[-WINDOW:]))
        return RawMessage(name, body) if arrival.is_finished(self._mailbox, self._now()) else None

    async def _is_worth_reading(self, arrival: Arrival, connection: Connection) -> bool:
        """Whether a large file seems to be finished; looks at its ends only."""
        if not arrival.is_finished(self._mailbox, self._now()):
            head = await self._read(connection, arrival.entry, 0, WINDOW)
            tail = await self._read(connection, arrival.entry, max(0, arrival.entry.version.size - WINDOW), WINDOW)
            arrival.ending = ending_of(head, tail)
        return arrival.is_finished(self._mailbox, self._now())

    async def _read(self, connection: Connection, entry: Entry, start: int, length: int) -> bytes:
        return await read_part(connection, entry, start, length, seconds=self._mailbox.file_seconds)

    async def _parts_of(self, arrival: Arrival) -> AsyncIterator[bytes]:
        """Yields a large file in parts; none where it turns out to be unfinished.

        Raises SupplierUnavailable where it changes meanwhile, or cannot be read.
        """
        version, path = arrival.entry.version, arrival.entry.path
        arrival.tried_at = self._now()
        head = tail = b""
        size = 0
        try:
            if not await self._is_worth_reading(arrival, self._beside):
                return
            async for chunk in chunks_of(self._beside, arrival.entry, 0, version.size + 1):
                head, tail, size = head or chunk[:WINDOW], (tail + chunk)[-WINDOW:], size + len(chunk)
                yield chunk
            async with self._beside.working(f"{shown(path)} could not be looked at") as client:
                now = version_of(await client.lstat(path))
        except (SupplierUnavailable, asyncssh.SFTPNoSuchFile) as error:
            arrival.failed(self._now(), f"it could not be read: {error}")
            raise SupplierUnavailable(f"{shown(path)} could not be read: {error}") from error
        if size != version.size or now != version:
            raise SupplierUnavailable(f"{shown(path)} changed while it was read")
        arrival.read_as(version, ending_of(head, tail))

    async def _remove(self, arrival: Arrival) -> None:
        """Removes a file that was taken and is settled, unless it changed since the last look."""
        if not arrival.may_be_removed(self._mailbox, self._now()):
            return
        try:
            await remove_as_read(self._connection, arrival.entry)
        except Refused as error:
            arrival.failed(self._now(), f"it was taken but could not be removed: {error}")

    def _reports(self) -> Sequence[RawMessage]:
        """Returns a report of each file that stays in the mailbox; of more than _MOST_REPORTS, one report counts the others."""
        found: list[RawMessage] = []
        for name, arrival in self._arrivals.items():
            if text := arrival.report(self._mailbox, self._now()):
                found.append(not_fetched(name, text))
        if len(found) <= _MOST_REPORTS:
            return found
        rest = [report.name for report in found[_MOST_REPORTS:]]
        log.warning("many files stay in the mailbox", names=rest)
        return [*found[:_MOST_REPORTS], not_fetched(f"{rest[0]} and {len(rest) - 1} more", "the log names each with its reason")]


def _batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Yields the files in their order, as many together as memory may hold."""
    batch: list[Arrival] = []
    for arrival in arrivals:
        together = sum(one.entry.version.size for one in batch) + arrival.entry.version.size
        if batch and (len(batch) == _READ_AT_ONCE or together > _SMALL):
            yield batch
            batch = []
        batch.append(arrival)
    if batch:
        yield batch

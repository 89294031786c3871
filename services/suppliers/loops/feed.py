"""Reads one file of records in small turns: the reading itself in a thread, each part's effects in a transaction.

Memory holds one part of the file and few records, whatever the size of the file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import metrics
from services.suppliers.contract import ReadsFeeds
from services.suppliers.domain.feed_progress import Progress
from services.suppliers.domain.messages import Message, State
from services.suppliers.exchange import Exchange
from services.suppliers.store import messages
from services.suppliers.usecases import feeding
from shared.findings import Finding, FindingList
from shared.records import KeptAside, Record

# Records of one transaction: few enough that no other request of the process waits for long.
_AT_ONCE = 200

Read = Record | KeptAside | Finding


class FeedInHand:
    """One file of records that is being read. It is dropped when a turn fails: the next process or turn goes on in its place."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, adapter: ReadsFeeds, message: Message) -> None:
        self._engine = engine
        self._exchange = exchange
        self._adapter = adapter
        self.message = message
        self._parts = _Parts(engine, message)
        self._items: Iterator[Read] = iter(())
        self._progress: Progress | None = None
        # Of a file that is gone on with, the findings about the file as a whole are read again, with what was read before.
        self._findings = FindingList()

    async def begin(self) -> bool:
        """Finds out where to go on; False where nothing of the message is to be read."""
        async with self._engine.begin() as connection:
            locked = await messages.lock(connection, self.message.id)
            if locked.state is not State.RECEIVED:
                return False
            self._progress = await feeding.begin(connection, self._exchange, locked)
        if self._progress is None:
            return False
        self._items = self._adapter.read_feed(self._parts, self._progress.position)
        return True

    async def advance(self) -> bool:
        """Reads and applies the next records; False when the file is at its end, and its message ended."""
        read = await asyncio.to_thread(self._next)
        async with self._engine.begin() as connection:
            locked = await messages.lock(connection, self.message.id)
            if locked.state is not State.RECEIVED or self._progress is None:
                return False
            self._findings += [each for each in read if isinstance(each, Finding)]
            parts = [each for each in read if not isinstance(each, Finding)]
            if read:
                self._progress = await feeding.take(
                    connection, self._exchange, locked, self._progress, parts, bytes_read=self._parts.bytes_read
                )
                return True
            ended = await feeding.finish(connection, self._exchange, locked, self._progress, tuple(self._findings))
        metrics.INBOUND.labels(self._exchange.profile.supplier_id, ended.kind, ended.state).inc()
        return False

    def _next(self) -> Sequence[Read]:
        return list(islice(self._items, _AT_ONCE))


class _Parts:
    """The bytes of a kept message, part by part, for a thread that reads them. The database is asked in the event loop."""

    def __init__(self, engine: AsyncEngine, message: Message) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._message = message
        self._loop = asyncio.get_running_loop()
        self.bytes_read = 0

    def __iter__(self) -> Iterator[bytes]:
        number = 0
        while part := asyncio.run_coroutine_threadsafe(self._part(number), self._loop).result():
            self.bytes_read += len(part)
            yield part
            number += 1

    async def _part(self, number: int) -> bytes:
        async with self._engine.connect() as connection:
            return await messages.part_of(connection, self._message.id, number)

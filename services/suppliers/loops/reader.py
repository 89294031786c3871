"""Reads and applies kept messages, whether pushed or fetched: small and large ones apart, each oldest first.

A file of 20,000 records takes many seconds; an answer that arrives meanwhile must not wait for it. Opens the transactions.
"""

from __future__ import annotations

import asyncio
from datetime import date

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import metrics
from services.suppliers.contract import RawMessage, Reading, ReadsFeeds
from services.suppliers.domain.messages import Message, State
from services.suppliers.domain.reading import read
from services.suppliers.exchange import Exchange
from services.suppliers.loops.feed import FeedInHand
from services.suppliers.store import messages
from services.suppliers.usecases import intake
from shared.bus import Cause, set_cause
from shared.db.errors import is_passing

# Reading more bytes than this would delay every other request of the process, so it is done in a thread and by a loop of its own.
_LARGE = 65_536
_ENDLESS = 2**62
# By which a file of records is recognised.
_HEAD = 8_192
SMALL_MESSAGES, LARGE_MESSAGES = range(_LARGE + 1), range(_LARGE + 1, _ENDLESS)
_ALL_MESSAGES = range(_ENDLESS)
# Records applied in one transaction: few enough that no other request of the process waits for long.
_RECORDS_AT_ONCE = 200
_MEASURE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Reader:
    """One supplier's inbound side. A message is `received` until its effects commit, so a restart continues with it."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, sizes: range = _ALL_MESSAGES) -> None:
        """`sizes` are the sizes in bytes of the messages that it reads."""
        self._engine = engine
        # To look for work needs no transaction.
        self._looking = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._exchange = exchange
        self._sizes = sizes
        self._next_measure = 0.0
        self._feed: FeedInHand | None = None

    async def turn(self) -> bool:
        """Applies the next message, or the next part of a file of records; returns False when none is due."""
        await self._measure()
        # One that fails is dropped: the next turn begins where its last part ended.
        feed, self._feed = self._feed, None
        message = feed.message if feed is not None else await self._next()
        if message is None:
            return False
        set_cause(Cause(message.correlation_id))
        try:
            if feed is None:
                self._feed = await self._begin(message)
            elif await feed.advance():
                self._feed = feed
        except Exception as error:
            if is_passing(error):
                raise
            # One message that cannot be applied must not block those behind it.
            log.exception("a message could not be applied", message=str(message.id))
            await self._quarantine(message, _reason(error))
        return True

    async def _next(self) -> Message | None:
        async with self._looking.connect() as connection:
            return await messages.next_received(connection, self._exchange.clock.now(), self._sizes)

    async def _begin(self, message: Message) -> FeedInHand | None:
        """Applies a whole message; returns a file of records, to be read in further turns."""
        adapter = self._exchange.adapter
        async with self._looking.connect() as connection:
            head = await messages.part_of(connection, message.id, 0)
            if isinstance(adapter, ReadsFeeds) and not message.content_type and adapter.is_feed(head[:_HEAD]):
                feed = FeedInHand(self._engine, self._exchange, adapter, message)
                return feed if await feed.begin() else None
            body = await messages.body_of(connection, message.id)
        reading = await self._read(RawMessage(message.name, body, message.content_type), message.created_at.date())
        await self._apply_records(message, reading)
        await self._apply(message, reading)
        return None

    async def _measure(self) -> None:
        """Updates the gauges, every few seconds."""
        now = asyncio.get_running_loop().time()
        if now < self._next_measure:
            return
        self._next_measure = now + _MEASURE_SECONDS
        supplier_id = self._exchange.profile.supplier_id
        async with self._looking.connect() as connection:
            for state, number in (await messages.pending(connection)).items():
                metrics.PENDING.labels(supplier_id, state).set(number)
            last = await messages.last_inbound_at(connection)
        if last is not None:
            metrics.LAST_HEARD.labels(supplier_id).set(last.timestamp())

    async def _read(self, raw: RawMessage, received: date) -> Reading:
        adapter = self._exchange.adapter
        if len(raw.body) > _LARGE:
            return await asyncio.to_thread(read, adapter, raw, received)
        return read(adapter, raw, received)

    async def _apply_records(self, message: Message, reading: Reading) -> None:
        """Applies the records of a message with many of them, a part at a time, so that the rest of it is little."""
        if len(reading.facts) <= _RECORDS_AT_ONCE:
            return
        for start in range(0, len(reading.facts), _RECORDS_AT_ONCE):
            places = range(start, min(start + _RECORDS_AT_ONCE, len(reading.facts)))
            async with self._engine.begin() as connection:
                locked = await messages.lock(connection, message.id)
                unfinished = locked.state is State.RECEIVED
                if not unfinished or not await intake.apply_records(connection, self._exchange, locked, reading, places):
                    return

    async def _apply(self, message: Message, reading: Reading) -> None:
        async with self._engine.begin() as connection:
            locked = await messages.lock(connection, message.id)
            if locked.state is not State.RECEIVED:
                return
            ended = (await intake.apply(connection, self._exchange, locked, reading)).message
        if ended.state is not State.RECEIVED:
            metrics.INBOUND.labels(self._exchange.profile.supplier_id, ended.kind, ended.state).inc()

    async def _quarantine(self, message: Message, reason: str) -> None:
        async with self._engine.begin() as connection:
            locked = await messages.lock(connection, message.id)
            if locked.state is State.RECEIVED:
                await intake.quarantine(connection, self._exchange, locked, reason)


def _reason(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return "the database refuses a value in it: a number or date out of range, or text that is not valid Unicode"
    return (
        f"a fault of ours, not of the supplier's, kept it from being applied: {error!r}. Report it to the people who run "
        "Stockbridge, and replay the message when they have corrected it"
    )

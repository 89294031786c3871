"""Reads the files of mailboxes: one at a time in each mailbox, in their order, several mailboxes at once. Opens the transactions.

A file is `received` until everything it led to commits, so a restart continues with it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.lms import metrics
from services.lms.dialects.facts import ReadFile
from services.lms.domain.mailbox_messages import State
from services.lms.speaking import Correspondent, Correspondents
from services.lms.store import asked, news, post
from services.lms.store.post import Work
from services.lms.usecases import taking
from services.lms.usecases.holding import hold
from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.db.errors import is_passing

# Files of so many mailboxes are in memory at once; the largest file bounds each.
_MAILBOXES_AT_ONCE = 4
# A file of more bytes is read in a thread: it would delay everything else in the process.
_LARGE = 65_536
_MEASURE_SECONDS = 5.0
_GONE = "its mailbox does not exist any more; nothing of it was ordered"

log = structlog.get_logger(__name__)


class PostReader:
    """Takes what was put into mailboxes."""

    def __init__(self, engine: AsyncEngine, correspondents: Correspondents, clock: Clock, *, late: timedelta) -> None:
        """`late`: a file that an LMS has not fetched for longer counts as late."""
        self._engine = engine
        self._correspondents = correspondents
        self._clock = clock
        self._late = late
        self._next_measure = 0.0

    async def turn(self) -> bool:
        """Takes the next file of each mailbox, of some mailboxes at once; returns False when there is none."""
        await self._measure()
        now = self._clock.now()
        async with self._engine.connect() as connection:
            due = await post.next_work(connection, now, limit=_MAILBOXES_AT_ONCE)
        await self._hold_cut_off(now)
        # Each ends in bounded time, so none holds up another for longer than the largest file takes.
        ended = await asyncio.gather(*(self._take_guarded(work) for work in due), return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                raise error
        return bool(due)

    async def _take_guarded(self, work: Work) -> None:
        try:
            await self._take(work)
        except Exception as error:
            if is_passing(error):
                raise
            # One file that cannot be taken must not block those behind it.
            log.exception("a file of a mailbox could not be taken", mailbox=work.mailbox_id, message=str(work.message_id))
            await self._refuse(work, _reason(error))

    async def _take(self, work: Work) -> None:
        async with self._engine.connect() as connection:
            message = await post.find(connection, work.message_id)
            box = await self._correspondents.named(connection, work.mailbox_id)
            raw = await post.bytes_of(connection, work.message_id) if box is not None else b""
        set_cause(Cause(message.correlation_id))
        if box is None:
            await self._refuse(work, _GONE)
            return
        read = await _read(box, raw)
        del raw
        async with self._engine.begin() as connection:
            await asked.lock_post(connection, [message.council])
            message = await post.lock(connection, work.message_id)
            if message.state is State.RECEIVED:
                ended = await taking.take(connection, box, message, read, self._clock)
                metrics.MAILBOX_READ.labels(ended.state).inc()

    async def _refuse(self, work: Work, reason: str) -> None:
        async with self._engine.begin() as connection:
            message = await post.lock(connection, work.message_id)
            if message.state is State.RECEIVED:
                await taking.refuse(connection, message, reason, self._clock)
                metrics.MAILBOX_READ.labels(State.REFUSED).inc()

    async def _hold_cut_off(self, now: datetime) -> None:
        """Tells staff of files that were cut off and did not follow whole."""
        async with self._engine.begin() as connection:
            for message in await post.cut_off_due(connection, now):
                await hold(connection, message, self._clock)

    async def _measure(self) -> None:
        """Updates the gauges, every few seconds."""
        moment = asyncio.get_running_loop().time()
        if moment < self._next_measure:
            return
        self._next_measure = moment + _MEASURE_SECONDS
        async with self._engine.connect() as connection:
            await _measure_files(connection, self._clock.now(), self._late)
            number, since = await news.oldest_waiting(connection)
        metrics.MAILBOX_NEWS.set(number)
        metrics.MAILBOX_NEWS_SECONDS.set(0 if since is None else (self._clock.now() - since).total_seconds())


async def _measure_files(connection: AsyncConnection, now: datetime, late: timedelta) -> None:
    found = await post.files_in_state(connection)
    for state in post.WAITS:
        waiting = [(number, since) for (_, each), (number, since) in found.items() if each is state]
        metrics.MAILBOX_WAITING.labels(state).set(sum(number for number, _ in waiting))
        oldest = min((since for _, since in waiting), default=now)
        metrics.MAILBOX_WAITING_SECONDS.labels(state).set((now - oldest).total_seconds())
    metrics.MAILBOX_NOT_FETCHED.set(await post.count_not_fetched(connection, now - late))


async def _read(box: Correspondent, raw: bytes) -> ReadFile:
    return await asyncio.to_thread(box.dialect.read, raw) if len(raw) > _LARGE else box.dialect.read(raw)


def _reason(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return "the database refuses a value in it: a number or date out of range, or text that is not valid Unicode"
    return (
        f"a fault of ours, not of the LMS's, kept it from being read: {error!r:.500}. "
        "Report it to the people who run Stockbridge, and replay the file when they have corrected it"
    )

"""Sends each endpoint the changes of its council's feed, one after the other, each endpoint by itself. Opens the transactions.

One process at a time sends to an endpoint. It may be killed between any two lines: the place that an endpoint reached is kept in
the transaction that keeps the answers, so what was answered after the last one is sent again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.lms import metrics
from services.lms.domain.webhooks import Endpoint, EndpointState, Outcome
from services.lms.posting import Post
from services.lms.schemas.pushes import pushed
from services.lms.sealing import Seal
from services.lms.store.endpoints import count_by_state, due_endpoints
from services.lms.store.feed import CHANNEL
from services.lms.usecases import delivering
from services.lms.usecases.delivering import Batch, Progress
from shared.backoff import Backoff
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS, trouble_with
from shared.db.listening import driver_of, listening
from shared.db.locks import try_lock
from shared.health import Health, HealthState
from shared.http.outward import Outward
from shared.supervisor import drained

# The space of the locks on endpoints.
_LOCK_SPACE = 0x7765_6268
_MOST_AT_ONCE, _MOST_FAILING = 200, 50
_BATCH = 100
# How long answers may wait to be kept together with later ones.
_KEEP_SECONDS = 0.25
_POLL_SECONDS = 1.0
_FAULT_SECONDS = 5.0
# Raises where the connection, and with it the locks, was lost.
_STILL_OPEN = text("SELECT 1")

log = structlog.get_logger(__name__)


class Sender:
    """Sends what is due while `run` runs. `outward` opens the client for the endpoints' addresses."""

    name = "webhooks"

    def __init__(self, engine: AsyncEngine, outward: Callable[[], Outward], seal: Seal, clock: Clock) -> None:
        self._engine = engine
        self._outward = outward
        self._seal = seal
        self._clock = clock
        self._wake = asyncio.Event()
        self._stopping = False
        self._held: set[int] = set()
        # By the number of the endpoint; whether it failed when its task began.
        self._running: dict[int, tuple[asyncio.Task[None], bool]] = {}
        self._trouble = ""

    def health(self) -> list[Health]:
        """Returns degraded while the database cannot be reached, or something of ours keeps an endpoint from being sent to."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]

    async def run(self) -> None:
        """Sends until cancelled. Ends requests that it began, for at most `DRAIN_SECONDS`."""
        self._stopping, self._wake = False, asyncio.Event()
        work = asyncio.create_task(self._work(), name=self.name)
        await drained(work, self._stop)

    def _stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _work(self) -> None:
        """Connects again after a lost connection. Others may hold the locks then, so whatever runs is ended first."""
        pause = Backoff(0.1, 5.0)
        while not self._stopping:
            try:
                await self._connect(pause)
            except DATABASE_ERRORS as error:
                self._trouble = trouble_with(error)
                log.warning("webhooks lost the database", error=repr(error))
                await self._sleep(pause.next())

    async def _connect(self, pause: Backoff) -> None:
        async with (
            self._outward() as outward,
            listening(self._engine, CHANNEL, lambda _: self._wake.set()) as connection,
        ):
            try:
                await self._dispatch(connection, Post(outward, self._seal, self._clock), pause)
            finally:
                self._held.clear()
                await self._end_all()

    async def _dispatch(self, connection: AsyncConnection, post: Post, pause: Backoff) -> None:
        while not self._stopping:
            self._wake.clear()
            await connection.execute(_STILL_OPEN)
            await self._start_due(connection, post)
            pause.reset()
            await self._sleep(_POLL_SECONDS)
        if self._running:
            await asyncio.wait([task for task, _ in self._running.values()])

    async def _start_due(self, connection: AsyncConnection, post: Post) -> None:
        """Starts a task for each endpoint that is due and that this process may send to, as many as there is room for."""
        async with self._engine.connect() as reading:
            due = await due_endpoints(reading, self._clock.now(), busy=list(self._running), limit=2 * _MOST_AT_ONCE)
            for state, number in (await count_by_state(reading)).items():
                metrics.WEBHOOK_ENDPOINTS.labels(state).set(number)
        for endpoint in due:
            if self._has_room(endpoint) and await self._may_send(connection, endpoint.number):
                self._start(endpoint, post)

    def _has_room(self, endpoint: Endpoint) -> bool:
        """Endpoints that fail take long, and must not take all the room."""
        failing = sum(failing for _, failing in self._running.values())
        if endpoint.standing.state is EndpointState.FAILING and failing >= _MOST_FAILING:
            return False
        return len(self._running) < _MOST_AT_ONCE

    async def _may_send(self, connection: AsyncConnection, number: int) -> bool:
        if number not in self._held and await try_lock(await driver_of(connection), _LOCK_SPACE, number):
            self._held.add(number)
        return number in self._held

    def _start(self, endpoint: Endpoint, post: Post) -> None:
        task = asyncio.create_task(self._send_guarded(endpoint, post), name=f"webhook {endpoint.number}")
        self._running[endpoint.number] = (task, endpoint.standing.state is EndpointState.FAILING)

    async def _send_guarded(self, endpoint: Endpoint, post: Post) -> None:
        """Whatever is wrong with one endpoint, the others are sent to; it is tried again after a pause."""
        try:
            await self.send_due(endpoint.webhook_endpoint_id, post)
            self._trouble = ""
        except Exception as error:
            self._trouble = f"webhook endpoint {endpoint.webhook_endpoint_id} is not sent to: {type(error).__name__}"
            log.exception("webhook endpoint is not sent to", webhook_endpoint=str(endpoint.webhook_endpoint_id))
            await self._sleep_through(_FAULT_SECONDS)
        finally:
            self._running.pop(endpoint.number, None)
            self._wake.set()

    async def send_due(self, endpoint_id: UUID, post: Post) -> None:
        """Sends an endpoint the next changes, until one is not taken. Only for the one process that may."""
        async with self._engine.connect() as connection:
            batch = await delivering.next_batch(connection, endpoint_id, self._clock.now(), limit=_BATCH)
        if batch is not None:
            await self._send(batch, post)

    async def _send(self, batch: Batch, post: Post) -> None:
        progress = Progress(batch.endpoint, batch.start, batch.endpoint.standing)
        keep_at = time.monotonic() + _KEEP_SECONDS
        for row in batch.rows:
            sent = await post.send(progress.endpoint, pushed(row), progress.standing)
            taken = sent.delivery.outcome is Outcome.DELIVERED
            metrics.WEBHOOK_ATTEMPTS.labels(sent.delivery.outcome).inc()
            progress.add(sent.delivery, sent.standing, position=row.position if taken else None)
            if taken and time.monotonic() < keep_at and not self._stopping:
                continue
            if not await self._keep(progress) or not taken or self._stopping:
                return
            keep_at = time.monotonic() + _KEEP_SECONDS
        progress.position = batch.upto
        await self._keep(progress)

    async def _keep(self, progress: Progress) -> bool:
        """Keeps what was done; returns False where the endpoint was changed meanwhile, and is to be read again."""
        async with self._engine.begin() as connection:
            kept = await delivering.note(connection, progress, self._clock.now())
        if progress.standing.state is EndpointState.DISABLED:
            log.warning("webhook endpoint disabled", webhook_endpoint=str(progress.endpoint.webhook_endpoint_id))
        if kept is None:
            return False
        progress.begin_after(kept)
        return True

    async def _end_all(self) -> None:
        tasks = [task for task, _ in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running.clear()

    async def _sleep(self, seconds: float) -> None:
        """Waits, or until there may be something to send."""
        if not self._stopping:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wake.wait()

    async def _sleep_through(self, seconds: float) -> None:
        if not self._stopping:
            await asyncio.sleep(seconds)

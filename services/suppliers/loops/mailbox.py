"""Fetches from the supplier's mailbox: keeps each message's bytes and cursor, and only then lets the mailbox remove it.

A large message is kept beside the looks, so that no answer waits for it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.contract import NOT_FETCHED, CredentialsRefused, LargeMessage, RawMessage, SupplierUnavailable, Transport
from services.suppliers.domain.reachability import Way
from services.suppliers.exchange import Exchange
from services.suppliers.loops.circuit import Circuit
from services.suppliers.loops.guard import only_unavailable
from services.suppliers.loops.ways import WatchedWay
from services.suppliers.store import mailbox, messages, reachability
from services.suppliers.store.messages import Parts
from services.suppliers.usecases import intake
from services.suppliers.usecases.credentials import report_refusal
from shared.ids import new_id

log = structlog.get_logger(__name__)


class Mailbox:
    """One supplier's mailbox."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, transport: Transport) -> None:
        limits = exchange.limits
        self._engine = engine
        self._exchange = exchange
        self._transport = transport
        self._circuit = Circuit(threshold=1, pauses=limits.pauses)
        self._large: tuple[LargeMessage, asyncio.Task[bool]] | None = None
        self.way = WatchedWay(engine, exchange, Way.FETCHING)
        self._closings: int | None = None

    def trouble(self) -> str:
        """Returns why the mailbox cannot be reached; empty when all is well."""
        return self._circuit.trouble(f"the mailbox of {self._exchange.profile.name}")

    async def turn(self) -> bool:
        """Fetches everything that waits, unless the supplier's secrets are withdrawn or a person stopped all calls.

        Always returns False: the next turn comes after a pause.
        """
        async with self._engine.connect() as connection:
            permit = await reachability.permit(connection)
            after = await mailbox.cursor(connection, self._exchange.profile.supplier_id)
        self._try_again_after(permit)
        if not self._circuit.allows(self._exchange.clock.now()):
            return False
        await self._settle_large()
        if permit.stopped:
            return False
        await self._fetch(after)
        await self.way.keep()
        return False

    def _try_again_after(self, permit: reachability.Permit) -> None:
        """Ends the pause where a person closed the circuit since the last turn."""
        if self._closings not in (None, permit.closings):
            self._circuit.succeeded()
            self.way.forget()
        self._closings = permit.closings

    async def _fetch(self, after: str | None) -> None:
        waiting = self._transport.fetch(after)
        try:
            while (raw := await self._next(waiting)) is not None:
                await self._keep(raw)
        except SupplierUnavailable as error:
            again = self._circuit.failed(self._exchange.clock.now(), str(error), asked=error.retry_after)
            if isinstance(error, CredentialsRefused):
                async with self._engine.begin() as connection:
                    await report_refusal(connection, self._exchange, error, doing="fetching from the mailbox")
                self.way.reached()
            else:
                self.way.failed(str(error), again)
        else:
            self._circuit.succeeded()
            if self._transport.fetch_calls:
                self.way.reached()

    async def close(self) -> None:
        """Stops keeping a large message. What was kept of it is deleted when the next one begins."""
        if self._large is not None:
            self._large[1].cancel()
            await asyncio.gather(self._large[1], return_exceptions=True)

    async def _next(self, waiting: AsyncIterator[RawMessage | LargeMessage]) -> RawMessage | LargeMessage | None:
        """Returns the next message; None after the last. Raises SupplierUnavailable where none arrives in time."""
        seconds = self._exchange.limits.fetch
        try:
            async with asyncio.timeout(seconds):
                with only_unavailable():
                    return await anext(waiting, None)
        except TimeoutError as error:
            raise SupplierUnavailable(f"no message arrived within {seconds:g} s") from error

    async def _keep(self, raw: RawMessage | LargeMessage) -> None:
        if isinstance(raw, LargeMessage):
            if self._large is None:
                self._large = raw, asyncio.create_task(self._keep_large(raw), name="large message")
            return
        keep = intake.keep_report if raw.content_type == NOT_FETCHED else intake.keep_inbound
        async with self._engine.begin() as connection:
            await keep(connection, self._exchange, raw)
            if raw.cursor is not None:
                now = self._exchange.clock.now()
                await mailbox.move_cursor(connection, self._exchange.profile.supplier_id, raw.cursor, now)
        with only_unavailable():
            await self._transport.taken(raw)

    async def _keep_large(self, large: LargeMessage) -> bool:
        """Keeps a large message; returns False for one that has no part yet."""
        async with self._engine.begin() as connection:
            await messages.forget_unkept_parts(connection)
        message_id, digest, size = new_id(), hashlib.sha256(), 0
        number = 0
        while part := await self._part(large.parts):
            # Each by itself: a transaction must not wait for the supplier's line.
            async with self._engine.begin() as connection:
                await messages.keep_part(connection, message_id, number, part)
            digest.update(part)
            size += len(part)
            number += 1
        if not number:
            return False
        async with self._engine.begin() as connection:
            await intake.keep_parts(connection, self._exchange, large, message_id, Parts(size, digest.hexdigest()))
        return True

    async def _part(self, parts: AsyncIterator[bytes]) -> bytes | None:
        async with asyncio.timeout(self._exchange.limits.fetch):
            with only_unavailable():
                return await anext(parts, None)

    async def _settle_large(self) -> None:
        """Lets the mailbox remove a large message that is kept; one that could not be kept is yielded again."""
        if self._large is None or not self._large[1].done():
            return
        (large, task), self._large = self._large, None
        try:
            kept = await task
        except (SupplierUnavailable, TimeoutError) as error:
            log.warning("a large message could not be fetched", name=large.name, error=str(error))
            return
        if kept:
            with only_unavailable():
                await large.taken()

"""Fetches from the supplier's mailbox: keeps each message's bytes and cursor, and only then lets the mailbox remove it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.contract import NOT_FETCHED, CredentialsRefused, RawMessage, SupplierUnavailable, Transport
from services.suppliers.exchange import Exchange
from services.suppliers.loops.circuit import Circuit
from services.suppliers.loops.guard import only_unavailable
from services.suppliers.store import mailbox
from services.suppliers.usecases import intake
from services.suppliers.usecases.credentials import report_refusal


class Mailbox:
    """One supplier's mailbox."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, transport: Transport) -> None:
        limits = exchange.limits
        self._engine = engine
        self._exchange = exchange
        self._transport = transport
        self._circuit = Circuit(threshold=1, pauses=limits.pauses)

    def trouble(self) -> str:
        """Returns why the mailbox cannot be reached; empty when all is well."""
        return self._circuit.trouble(f"the mailbox of {self._exchange.profile.name}")

    async def turn(self) -> bool:
        """Fetches everything that waits. Always returns False: the next turn comes after a pause."""
        if not self._circuit.allows(self._exchange.clock.now()):
            return False
        async with self._engine.connect() as connection:
            after = await mailbox.cursor(connection, self._exchange.profile.supplier_id)
        waiting = self._transport.fetch(after)
        try:
            while (raw := await self._next(waiting)) is not None:
                await self._keep(raw)
        except SupplierUnavailable as error:
            self._circuit.failed(self._exchange.clock.now(), str(error), asked=error.retry_after)
            if isinstance(error, CredentialsRefused):
                async with self._engine.begin() as connection:
                    await report_refusal(connection, self._exchange, error, doing="fetching from the mailbox")
        else:
            self._circuit.succeeded()
        return False

    async def _next(self, waiting: AsyncIterator[RawMessage]) -> RawMessage | None:
        """Returns the next message; None after the last. Raises SupplierUnavailable where none arrives in time."""
        seconds = self._exchange.limits.fetch
        try:
            async with asyncio.timeout(seconds):
                with only_unavailable():
                    return await anext(waiting, None)
        except TimeoutError as error:
            raise SupplierUnavailable(f"no message arrived within {seconds:g} s") from error

    async def _keep(self, raw: RawMessage) -> None:
        keep = intake.keep_report if raw.content_type == NOT_FETCHED else intake.keep_inbound
        async with self._engine.begin() as connection:
            await keep(connection, self._exchange, raw)
            if raw.cursor is not None:
                now = self._exchange.clock.now()
                await mailbox.move_cursor(connection, self._exchange.profile.supplier_id, raw.cursor, now)
        with only_unavailable():
            await self._transport.taken(raw)

"""Sends queued messages in order of reference, and asks the supplier about `unknown` ones. Opens the transactions."""

from __future__ import annotations

import asyncio
import time

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import metrics
from services.suppliers.contract import (
    OutboundMessage,
    SendOutcomeUnknown,
    SupplierError,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
    Transport,
)
from services.suppliers.domain.messages import Message, State
from services.suppliers.exchange import Exchange
from services.suppliers.loops.circuit import Circuit
from services.suppliers.loops.guard import only_unavailable
from services.suppliers.store import messages
from services.suppliers.usecases import queueing, sending
from shared.bus import Cause, set_cause

log = structlog.get_logger(__name__)


class Sender:
    """One supplier's outbound side. A process may be killed between any two lines: the message's state says how to continue."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, transport: Transport) -> None:
        limits = exchange.limits
        self._engine = engine
        self._exchange = exchange
        self._transport = transport
        self._circuit = Circuit(
            threshold=limits.circuit_failures, first_pause=limits.first_pause, longest_pause=limits.longest_pause
        )

    def trouble(self) -> str:
        """Returns why nothing can be sent at present; empty when all is well."""
        return self._circuit.trouble(self._exchange.profile.name)

    async def adopt_orphans(self) -> None:
        """Moves messages that a killed process left in `sending` to `unknown`. Only for the one process that may send."""
        async with self._engine.begin() as connection:
            await sending.adopt_orphans(connection, self._exchange)

    async def turn(self) -> bool:
        """Does the next task: requests records, asks about an `unknown` message, or sends one. Returns False when none is due."""
        # One transaction finds what to do: a queue of orders waits for each commit.
        async with self._engine.begin() as connection:
            asked = await queueing.request_wanted_records(connection, self._exchange)
            if not self._circuit.allows(self._exchange.clock.now()):
                return asked
            unknown = await sending.next_unknown(connection, self._exchange)
            intended = await sending.intend(connection, self._exchange) if unknown is None else None
        if unknown is not None:
            await self._settle(*unknown)
        elif intended is not None:
            await self._send(*intended)
        return asked or unknown is not None or intended is not None

    async def _settle(self, message: Message, outbound: OutboundMessage) -> None:
        answer = await self._ask(outbound)
        self._note_in_circuit(answer if isinstance(answer, SupplierUnavailable) else None)
        set_cause(Cause(message.correlation_id))
        async with self._engine.begin() as connection:
            message = await messages.lock(connection, message.id)
            if message.state is State.UNKNOWN:
                await sending.settle(connection, self._exchange, message, answer)

    async def _ask(self, outbound: OutboundMessage) -> bool | SupplierUnavailable | None:
        try:
            async with asyncio.timeout(self._exchange.limits.send):
                with only_unavailable():
                    return await self._transport.has_received(outbound)
        except SupplierUnavailable as error:
            return error
        except TimeoutError:
            return SupplierUnavailable(f"no answer within {self._exchange.limits.send:g} s")

    async def _send(self, message: Message, outbound: OutboundMessage) -> None:
        began = time.monotonic()
        outcome = await self._attempt(message, outbound)
        metrics.SEND_SECONDS.labels(self._exchange.profile.supplier_id).observe(time.monotonic() - began)
        metrics.SENDS.labels(self._exchange.profile.supplier_id, _label(outcome)).inc()
        self._note_in_circuit(outcome)
        set_cause(Cause(message.correlation_id))
        async with self._engine.begin() as connection:
            locked = await messages.lock(connection, message.id)
            if locked.version == message.version:
                await sending.note_outcome(connection, self._exchange, locked, outcome)
            else:
                # This process lost its lock meanwhile. The process that has it asks the supplier, so this outcome is dropped.
                log.warning("another process took the message over", message=str(message.id), outcome=_label(outcome))

    async def _attempt(self, message: Message, outbound: OutboundMessage) -> sending.Outcome:
        limit = self._exchange.limits.send
        try:
            async with asyncio.timeout(limit):
                return await self._transport.send(outbound)
        except SupplierError as error:
            return error
        except TimeoutError:
            return SendOutcomeUnknown(f"no outcome within {limit:g} s")
        except Exception as error:
            # After a fault in an adapter it is not known whether the message left.
            log.exception("the transport failed", message=str(message.id))
            return SendOutcomeUnknown(f"the transport failed: {error!r}")

    def _note_in_circuit(self, outcome: sending.Outcome) -> None:
        if isinstance(outcome, SupplierUnavailable):
            self._circuit.failed(self._exchange.clock.now(), str(outcome))
        else:
            self._circuit.succeeded()


def _label(outcome: sending.Outcome) -> str:
    match outcome:
        case SupplierUnavailable():
            return "unavailable"
        case SupplierRefused():
            return "refused"
        case SupplierUnintelligible():
            return "unintelligible"
        case SupplierError():
            return "unknown"
        case _:
            return "sent"

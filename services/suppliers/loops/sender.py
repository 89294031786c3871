"""Sends queued messages in order of reference, and asks the supplier about `unknown` ones. Opens the transactions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.suppliers import metrics
from services.suppliers.contract import (
    CredentialsRefused,
    Kind,
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierError,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
    Transport,
    Undecided,
)
from services.suppliers.domain.messages import Message, State
from services.suppliers.domain.reachability import Way
from services.suppliers.exchange import Exchange
from services.suppliers.loops.circuit import Circuit
from services.suppliers.loops.guard import only_unavailable
from services.suppliers.loops.ways import WatchedWay
from services.suppliers.store import messages, reachability
from services.suppliers.usecases import queueing, sending
from shared.bus import Cause, set_cause

_LANES = (
    frozenset({Kind.ORDER, Kind.CANCELLATION, Kind.ROUTE_CHANGE, Kind.OFFER_ANSWER, Kind.ENQUIRY}),
    frozenset({Kind.RECORD_REQUEST}),
)
"""What changes an order, answers an offer about it or asks about it never leaves before it; record requests wait for none."""

log = structlog.get_logger(__name__)


class Sender:
    """One supplier's outbound side. A process may be killed between any two lines: the message's state says how to continue."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, transport: Transport) -> None:
        pauses, threshold = exchange.limits.pauses, exchange.limits.circuit_failures
        self._engine = engine
        self._exchange = exchange
        self._transport = transport
        self._circuit = Circuit(threshold=threshold, pauses=pauses)
        # By the kinds of message that keep their order among themselves: open while our credentials are refused for them.
        self._refusals = {lane: Circuit(threshold=1, pauses=pauses) for lane in _LANES}
        self.way = WatchedWay(engine, exchange, Way.SENDING)
        self._closings: int | None = None

    def trouble(self) -> str:
        """Returns why nothing can be sent at present; empty when all is well."""
        called = self._exchange.profile.name
        troubles = [circuit.trouble(called) for circuit in (self._circuit, *self._refusals.values())]
        return "; ".join(filter(None, troubles))

    async def adopt_orphans(self) -> None:
        """Moves messages that a killed process left in `sending` to `unknown`. Only for the one process that may send."""
        async with self._engine.begin() as connection:
            await sending.adopt_orphans(connection, self._exchange)

    async def turn(self) -> bool:
        """Does the next task: requests records, asks about a message, or sends one. Returns False when none is due.

        None is due while the supplier's secrets are withdrawn, or a person stopped all calls.
        """
        # One transaction finds what to do: a queue of orders waits for each commit.
        async with self._engine.begin() as connection:
            permit = await reachability.permit(connection)
            self._try_again_after(permit)
            if permit.stopped:
                return False
            asked = await queueing.request_wanted_records(connection, self._exchange)
            task = await self._next_task(connection)
        if task is not None:
            await task()
        await self.way.keep()
        return asked or task is not None

    def _try_again_after(self, permit: reachability.Permit) -> None:
        """Ends every pause where a person closed the circuit since the last turn."""
        if self._closings not in (None, permit.closings):
            for circuit in (self._circuit, *self._refusals.values()):
                circuit.succeeded()
            self.way.forget()
        self._closings = permit.closings

    async def _next_task(self, connection: AsyncConnection) -> Callable[[], Awaitable[None]] | None:
        now = self._exchange.clock.now()
        if not self._circuit.allows(now):
            return None
        kinds = [kind for lane, refusal in self._refusals.items() if refusal.allows(now) for kind in lane]
        if (unknown := await sending.next_unknown(connection, self._exchange, kinds)) is not None:
            return partial(self._settle, *unknown)
        if (undecided := await sending.next_undecided(connection, self._exchange, kinds)) is not None:
            return partial(self._follow, *undecided)
        if (intended := await sending.intend(connection, self._exchange, kinds)) is not None:
            return partial(self._send, *intended)
        # A trouble with sending ends with what was to be sent.
        self.way.idle()
        return None

    async def _settle(self, message: Message, outbound: OutboundMessage) -> None:
        """Asks whether the supplier has a message of unknown outcome."""
        answer = await self._ask(outbound)
        self._note_in_circuit(message.kind, answer if isinstance(answer, SupplierUnavailable) else None)
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

    async def _follow(self, message: Message, outbound: OutboundMessage, token: str) -> None:
        """Asks what the supplier decided about a message that it took."""
        outcome = await self._attempt(message, self._transport.decision(outbound, token))
        await self._note(message, outcome)

    async def _send(self, message: Message, outbound: OutboundMessage) -> None:
        began = time.monotonic()
        outcome = await self._attempt(message, self._transport.send(outbound))
        metrics.SEND_SECONDS.labels(self._exchange.profile.supplier_id).observe(time.monotonic() - began)
        metrics.SENDS.labels(self._exchange.profile.supplier_id, _label(outcome)).inc()
        await self._note(message, outcome)

    async def _note(self, message: Message, outcome: sending.Outcome) -> None:
        self._note_in_circuit(message.kind, outcome)
        set_cause(Cause(message.correlation_id))
        async with self._engine.begin() as connection:
            locked = await messages.lock(connection, message.id)
            if locked.version == message.version:
                await sending.note_outcome(connection, self._exchange, locked, outcome)
            else:
                # This process lost its lock meanwhile. The process that has it asks the supplier, so this outcome is dropped.
                log.warning("another process took the message over", message=str(message.id), outcome=_label(outcome))

    async def _attempt(self, message: Message, call: Coroutine[object, object, RawMessage | Undecided | None]) -> sending.Outcome:
        limit = self._exchange.limits.send
        try:
            async with asyncio.timeout(limit):
                return await call
        except SupplierError as error:
            return error
        except TimeoutError:
            return SendOutcomeUnknown(f"no outcome within {limit:g} s")
        except Exception as error:
            # After a fault in an adapter it is not known whether the message left.
            log.exception("the transport failed", message=str(message.id))
            return SendOutcomeUnknown(f"the transport failed: {error!r}")

    def _note_in_circuit(self, kind: Kind, outcome: sending.Outcome) -> None:
        now = self._exchange.clock.now()
        refusal = next(circuit for lane, circuit in self._refusals.items() if kind in lane)
        if isinstance(outcome, CredentialsRefused):
            refusal.failed(now, f"it does not take our credentials: {outcome}", asked=outcome.retry_after)
        elif isinstance(outcome, SupplierUnavailable):
            again = self._circuit.failed(now, str(outcome), asked=outcome.retry_after)
            self.way.failed(str(outcome), again)
            return
        else:
            refusal.succeeded()
        self._circuit.succeeded()
        self.way.reached()


def _label(outcome: sending.Outcome) -> str:
    match outcome:
        case Undecided():
            return "undecided"
        case CredentialsRefused():
            return "credentials_refused"
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

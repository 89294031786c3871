"""Tries an adapter's transport on a real test server, and reports for each call what production would do with the outcome.

The situations: the server as it is, one that cannot be reached, an answer that does not arrive, and wrong credentials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from services.suppliers.conformance.gate import GateLoop
from services.suppliers.conformance.outcomes import Outcome
from services.suppliers.conformance.report import Result, TrialReport
from services.suppliers.contract import (
    NOT_FETCHED,
    Adapter,
    CredentialsRefused,
    LargeMessage,
    OutboundMessage,
    RawMessage,
    SupplierRefused,
    SupplierUnavailable,
    Transport,
    Undecided,
)

Steps = Callable[[Transport], Awaitable[None]]

_AS_IT_IS, _UNREACHABLE, _SLOW, _REFUSED = "as it is", "cannot be reached", "answers too late", "refuses the credentials"
_PUSHES = "nothing was fetched: the supplier pushes"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is tried: the adapter with right credentials and, if there are any, with wrong ones, and two messages to send.

    `seconds` is the limit of each call, and how long to wait for the first message in the mailbox.
    """

    adapter: Adapter
    stranger: Adapter | None
    messages: tuple[OutboundMessage, OutboundMessage]
    seconds: float


@dataclass(frozen=True, slots=True)
class Tried:
    """The reports, and the messages that the server gave."""

    reports: tuple[TrialReport, ...]
    received: tuple[RawMessage, ...]


def try_transport(candidate: Candidate) -> Tried:
    """Tries every situation in turn. Sends two messages, and takes what is in the mailbox."""
    with asyncio.Runner(loop_factory=GateLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, GateLoop)
        trials = _Trials(candidate, loop)
        runner.run(trials.run())
    return Tried(tuple(trials.reports), tuple(trials.received))


async def _look(transport: Transport, after: str | None = None) -> list[RawMessage]:
    """Returns everything in the mailbox after a cursor."""
    return [await _in_memory(message) async for message in transport.fetch(after)]


async def _in_memory(message: RawMessage | LargeMessage) -> RawMessage:
    """Returns a message as the kit reads it: whole."""
    if isinstance(message, RawMessage):
        return message
    return RawMessage(message.name, b"".join([part async for part in message.parts]), message.content_type)


@dataclass(slots=True)
class _Trials:
    candidate: Candidate
    loop: GateLoop
    reports: list[TrialReport] = field(default_factory=list)
    received: list[RawMessage] = field(default_factory=list)

    async def run(self) -> None:
        gate, adapter, stranger = self.loop.gate, self.candidate.adapter, self.candidate.stranger
        await self._in(_AS_IT_IS, adapter, self._as_it_is)
        if gate.passages:
            gate.close()
            await self._in(_UNREACHABLE, adapter, self._unreachable)
            gate.open()
            await self._in(_SLOW, adapter, self._slow)
            gate.open()
        else:
            for situation in (_UNREACHABLE, _SLOW):
                self._leave_out(situation, "no connection was made on the event loop, so the kit cannot close or delay one")
        if stranger is None:
            self._leave_out(_REFUSED, "credentials of the right form are needed that the server does not know: --wrong-secrets")
        else:
            await self._in(_REFUSED, stranger, self._refused)
        await gate.remove()

    async def _in(self, situation: str, adapter: Adapter, steps: Steps) -> None:
        """Opens the transport, takes the steps, and closes it."""
        manager = adapter.transport()
        opened = await self._call(manager.__aenter__)
        if opened.error is not None:
            fine = situation != _AS_IT_IS and isinstance(opened.error, SupplierUnavailable)
            reason = "" if fine else "it cannot be opened"
            self._note(situation, "open", opened, opened.after_call, reason)
            return
        await steps(cast(Transport, opened.value))
        await self._call(lambda: manager.__aexit__(None, None, None))

    async def _as_it_is(self, transport: Transport) -> None:
        message, profile = self.candidate.messages[0], self.candidate.adapter.profile
        sent = await self._call(lambda: transport.send(message))
        self._note(_AS_IT_IS, "send", sent, sent.after_send, "" if sent.error is None else "the server did not take the message")
        if isinstance(sent.value, RawMessage):
            self.received.append(sent.value)
        if isinstance(sent.value, Undecided):
            await self._follow(transport, message, sent.value)
        if sent.error is None:
            await self._ask(transport, message)
        if sent.error is None and profile.deduplicates:
            again = await self._call(lambda: transport.send(message))
            reason = "" if again.error is None else "the profile declares that a repeated message is ignored (`deduplicates`)"
            self._note(_AS_IT_IS, "send again", again, again.after_send, reason)
        await self._fetch(transport)

    async def _follow(self, transport: Transport, message: OutboundMessage, taken: Undecided) -> None:
        decided = await self._call(lambda: transport.decision(message, taken.token))
        fine = decided.error is None or isinstance(decided.error, SupplierRefused)
        reason = "" if fine else "the server has just given this token: it should have said what it decided"
        self._note(_AS_IT_IS, "decision", decided, decided.after_send, reason)

    async def _ask(self, transport: Transport, message: OutboundMessage) -> None:
        asked = await self._call(lambda: transport.has_received(message))
        deduplicates = self.candidate.adapter.profile.deduplicates
        cannot = "an unknown message is sent again" if deduplicates else "a person decides about an unknown message"
        follows = {True: "an unknown message becomes sent", False: "an unknown message is sent again", None: cannot}
        after = asked.after_call if asked.error is not None else follows[asked.value]  # type: ignore[index] # bool or None
        denied = "the server has just taken this message: production would send it twice" if asked.value is False else ""
        self._note(_AS_IT_IS, "has_received", asked, after, denied or _unless_ended(asked))

    async def _fetch(self, transport: Transport) -> None:
        looked = await self._first_messages(transport)
        found: Sequence[RawMessage] = looked.value if isinstance(looked.value, list) else ()
        if looked.error is None and not found:
            missing = _PUSHES if self._pushes else "the mailbox stayed empty: let the server leave a message there"
            self._leave_out(_AS_IT_IS, missing, call="fetch")
            return
        files = [message for message in found if message.content_type != NOT_FETCHED]
        again = await self._call(lambda: _look(transport)) if found else looked
        still = again.value if isinstance(again.value, list) else []
        gone = [message.name for message in files if message not in still]
        lost = f"gone before it was taken, so that a crash would lose it: {', '.join(gone)}" if gone else ""
        self._note(_AS_IT_IS, "fetch", looked, looked.after_call, _unless_ended(looked) or _unless_ended(again) or lost)
        for message in files:
            taken = await self._call(lambda message=message: transport.taken(message))  # type: ignore[misc] # bound per turn
            if taken.error is not None:
                self._note(_AS_IT_IS, "taken", taken, taken.after_call, f"{message.name} could not be taken")
        last = next((message.cursor for message in reversed(found) if message.cursor is not None), None)
        left = await self._call(lambda: _look(transport, last))
        repeated = [message.name for message in files if isinstance(left.value, list) and message in left.value]
        reason = f"each look would keep it again, as a duplicate: {', '.join(repeated)}" if repeated else _unless_ended(left)
        if files:
            self._note(_AS_IT_IS, "fetch after taken", left, left.after_call, reason)
        self.received += found

    async def _first_messages(self, transport: Transport) -> Outcome:
        """Looks into the mailbox, as often as production would, until something is there."""
        until = self.loop.time() + self.candidate.seconds
        while True:
            looked = await self._call(lambda: _look(transport))
            if looked.error is not None or looked.value or self._pushes or self.loop.time() > until:
                return looked
            await asyncio.sleep(self.candidate.adapter.profile.fetch_seconds)

    async def _unreachable(self, transport: Transport) -> None:
        message = self.candidate.messages[1]
        sent = await self._call(lambda: transport.send(message))
        wrong = "" if isinstance(sent.error, SupplierUnavailable) else "nothing can have left: raise SupplierUnavailable"
        self._note(_UNREACHABLE, "send", sent, sent.after_send, wrong)
        asked = await self._call(lambda: transport.has_received(message))
        # A transport may know without asking that the supplier cannot be asked.
        fine = asked.failed_as_allowed or (asked.error is None and asked.value is None)
        self._note(_UNREACHABLE, "has_received", asked, asked.after_call, "" if fine else "raise SupplierUnavailable")
        looked = await self._call(lambda: _look(transport))
        self._note_fetch(_UNREACHABLE, looked, "" if looked.failed_as_allowed else "raise SupplierUnavailable")

    async def _slow(self, transport: Transport) -> None:
        """Sends and fetches while no answer passes, then asks what the server has."""
        first, message = self.candidate.messages
        await self._call(lambda: transport.has_received(first))
        self.loop.gate.silence()
        sent = await self._call(lambda: transport.send(message))
        looked = await self._call(lambda: _look(transport))
        self.loop.gate.open()
        asked = await self._call(lambda: transport.has_received(message))
        self._note(_SLOW, "send", sent, sent.after_send, _wrong_when_slow(sent, asked))
        wrong = "" if looked.failed_as_allowed else "raise SupplierUnavailable where no answer arrives"
        self._note_fetch(_SLOW, looked, wrong)
        self._note(_SLOW, "has_received afterwards", asked, asked.after_call, _unless_ended(asked))

    async def _refused(self, transport: Transport) -> None:
        message = self.candidate.messages[1]
        sent = await self._call(lambda: transport.send(message))
        looked = await self._call(lambda: _look(transport))
        if sent.error is None and (looked.error is None or self._pushes):
            self._leave_out(_REFUSED, "the server took wrong credentials: it seems to check none")
            return
        fine = isinstance(sent.error, CredentialsRefused)
        reason = "nothing is wrong with the order: raise CredentialsRefused"
        self._note(_REFUSED, "send", sent, sent.after_send, "" if fine else reason)
        fine = isinstance(looked.error, CredentialsRefused)
        self._note_fetch(_REFUSED, looked, "" if fine else "raise CredentialsRefused")

    async def _call(self, make: Callable[[], Awaitable[object]]) -> Outcome:
        """Makes one call under the limit of time, as production does."""
        try:
            async with asyncio.timeout(self.candidate.seconds):
                return Outcome(await make())
        except Exception as error:  # noqa: BLE001 - the adapter is under test: any error is a result
            return Outcome(error=error)

    @property
    def _pushes(self) -> bool:
        return bool(self.candidate.adapter.push_secrets)

    def _note_fetch(self, situation: str, looked: Outcome, reason: str) -> None:
        """Notes a look that should have failed, unless the supplier has no mailbox to look into."""
        if self._pushes and looked.error is None:
            self._leave_out(situation, _PUSHES, call="fetch")
        else:
            self._note(situation, "fetch", looked, looked.after_call, reason)

    def _note(self, situation: str, call: str, outcome: Outcome, production: str, reason: str) -> None:
        result = Result.FAIL if reason else Result.PASS
        report = TrialReport(
            situation=situation, call=call, outcome=outcome.words, production=production, result=result, reason=reason
        )
        self.reports.append(report)

    def _leave_out(self, situation: str, reason: str, *, call: str = "") -> None:
        self.reports.append(
            TrialReport(situation=situation, call=call, outcome="", production="", result=Result.NOT_SHOWN, reason=reason)
        )


def _unless_ended(outcome: Outcome) -> str:
    return "" if outcome.error is None else "the server is there: the call should have succeeded"


def _wrong_when_slow(sent: Outcome, asked: Outcome) -> str:
    """Returns what is wrong with the outcome of a send whose answer did not arrive; "" where production would lose nothing."""
    if sent.error is None:
        return "it returned though no answer had arrived: production would count the message as sent"
    if isinstance(sent.error, SupplierUnavailable):
        taken = "the server has the message, which would be sent twice: raise SendOutcomeUnknown once it may have left"
        return taken if asked.value is True else ""
    if sent.after_send == Outcome(error=TimeoutError()).after_send:
        return ""
    return "the outcome is not known: raise SendOutcomeUnknown"

"""The protocols of an adapter and its four parts: profile, write, read, transport."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from services.suppliers.contract.errors import SendOutcomeUnknown
from services.suppliers.contract.facts import (
    LargeMessage,
    OutboundMessage,
    RawMessage,
    Reading,
    Undecided,
)
from services.suppliers.contract.profile import SupplierProfile
from services.suppliers.contract.to_send import (
    CancellationToSend,
    EnquiryToSend,
    OfferAnswerToSend,
    OrderToSend,
    RouteChangeToSend,
)
from shared.findings import Finding
from shared.records import KeptAside, Record

ENTRY_POINTS = "stockbridge.suppliers"


@dataclass(frozen=True, slots=True)
class Try:
    """One step of a test of the connection. `run` returns what came back, in words, and changes nothing at the supplier.

    `run` raises SupplierUnavailable where the step does not work; the steps after it are then not tried.
    """

    name: str
    run: Callable[[], Awaitable[str]]


class Transport(Protocol):
    """The only I/O of an adapter. A class that inherits from it needs only `send`, and what else the supplier's protocol has.

    The process opens an instance with `Adapter.transport()` and keeps it as long as it runs. Two loops use the instance at the
    same time: the sending loop calls `send` and `has_received`, the mailbox loop calls `fetch` and `taken`. Each loop waits for
    one call before it makes the next, so at most one call of each loop is under way.

    All methods run on the event loop: they may wait, but must never block it; blocking work goes to a thread. The time limits
    named below are the defaults of `Limits` (`services/suppliers/exchange.py`). A transport should set shorter limits of its own,
    because only the transport knows whether anything had left when its limit passed.

    Cancellation: a call is cancelled (CancelledError is raised inside it) when its time limit passes, or when the process stops
    and the call has not ended within the 14 seconds of grace. A cancelled method must free what it holds, raise CancelledError
    again at once and leave the instance usable for the next call. Cancelling does not take back what has left.

    Errors: `send` may raise every error of `errors.py`; the other methods may raise SupplierUnavailable only, which includes
    CredentialsRefused. A transport must turn every failure of its libraries into one of these. Any other error from the other
    methods is a fault of the adapter: it is logged, both loops stop, the instance is closed, and a new one is opened after a
    pause. An OSError is even taken for a lost database.
    """

    async def send(self, message: OutboundMessage) -> RawMessage | Undecided | None:
        """Hand the message over; return the supplier's immediate answer where the protocol has one, else None.

        Called by the sending loop, in order of reference, after the intention to send was committed as state `sending`. May be
        slow: the limit is 30 seconds. Past it the call is cancelled and counts as SendOutcomeUnknown. When the process is
        stopped during a send, the message stays in `sending`; the next process that sends treats it as SendOutcomeUnknown. A
        message may be sent again, with the same reference and the same bytes.

        Returning means that the supplier has the message: it becomes `sent`, and an answer is kept and read like any inbound
        message. `Undecided` means that the supplier has it, but decides later: it becomes `undecided`, its token is kept, and
        `decision` is asked. An error decides what happens next:

        - SupplierUnavailable: the supplier certainly did not take the message. It becomes `queued` and is sent again after a
          pause, which doubles with every attempt from 0.5 up to 60 seconds. The failure also counts in the circuit breaker:
          after it, no message at all is sent until a pause that doubles in the same way, and five failures in a row show in
          health. With `retry_after`, both pauses are at least that long, up to half an hour, and health shows the reason at once.
        - CredentialsRefused: the message becomes `queued`, and no message of its kind is sent for 15 minutes or until the
          process is started again; other kinds are. Health shows it, and once a day a quarantined message says what to do.
          The circuit breaker counts nothing: the supplier was there.
        - SupplierRefused: the supplier said no. The message becomes `failed` and is not sent again. The order's lines are
          published as refused, a cancellation as not cancelled; any other message is published as quarantined.
        - SupplierUnintelligible: the supplier gave an answer that cannot be read. Its bytes are kept as a quarantined inbound
          message; the message itself becomes `unknown`.
        - SendOutcomeUnknown: the supplier may have the message. It becomes `unknown`, and `has_received` is asked before
          anything is sent again. Any other exception is logged and treated the same way.

        Every other outcome resets the circuit breaker: the supplier was there.
        """

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Return whether the supplier has `message`; None where the supplier cannot be asked about it.

        Called by the sending loop for the messages in state `unknown` that are due, before the next queued message is sent. May
        be slow: the limit is 30 seconds. Past it the call is cancelled and counts as SupplierUnavailable. Asking must change
        nothing at the supplier, so that a call can be cancelled and repeated.

        - True: the message becomes `sent`.
        - False: it becomes `queued` and is sent again under the same reference.
        - None: it is sent again where the profile declares `deduplicates`. Otherwise it stays `unknown`, is published as
          quarantined, and a person decides.
        - SupplierUnavailable, the only error allowed: it stays `unknown` and is asked about again after a growing pause. The
          failure counts in the circuit breaker, as in `send`.
        """
        del message
        return None

    async def decision(self, message: OutboundMessage, token: str) -> RawMessage | Undecided | None:
        """Return what the supplier decided about a message that it took under `token`; `Undecided` while it has not.

        Needed only where `send` returns `Undecided`. Called by the sending loop for the messages in state `undecided` that are
        due: first after half a second or `ask_after`, then after pauses as in `send`. The limit is 30 seconds. Asking must
        change nothing at the supplier. Nothing is sent again here, whatever the answer.

        - A message or None: the supplier accepted it. It becomes `sent`, and the answer is read, as after `send`.
        - Undecided: it is asked about again, under the token that this one holds. After a day a person decides.
        - SupplierRefused: it becomes `failed`, with the same events as after `send`.
        - SupplierUnavailable: it stays `undecided` and is asked about again.
        - Any other error, such as SendOutcomeUnknown where the supplier no longer knows the token: it becomes `unknown`, and
          `has_received` is asked.
        """
        raise SendOutcomeUnknown(f"this adapter cannot ask about {message.name} under the token {token}")

    async def fetch(self, after: str | None, /) -> AsyncIterator[RawMessage | LargeMessage]:
        """Yield every message that waits in the supplier's mailbox, then end; yield nothing for a supplier that only pushes.

        `after` is the `cursor` of the message that was kept last, for a supplier that numbers its messages and is asked for
        those after a mark: the exchange commits it together with the bytes, so that the adapter keeps no position of its own,
        and a killed process neither skips a message nor keeps one twice. It is None before the first message with a cursor, and
        always for a mailbox whose messages are removed (`taken`). A supplier that no longer knows the mark is asked from its
        oldest message on: what was kept before is recognised by its content.

        Called by the mailbox loop: each look into the mailbox begins `fetch_seconds` (profile) after the last one ended. May be
        slow: the limit is 120 seconds for each message, not for all of them. Past it the iterator is cancelled and counts as
        SupplierUnavailable. The iterator may be dropped before its end. Yielding a message must not remove it from the mailbox.

        Memory must hold few messages at a time. A message of many megabytes is yielded as LargeMessage: it is taken beside the
        looks, one at a time, and is yielded again at every look until its `taken` is called. A message that is still being
        uploaded is left for a later look. One that cannot be taken (too large, unreadable) must not stop the others: yield
        `not_fetched(name, reason)` in its place, once.

        SupplierUnavailable, the only error allowed, ends this look. Messages yielded before it stay kept. The next look
        follows after a pause, which doubles with every failure from 0.5 up to 60 seconds and is at least `retry_after`, up to
        half an hour; health shows the failure at once. CredentialsRefused pauses for 15 minutes and is reported as for `send`.
        """
        del after
        return
        yield

    async def taken(self, message: RawMessage) -> None:
        """Let the mailbox forget a message that `fetch` yielded, at once or when it is sure that no more of it arrives.

        Called by the mailbox loop once the message's bytes are committed on our side, before it asks for the next message. May
        be slow, but the exchange sets no time limit here: the transport must set its own.

        SupplierUnavailable, the only error allowed, ends the look into the mailbox, as in `fetch`. If the message is then
        yielded again, it is kept a second time and recognised as a duplicate by its content; the same happens when the process
        ends before this call. A message that has already gone from the mailbox is no error.
        """
        del message

    @property
    def address(self) -> tuple[str, int] | None:
        """The host and port that are called; None where there is no such address.

        Where nothing else calls the supplier for some seconds, the exchange connects to it and hangs up, so that staff soon
        learn that it is away.
        """
        return None

    @property
    def fetch_calls(self) -> bool:
        """Whether `fetch` calls the supplier. A look of one that never does says nothing about whether the supplier is there."""
        return True

    def tries(self) -> Sequence[Try]:
        """Return the steps of a test of the connection that follow connecting: who answers, whether it takes us, one question.

        Called where a person asks for a test, on an instance of its own. All steps together are cancelled after 20 seconds.
        """
        return ()


@runtime_checkable
class Adapter(Protocol):
    """One supplier, behind the same four parts as every other."""

    @property
    def profile(self) -> SupplierProfile:
        """The supplier's declared facts: who it is and what it can do."""

    @property
    def push_secrets(self) -> Sequence[str]:
        """The valid webhook secrets (`whsec_...`), two at most; empty for a supplier that never pushes."""

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """Write the order as the supplier's own message. Pure. Raises ValueError that names what its protocol cannot carry."""

    def read(self, raw: RawMessage) -> Reading:
        """Read a message as facts. Pure. Never raises for bad content: it returns findings."""

    def transport(self) -> AbstractAsyncContextManager[Transport]:
        """Open the connection to the supplier for the life of the process.

        Entering may raise SupplierUnavailable: the exchange tries again after 2 seconds. A transport that only connects when it
        is first used never does.
        """


@runtime_checkable
class CancelsOrders(Protocol):
    """An adapter whose supplier accepts cancellations (Capability.CANCELS)."""

    def write_cancellation(self, cancellation: CancellationToSend, reference: int) -> OutboundMessage:
        """Write the cancellation as the supplier's own message. Pure."""


@runtime_checkable
class TakesRouteChanges(Protocol):
    """An adapter whose supplier can be told another place for copies that it has on order (Capability.TAKES_ROUTE_CHANGES)."""

    def write_route_change(self, change: RouteChangeToSend, reference: int) -> OutboundMessage:
        """Write the change as the supplier's own message. Pure. Raises ValueError that names what its protocol cannot carry."""


@runtime_checkable
class TakesOfferAnswers(Protocol):
    """An adapter whose supplier takes a council's answers to its offers of substitutes and prices
    (Capability.TAKES_OFFER_ANSWERS).
    """

    def write_offer_answer(self, answer: OfferAnswerToSend, reference: int) -> OutboundMessage:
        """Write the answer as the supplier's own message. Pure. Raises ValueError that names what its protocol cannot carry."""


@runtime_checkable
class TakesEnquiries(Protocol):
    """An adapter whose supplier can be asked about copies, also by claims (Capability.TAKES_ENQUIRIES)."""

    def write_enquiry(self, enquiry: EnquiryToSend, reference: int) -> OutboundMessage:
        """Write the enquiry as the supplier's own message. Pure. Raises ValueError that names what its protocol cannot carry."""


@runtime_checkable
class SuppliesRecords(Protocol):
    """An adapter whose supplier sends bibliographic records on request (Capability.SUPPLIES_RECORDS)."""

    def write_record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """Write the request for records as the supplier's own message. Pure."""


@runtime_checkable
class ReadsFeeds(Protocol):
    """An adapter that reads files of records one record after another, so that a file may be of any size."""

    def is_feed(self, head: bytes) -> bool:
        """Return whether a message that begins with these bytes, at most 8 KiB, is a file of records. Pure."""

    def read_feed(self, parts: Iterable[bytes], after: int) -> Iterator[Record | KeptAside | Finding]:
        """Yield what is in the file, whose bytes arrive in parts; leave out the first `after` records.

        Called in a thread, one record at a time as far as the exchange needs them. Pure, and never raises for bad content: a
        part of the file that cannot become a record is yielded as KeptAside with its bytes, and reading goes on behind it. It
        counts as a record where records are numbered. A Finding is about the file as a whole. Memory must hold few records.
        """


@runtime_checkable
class LeavesFiles(Protocol):
    """An adapter that does not get files of some names and sizes: `fetch` leaves them, or they are too large for a push.

    The conformance kit asks for each.
    """

    def left_because(self, name: str, size: int) -> str:
        """Return why a file of this name (without its folder) and size in bytes does not get in; "" where it does. Pure."""


class AdapterFactory(Protocol):
    """The callable that an entry point names. It builds the adapter from the contents of the files in the settings."""

    def __call__(self, profile_json: str, secrets: Mapping[str, str] | None) -> Adapter:
        """Build the adapter from the profile's text and the supplier's credentials by name.

        Raises ValueError for a profile or secret that cannot be used. Without secrets (None) the adapter can read and write;
        only its `transport()` raises ValueError.
        """

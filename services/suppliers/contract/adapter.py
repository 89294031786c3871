"""The four things an adapter is, as protocols: profile, write, read, transport."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

from services.suppliers.contract.facts import CancellationToSend, OrderToSend, OutboundMessage, RawMessage, Reading
from services.suppliers.contract.profile import SupplierProfile

ENTRY_POINTS = "stockbridge.suppliers"


class Transport(Protocol):
    """The only I/O of an adapter; one instance per process, entered once."""

    async def send(self, message: OutboundMessage) -> RawMessage | None:
        """Hand the message over; return the supplier's immediate answer where the protocol has one.

        Called by the exchange's sending loop, after the intention to send was committed. Raises the four errors above.
        """

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Whether the supplier holds `message` already; None where it cannot be asked. Raises SupplierUnavailable."""

    def fetch(self) -> AsyncIterator[RawMessage]:
        """Yield what waits in the supplier's mailbox; empty for suppliers that only push. Raises SupplierUnavailable."""

    async def taken(self, message: RawMessage) -> None:
        """Called once the bytes are committed on our side: only now may the mailbox forget the message."""


@runtime_checkable
class Adapter(Protocol):
    """One supplier, behind the same four things as every other."""

    @property
    def profile(self) -> SupplierProfile:
        """Who the supplier is and what it can do."""

    @property
    def push_secrets(self) -> Sequence[str]:
        """Live webhook secrets (`whsec_...`), two at most; empty for suppliers that never push."""

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        """The supplier's own order message. Pure. Raises ValueError naming what its protocol cannot carry."""

    def read(self, raw: RawMessage) -> Reading:
        """What a message says. Pure; never raises for bad content: it returns findings."""

    def transport(self) -> AbstractAsyncContextManager[Transport]:
        """Open the connection to the supplier for the life of the process."""


@runtime_checkable
class CancelsOrders(Protocol):
    """An adapter whose supplier takes cancellations (Capability.CANCELS)."""

    def write_cancellation(self, cancellation: CancellationToSend, reference: int) -> OutboundMessage:
        """The supplier's own cancellation message. Pure."""


@runtime_checkable
class SuppliesRecords(Protocol):
    """An adapter whose supplier sends bibliographic records on request (Capability.SUPPLIES_RECORDS)."""

    def write_record_request(self, isbns: Sequence[str], reference: int) -> OutboundMessage:
        """The supplier's own request for records. Pure."""


class AdapterFactory(Protocol):
    """What the entry point names: builds the adapter from the files the settings name."""

    def __call__(self, profile_json: str, secrets: Mapping[str, str] | None) -> Adapter:
        """`profile_json` is the profile's text, `secrets` the supplier's credentials by name. Raises ValueError.

        Without secrets (None) the adapter reads and writes; only its `transport()` raises ValueError.
        """

"""What a supplier adapter is: profile, write, read, transport. The exchange around it owns everything else.

An adapter knows no database and no event; it speaks in the plain facts below. `write_*` and `read` are pure,
`Transport` is the only I/O. Adapters are found through the entry-point group `stockbridge.suppliers`.

Errors a transport may raise, and no others:

    SupplierError
    ├── SupplierUnavailable     nothing was taken; try again later
    ├── SupplierRefused         a business answer: the supplier understood and said no
    ├── SupplierUnintelligible  an answer nobody can read; it is kept and quarantined
    └── SendOutcomeUnknown      the message may or may not have been taken; never blindly repeated
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Money, PlaceKind
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import CopyReference, LineAction, Quantities
from shared.findings import Finding

ENTRY_POINTS = "stockbridge.suppliers"


class SupplierError(Exception):
    """Base of the errors that leave a transport."""


class SupplierUnavailable(SupplierError):
    """The supplier did not take the message and it is certain that it did not; the exchange tries again."""


class SupplierRefused(SupplierError):
    """The supplier understood the message and refused it. `code` is the supplier's own."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class SupplierUnintelligible(SupplierError):
    """The supplier answered something that cannot be read. `raw` is kept byte for byte."""

    def __init__(self, text: str, raw: bytes) -> None:
        super().__init__(text)
        self.raw = raw


class SendOutcomeUnknown(SupplierError):
    """The connection broke after the message left: the supplier may have it. The exchange asks before it resends."""


class Capability(StrEnum):
    """What a supplier can do; what it cannot is refused by the API with a reason."""

    CANCELS = "cancels"
    CONFIRMS_RECEIPT = "confirms_receipt"
    DELIVERS_DIRECT = "delivers_direct"
    DELIVERS_TO_HUB = "delivers_to_hub"
    SUPPLIES_RECORDS = "supplies_records"


class Account(BaseModel):
    """How a supplier knows one council."""

    model_config = ConfigDict(frozen=True)

    gln: str = Field(description="The council's Global Location Number, 13 digits; NAD+BY on the wire")
    account_number: str = Field(default="", description="The supplier's own number for the council, where it has one")


class SupplierProfile(BaseModel):
    """Declared facts about a supplier, instead of code: read from a JSON file named in the settings.

    Adapters subclass it with their dialect's options; each field says what it changes on the wire.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    supplier_id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", description="Our name for the supplier, in rules and events")
    name: str = Field(description="The supplier's name as people know it")
    kind: Literal["consortium", "national"] = Field(description="A regional consortium or a national bookseller")
    capabilities: frozenset[Capability] = Field(description="What the supplier can do")
    deduplicates: bool = Field(
        description="Whether the supplier ignores a message it has under the same reference; only then is one sent again blindly"
    )
    accounts: Mapping[str, Account] = Field(description="ISIL of each council served -> how the supplier knows it")
    hub_code: str | None = Field(default=None, description="Code of the central stock unit goods pass through, if any")
    hub_gln: str | None = Field(default=None, description="GLN of that unit, if it has one")
    fetch_seconds: float = Field(default=2.0, gt=0, description="Pause between two looks into the supplier's mailbox")


class Kind(StrEnum):
    """What a message is about, whatever it is called in the supplier's protocol."""

    ORDER = "order"
    CANCELLATION = "cancellation"
    RECORD_REQUEST = "record_request"
    RESPONSE = "response"
    DESPATCH = "despatch"
    RECORD = "record"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OrderToSend:
    """The lines of one council's order that go to this supplier."""

    council: str
    order_id: str
    order_number: str
    placed_at: datetime
    lines: tuple[OrderedLine, ...]


@dataclass(frozen=True, slots=True)
class CancellationToSend:
    """Copies a council no longer wants: per line the whole ordered line and the copy numbers to cancel."""

    council: str
    order_id: str
    order_number: str
    reason: str
    lines: tuple[tuple[OrderedLine, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message ready to send. `reference` is ours, sequential and unique per supplier, the same on every resend."""

    kind: Kind
    reference: int
    name: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One inbound message as it came. `name` is where it came from (file name or push id), never a key."""

    name: str
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What a supplier says about one line, with the references it used; the exchange finds the line."""

    line_key: str | None
    order_number: str | None
    isbn: str
    action: LineAction | None = None
    status_code: str | None = None
    availability_code: str | None = None
    quantities: Quantities = field(default_factory=Quantities)
    available_on: date | None = None
    substitute_isbn: str | None = None
    copies: tuple[CopyReference, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResponseFact:
    """A supplier's answer to an order or to part of one."""

    order_number: str | None
    supplier_reference: str
    responded_at: datetime | None
    lines: tuple[LineAnswer, ...]
    account_stopped: bool = False


@dataclass(frozen=True, slots=True)
class AdvisedLine:
    """Copies of one title in a parcel, with the references the supplier used."""

    line_key: str | None
    order_number: str | None
    isbn: str
    quantity: int
    copies: tuple[CopyReference, ...] = ()


@dataclass(frozen=True, slots=True)
class AdvisedParcel:
    """One carton of a despatch."""

    parcel_id: str
    lines: tuple[AdvisedLine, ...]


@dataclass(frozen=True, slots=True)
class DespatchFact:
    """Goods on the way to one place. The place is named by code or GLN; the exchange knows which is which."""

    despatch_number: str
    despatched_on: date | None
    expected_on: date | None
    deliver_to: str
    deliver_to_kind: PlaceKind | None
    parcels: tuple[AdvisedParcel, ...]


@dataclass(frozen=True, slots=True)
class RecordFact:
    """Bibliographic data for one title."""

    isbn: str
    title: str
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    form: str = ""
    list_price: Money | None = None


Fact = ResponseFact | DespatchFact | RecordFact


@dataclass(frozen=True, slots=True)
class Reading:
    """What one raw message says. No facts and an error finding means that nothing in it could be understood."""

    kind: Kind
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...] = ()
    test: bool = False
    control_reference: str = ""
    sender: str = ""


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

    def __call__(self, profile_json: str, secrets: Mapping[str, str]) -> Adapter:
        """`profile_json` is the profile's text, `secrets` the supplier's credentials by name. Raises ValueError."""

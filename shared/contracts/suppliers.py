"""Events of the exchange: what was sent to a supplier, and what the supplier sent, in our own terms."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Money, Place, RouteKind, Topic
from shared.contracts.stated import StatedItem, StatedPrice, SupplierReferences
from shared.contracts.words import Barcode, BranchCode, CopyNumber, FundCode, Sequence
from shared.records import Record


class SendOutcome(StrEnum):
    """The result of an attempt to send a message; `unknown` if the supplier may have received it."""

    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class SentCopies(Contract):
    """The copies of a line that a message carries, by our number."""

    line_key: str
    copy_numbers: tuple[int, ...]


class OrderSent(Event):
    """Lines of an order were sent to their supplier, or sending failed, or its result is unknown."""

    event_type: ClassVar[str] = "suppliers.order.sent.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence")

    supplier_id: str
    order_id: UUID
    message_id: UUID
    control_reference: str = Field(description="Control reference of the message, which the supplier also has")
    line_keys: tuple[str, ...]
    outcome: SendOutcome
    sent_at: datetime
    reason: str = ""
    divided: tuple[SentCopies, ...] = Field(
        default=(), description="Those of the lines of which the message carries some copies only, with these copies"
    )

    def key(self) -> str:
        return str(self.order_id)


class LineAction(StrEnum):
    """What the supplier did with a line, as it reports it; independent of any status code."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    NOT_FOUND = "not_found"
    UNCHANGED = "unchanged"


class Quantities(Contract):
    """Numbers of copies that a response gives for a line; null where the supplier gives none."""

    ordered: int | None = Field(
        default=None, description="Copies that the order asked for, as the supplier read it", examples=[3]
    )
    accepted: int | None = Field(default=None, description="Copies that it will supply", examples=[2])
    back_ordered: int | None = Field(default=None, description="Copies that it will supply later", examples=[1])
    cancelled: int | None = Field(default=None, description="Copies that it will not supply", examples=[0])


class CopyReference(Contract):
    """How a supplier identifies one copy, by the marks it gives."""

    copy_number: CopyNumber | None = Field(
        default=None, description="Our number of the copy in its line; null where it gives none"
    )
    place: int | None = Field(
        default=None,
        description="Number within the line of the supplier's message, which need not be ours; null where it gives none",
        examples=[1],
    )
    branch: BranchCode | None = Field(
        default=None, description="The branch it is for, by the council's code or its GLN; null where none is named"
    )
    barcode: Barcode | None = Field(default=None, description="As printed on the copy's label; null where none is given")
    fund: FundCode | None = Field(
        default=None, description="The council's fund, as it was ordered (GIR LFN); null where none is named"
    )
    sequence: Sequence | None = Field(
        default=None, description="Collection within the branch, as it was ordered (GIR LSQ); null where none is named"
    )
    item: StatedItem | None = Field(
        default=None, description="What the supplier states about the copy; it identifies no copy; null where it states nothing"
    )


class ClaimAnswer(StrEnum):
    """What a supplier answers to a claim for copies that were short or damaged."""

    RESEND = "resend"
    CREDIT = "credit"
    REFUSED = "refused"


class RespondedLine(Contract):
    """A supplier's answer to one line."""

    line_key: str
    isbn: str = ""
    action: LineAction | None = None
    status_code: str | None = Field(default=None, description="Order line status, EDItEUR list 12B value, e.g. 100")
    availability_code: str | None = Field(default=None, description="Availability, EDItEUR list 8B value, e.g. OB")
    quantities: Quantities = Quantities()
    available_on: date | None = None
    substitute_isbn: str | None = None
    copies: tuple[CopyReference, ...] = Field(default=(), description="The copies concerned; empty means any copy of the line")
    note: str = ""
    prices: tuple[StatedPrice, ...] = Field(default=(), description="Prices of one copy that the supplier states now")
    supplier_references: SupplierReferences | None = None
    offer_until: date | None = Field(
        default=None, description="Last day on which its offer of a substitute or price can be accepted; null if it states none"
    )
    claim: ClaimAnswer | None = Field(
        default=None, description="What it answers to a claim for short or damaged copies; null where it answers none"
    )


class OrderResponded(Event):
    """A supplier answered lines of an order."""

    event_type: ClassVar[str] = "suppliers.order.responded.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "lms")

    supplier_id: str
    order_id: UUID
    message_id: UUID
    responded_at: datetime
    supplier_reference: str = ""
    account_stopped: bool = Field(default=False, description="The whole order is refused: the account is stopped (list 9B ACS)")
    lines: tuple[RespondedLine, ...]

    def key(self) -> str:
        return str(self.order_id)


class DespatchedLine(Contract):
    """Copies of one title in one parcel."""

    line_key: str | None = None
    order_id: UUID | None = None
    order_number: str | None = None
    isbn: str
    quantity: int = Field(ge=1)
    copies: tuple[CopyReference, ...] = ()
    supplier_references: SupplierReferences | None = None


class Parcel(Contract):
    """One carton."""

    parcel_id: str = Field(description="SSCC of 18 digits, or the supplier's own carton number")
    lines: tuple[DespatchedLine, ...]


# Limits the work that a mistyped quantity can cause.
MOST_ADVISED = 10_000


class DespatchAdvised(Event):
    """A supplier announced that goods are on the way to one place."""

    event_type: ClassVar[str] = "suppliers.despatch.advised.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("delivery", "dashboard")

    supplier_id: str
    message_id: UUID
    despatch_number: str
    despatched_on: date
    stated_on: date | None = Field(default=None, description="Day of despatch that the supplier states; null if it states none")
    expected_on: date | None = None
    deliver_to: Place = Field(description="Where to unpack; the branch of each copy is where to shelve it")
    parcels: tuple[Parcel, ...]

    def key(self) -> str:
        return f"{self.supplier_id}/{self.despatch_number}"


class RecordsSupplied(Event):
    """A supplier sent bibliographic records, asked for or not, or withdrew some: all of one message, or a part, in its order."""

    event_type: ClassVar[str] = "suppliers.records.supplied.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIER_RECORDS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("catalogue",)

    supplier_id: str
    message_id: UUID
    supplied_at: datetime
    records: tuple[Record, ...] = Field(min_length=1)

    def key(self) -> str:
        return self.supplier_id


class RecordSupplied(Event):
    """A supplier sent bibliographic data for a title in six texts, or withdrew it.

    No longer published: RecordsSupplied takes its place. The catalogue still reads those that are in the topic.
    """

    event_type: ClassVar[str] = "suppliers.record.supplied.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIER_RECORDS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("catalogue",)

    supplier_id: str
    message_id: UUID
    isbn: str
    title: str
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = Field(default="", description="Year or ISO date, as the supplier gave it")
    form: str = Field(default="", description="Binding in plain words, e.g. paperback")
    list_price: Money | None = None
    supplied_at: datetime
    withdrawn: bool = Field(default=False, description="The supplier takes its record of this title back")

    def key(self) -> str:
        return self.isbn


class FeedQuieted(Event):
    """A supplier sent no message of one kind for longer than its profile states as usual."""

    event_type: ClassVar[str] = "suppliers.feed.quieted.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    supplier_id: str
    kind: str = Field(description="Kind of message that is missing: response, despatch, invoice and so on")
    last_heard_at: datetime | None = Field(default=None, description="When the last such message arrived; null if none did")
    usual_hours: float = Field(description="The longest usual pause in hours, from the supplier's profile")
    quieted_at: datetime

    def key(self) -> str:
        return f"{self.supplier_id}/{self.kind}"


class FeedResumed(Event):
    """A message of a kind that had stopped arriving from a supplier arrived again."""

    event_type: ClassVar[str] = "suppliers.feed.resumed.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    supplier_id: str
    kind: str
    resumed_at: datetime

    def key(self) -> str:
        return f"{self.supplier_id}/{self.kind}"


class ReconciliationCompared(Event):
    """A supplier's list of a council's open lines was compared with the lines that are open here.

    What to do about the differences, a person decides. The exchange keeps the lines: `GET /v1/reconciliations/{id}` there.
    """

    event_type: ClassVar[str] = "suppliers.reconciliation.compared.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("evidence",)

    supplier_id: str
    reconciliation_id: UUID
    reported_at: datetime = Field(description="Of when the supplier's list is")
    compared_at: datetime
    agreed: int = Field(ge=0, description="Lines that both hold as open, and agree about")
    disagreeing: int = Field(ge=0, description="Lines about which the supplier states another quantity, or that they are closed")
    ours_only: int = Field(ge=0, description="Lines that are open here only")
    theirs_only: int = Field(ge=0, description="Lines that are open at the supplier only")

    def key(self) -> str:
        return f"reconciliation/{self.supplier_id}/{self.council}"


class SupplierAnnounced(Event):
    """The exchange of a supplier started; from now on, orders for this supplier have somewhere to go."""

    event_type: ClassVar[str] = "suppliers.supplier.announced.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "delivery", "catalogue", "dashboard")

    supplier_id: str
    name: str = Field(description="The supplier's name as people know it")
    announced_at: datetime
    takes_cancellations: bool | None = Field(
        default=None, description="Whether it can be asked to cancel copies; null where its exchange does not state that yet"
    )

    routes: tuple[RouteKind, ...] | None = Field(
        default=None, description="Routes by which it delivers, from its profile; null where its exchange does not state any"
    )
    supplies_records: bool | None = Field(
        default=None, description="Whether it supplies records, asked or unasked; null where its exchange does not state that yet"
    )
    takes_route_changes: bool | None = Field(
        default=None,
        description="Whether it can be told another place for copies that it has on order; null where its exchange does not "
        "state that yet",
    )
    takes_offer_answers: bool | None = Field(
        default=None,
        description="Whether it takes the council's answer to an offer of a substitute or price; null where its exchange does "
        "not state that yet",
    )
    takes_enquiries: bool | None = Field(
        default=None,
        description="Whether it can be asked about copies, also by claims; null where its exchange does not state that yet",
    )
    takes_rush: bool | None = Field(
        default=None,
        description="Whether it can be told that an order is wanted sooner than usual; null where its exchange does not state "
        "that yet",
    )
    usual_delivery_days: int | None = Field(
        default=None,
        description="Days that it usually needs from an order to delivery, from its profile; null where its exchange states none",
    )

    def key(self) -> str:
        return self.supplier_id

"""Events of invoices and credit notes: what a supplier charged, and how it compares with the orders. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Topic
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference

# The parts of what one copy costs, in minor units of the document's currency.
ListPrice = Annotated[int, Field(description="Price before discount, in minor units", examples=[999])]
Discount = Annotated[int, Field(description="What the supplier takes off the list price, in minor units", examples=[250])]
Net = Annotated[int, Field(description="List price less discount, in minor units, before charges and VAT", examples=[749])]
Servicing = Annotated[int, Field(description="Charge for making it ready for the shelf, in minor units", examples=[120])]
Carriage = Annotated[int, Field(description="Its share of the charge for transport, in minor units", examples=[0])]
Other = Annotated[int, Field(description="Its share of any further charge, in minor units", examples=[0])]
Vat = Annotated[int, Field(description="Value added tax on all of it, in minor units", examples=[24])]


class Cost(Contract):
    """What one copy costs, in minor units of the document's currency.

    Amounts are positive in credit notes too: `credit` of the event gives their direction.
    net = list_price - discount; total = net + servicing + carriage + other + vat.
    """

    list_price: ListPrice
    discount: Discount = 0
    net: Net
    servicing: Servicing = 0
    carriage: Carriage = 0
    other: Other = 0
    vat: Vat = 0

    @property
    def total(self) -> int:
        """The amount paid for the copy, with all charges and VAT."""
        return self.net + self.servicing + self.carriage + self.other + self.vat


class InvoicedLine(Contract):
    """One line of an invoice, with every reference the supplier gave. The orders service finds the copies by them."""

    line_number: int = Field(ge=1, description="Place within the invoice")
    line_key: str | None = None
    order_number: str | None = None
    isbn: str = ""
    quantity: int
    copies: tuple[CopyReference, ...] = Field(default=(), description="The copies invoiced, where the supplier names them")
    costs: tuple[Cost, ...] = Field(default=(), description="One per copy; empty if the amounts cannot be divided by copy")
    title: str = Field(default="", description="Title or description of the line, as the supplier wrote it")
    supplier_references: SupplierReferences | None = None


class ChargeKind(StrEnum):
    """What a charge without a copy is for."""

    CARRIAGE = "carriage"
    SERVICING = "servicing"
    OTHER = "other"


class InvoicedCharge(Contract):
    """A charge that is for no copy, such as postage, in minor units. Positive in credit notes too, as `Cost` is."""

    description: str = Field(description="What is charged, in the supplier's words", examples=["Postage and packing"])
    kind: ChargeKind = Field(default=ChargeKind.OTHER, description="What it is for, as far as the supplier states it")
    net: int = Field(description="Amount in minor units, before VAT", examples=[450])
    vat: int = Field(default=0, description="Value added tax on it, in minor units", examples=[90])

    @property
    def total(self) -> int:
        """The amount paid for the charge, with VAT."""
        return self.net + self.vat


class TaxAtRate(Contract):
    """The tax of a whole invoice at one rate, in minor units. Positive in credit notes too, as `Cost` is."""

    rate: int = Field(ge=0, le=10_000, description="In hundredths of a per cent: 2000 is 20 %, 550 is 5.5 %", examples=[2000])
    taxable: int = Field(ge=0, description="What is taxed at this rate, in minor units, without the tax", examples=[570])
    tax: int = Field(ge=0, description="What is due at this rate, in minor units", examples=[114])


class InvoiceReceived(Event):
    """A supplier invoiced a council, or credited it for an earlier invoice (credit note)."""

    event_type: ClassVar[str] = "suppliers.invoice.received.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders",)

    supplier_id: str
    message_id: UUID
    invoice_number: str
    credit: bool = Field(default=False, description="True for a credit note: its amounts are paid back")
    credits_invoice: str | None = Field(default=None, description="Number of the invoice that a credit note corrects")
    invoiced_on: date
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
    total: int = Field(description="Amount payable as the supplier states it, tax included, in minor units")
    doubts: tuple[str, ...] = Field(default=(), description="Sums of the invoice that do not add up, in words; empty if all do")
    lines: tuple[InvoicedLine, ...]
    charges: tuple[InvoicedCharge, ...] = Field(default=(), description="Charges for no copy, such as postage; often none")
    taxes: tuple[TaxAtRate, ...] = Field(default=(), description="The tax at each rate, as the supplier states it; often none")

    def key(self) -> str:
        return f"{self.supplier_id}/{self.invoice_number}"


class InvoicedCopy(Contract):
    """One copy and what it cost."""

    copy_id: UUID
    cost: Cost


class MatchedInvoiceLine(Contract):
    """The copies that one line of an invoice charges for."""

    line_number: int
    line_key: str
    order_id: UUID
    copies: tuple[InvoicedCopy, ...]


class JudgedInvoice(Event):
    """Fields common to the events about an invoice that was compared with the orders."""

    supplier_id: str
    invoice_id: UUID
    invoice_number: str
    credit: bool
    invoiced_on: date
    currency: str
    total: int

    def key(self) -> str:
        return str(self.invoice_id)


class InvoiceMatched(JudgedInvoice):
    """Every line of an invoice or credit note matches ordered copies; each copy's cost is stored with it.

    A large invoice is published as several events, its parts, in order. Each part has the total of the whole invoice and
    its own lines and charges. A line that does not fit into one part continues in the next.
    """

    event_type: ClassVar[str] = "orders.invoice.matched.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence", "lms")

    matched_at: datetime
    part: int = Field(default=1, ge=1, description="Number of this event among the parts of the invoice, from 1")
    parts: int = Field(default=1, ge=1, description="Number of events that the invoice was split into")
    lines: tuple[MatchedInvoiceLine, ...]
    charges: tuple[InvoicedCharge, ...] = Field(default=(), description="Charges for no copy, such as postage")


class QueryCode(StrEnum):
    """Why an invoice is queried."""

    UNKNOWN_LINE = "unknown_line"
    AMBIGUOUS = "ambiguous"
    TOO_MANY = "too_many"
    NOT_SUPPLIED = "not_supplied"
    INVOICED_BEFORE = "invoiced_before"
    PRICE = "price"
    ARITHMETIC = "arithmetic"
    NUMBER_REUSED = "number_reused"
    NOTHING_TO_CREDIT = "nothing_to_credit"


class InvoiceQuery(Contract):
    """One mismatch in an invoice, for staff to ask the supplier about."""

    code: QueryCode = Field(description="Why it is queried, for programs")
    text: str = Field(
        description="The same for people: what does not match, and how to settle it",
        examples=["Line 1 is charged at GBP 12.99 net; the order's price is GBP 9.99."],
    )
    line_number: int | None = Field(
        default=None,
        description="Place of the line within the invoice, from 1; null if it concerns the whole invoice",
        examples=[1],
    )


class InvoiceQueried(JudgedInvoice):
    """An invoice does not match what was ordered or supplied; no cost of it is recorded until a person settles it."""

    event_type: ClassVar[str] = "orders.invoice.queried.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence", "lms")

    queried_at: datetime
    queries: tuple[InvoiceQuery, ...]
    unlisted: int = Field(default=0, ge=0, description="Number of queries left out for size; the orders API lists all")


class InvoiceRejected(Event):
    """A person rejected a queried invoice: it must not be paid."""

    event_type: ClassVar[str] = "orders.invoice.rejected.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence", "lms")

    supplier_id: str
    invoice_id: UUID
    invoice_number: str
    rejected_at: datetime
    reason: str

    def key(self) -> str:
        return str(self.invoice_id)

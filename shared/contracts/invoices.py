"""Events of invoices and credit notes: what a supplier charged, and what the order book made of it. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Topic
from shared.contracts.suppliers import CopyReference


class Cost(Contract):
    """What one copy costs, in minor units of the document's currency; never negative, a credit note says so once.

    net = list_price - discount; all of it together is net + servicing + carriage + other + vat.
    """

    list_price: int
    discount: int = 0
    net: int
    servicing: int = 0
    carriage: int = 0
    other: int = 0
    vat: int = 0

    @property
    def total(self) -> int:
        """What is paid for the copy altogether."""
        return self.net + self.servicing + self.carriage + self.other + self.vat


class InvoicedLine(Contract):
    """One line of an invoice, with every reference the supplier gave; the order book finds the copies."""

    line_number: int = Field(ge=1, description="Place within the invoice")
    line_key: str | None = None
    order_number: str | None = None
    isbn: str = ""
    quantity: int
    copies: tuple[CopyReference, ...] = Field(default=(), description="The copies meant, where the supplier names them")
    costs: tuple[Cost, ...] = Field(default=(), description="One per copy; none where the line's amounts cannot be parted")


class InvoiceReceived(Event):
    """A supplier charges a council, or gives back what it charged (credit note)."""

    event_type: ClassVar[str] = "suppliers.invoice.received.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders",)

    supplier_id: str
    message_id: UUID
    invoice_number: str
    credit: bool = Field(default=False, description="A credit note: its amounts are given back")
    credits_invoice: str | None = Field(default=None, description="Number of the invoice that a credit note corrects")
    invoiced_on: date
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
    total: int = Field(description="Amount payable as the supplier states it, tax included, in minor units")
    doubts: tuple[str, ...] = Field(default=(), description="What does not add up in it, in words; empty when it does")
    lines: tuple[InvoicedLine, ...]

    def key(self) -> str:
        return f"{self.supplier_id}/{self.invoice_number}"


class InvoicedCopy(Contract):
    """One copy and what it cost."""

    copy_id: UUID
    cost: Cost


class MatchedInvoiceLine(Contract):
    """The copies one line of an invoice is for."""

    line_number: int
    line_key: str
    order_id: UUID
    copies: tuple[InvoicedCopy, ...]


class JudgedInvoice(Event):
    """What every event says of an invoice that was compared with the order book."""

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
    """Every line of an invoice or credit note fits copies that were ordered; their costs are kept with the copies.

    A large one is told in several parts, one after another: each has the whole total, and lines that no other part has,
    but for one that is cut in two and goes on in the next part.
    """

    event_type: ClassVar[str] = "orders.invoice.matched.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    matched_at: datetime
    part: int = Field(default=1, ge=1, description="Place of this event among those that tell of the invoice")
    parts: int = Field(default=1, ge=1, description="How many events tell of the invoice together")
    lines: tuple[MatchedInvoiceLine, ...]


class QueryCode(StrEnum):
    """Why an invoice is questioned."""

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
    """One thing that does not fit, for a person to ask the supplier about."""

    code: QueryCode
    text: str
    line_number: int | None = Field(default=None, description="Place within the invoice; none for the whole of it")


class InvoiceQueried(JudgedInvoice):
    """An invoice does not fit what was ordered or supplied; nothing of it counts until a person settles it."""

    event_type: ClassVar[str] = "orders.invoice.queried.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    queried_at: datetime
    queries: tuple[InvoiceQuery, ...]
    unlisted: int = Field(default=0, ge=0, description="Further queries, for which there was no room: the invoice lists all")


class InvoiceRejected(Event):
    """A person sent a questioned invoice back: it is never to be paid as it stands."""

    event_type: ClassVar[str] = "orders.invoice.rejected.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    supplier_id: str
    invoice_id: UUID
    invoice_number: str
    rejected_at: datetime
    reason: str

    def key(self) -> str:
        return str(self.invoice_id)

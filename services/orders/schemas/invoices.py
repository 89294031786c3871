"""HTTP shapes of invoices and of the costs of copies, and their conversion from rows. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping

from services.orders.domain.invoices.invoice import InvoiceState
from services.orders.store.invoice_reading import InvoiceRows
from shared.contracts.invoices import Cost, InvoicedCharge, InvoiceQuery, TaxAtRate
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference
from shared.http.paging import PageQuery
from shared.http.steps import StepView
from shared.invoicing.finding import FoundBy


class CostView(BaseModel):
    """A charge of a copy, or a credit where the amounts are negative. `total` is net, servicing, carriage, other and VAT."""

    invoice_id: UUID
    invoice_number: str
    credit: bool
    invoiced_on: date
    currency: str
    list_price: int
    discount: int
    net: int
    servicing: int
    carriage: int
    other: int
    vat: int
    total: int


class EntryView(CostView):
    """A cost as its invoice shows it. Without a copy: no copy was found for it, or it is for none, as `description` says.

    Without a line and description: lines and charges do not add up to it.
    """

    line_number: int | None
    line_key: str | None
    order_id: UUID | None
    copy_id: UUID | None
    description: str | None


class FoundLine(BaseModel):
    """The ordered line that an invoice's line is about, and how it was found."""

    line_key: str
    order_id: UUID
    by: FoundBy


class InvoiceLineView(BaseModel):
    """One line as the supplier wrote it; `found` is empty where no ordered line matches."""

    line_number: int
    line_key: str | None
    order_number: str | None
    isbn: str
    quantity: int
    copies: list[CopyReference]
    costs: list[Cost]
    title: str
    supplier_references: SupplierReferences | None
    found: FoundLine | None


class InvoiceSummary(BaseModel):
    """One row of a list of invoices."""

    invoice_id: UUID
    council: str
    supplier_id: str
    invoice_number: str
    credit: bool
    credits_invoice: str | None
    invoiced_on: date
    currency: str
    total: int
    received_at: datetime
    state: InvoiceState
    version: int
    queries: list[InvoiceQuery]


class InvoiceView(InvoiceSummary):
    """One invoice with its lines, what it charged, and everything that happened to it.

    `costs` is empty until it is matched, and then adds up to the total. `credited` is how much of it credit notes gave back.
    `charges` are for no copy, such as postage. `taxes` is the tax at each rate, where the supplier states it.
    """

    message_id: UUID
    doubts: list[str]
    credited: int
    lines: list[InvoiceLineView]
    charges: list[InvoicedCharge]
    taxes: list[TaxAtRate]
    costs: list[EntryView]
    history: list[StepView]


class InvoiceQueryParameters(PageQuery):
    """Which invoices to list; a parameter that is left out does not narrow the list."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: str | None = None
    state: InvoiceState | None = None
    invoice_number: str | None = None


def invoice_summary(row: RowMapping) -> InvoiceSummary:
    """Returns one row of a list."""
    return InvoiceSummary.model_validate(dict(row))


def invoice_view(rows: InvoiceRows) -> InvoiceView:
    """Returns one invoice with everything known of it."""
    return InvoiceView(
        **invoice_summary(rows.invoice).model_dump(),
        message_id=rows.invoice.message_id,
        doubts=rows.invoice.doubts,
        credited=rows.credited,
        charges=rows.invoice.charges,
        taxes=rows.invoice.taxes,
        lines=[_line_view(line) for line in rows.lines],
        costs=[EntryView.model_validate(dict(cost)) for cost in rows.costs],
        history=[StepView.model_validate(dict(step)) for step in rows.history],
    )


def cost_view(row: RowMapping) -> CostView:
    """Returns a cost as its copy shows it."""
    return CostView.model_validate(dict(row))


def _line_view(line: RowMapping) -> InvoiceLineView:
    found = {"line_key": line.found_key, "order_id": line.found_order_id, "by": line.found_by} if line.found_key else None
    return InvoiceLineView.model_validate({**line, "found": found})

"""HTTP shapes of invoices and of the costs of copies, and their conversion from rows. Amounts in minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.invoices.invoice import InvoiceState
from services.orders.schemas.filters import SupplierFilter
from services.orders.store.invoice_reading import InvoiceRows
from shared.contracts import invoices as costs
from shared.contracts import words
from shared.contracts.invoices import Cost, InvoicedCharge, InvoiceQuery, TaxAtRate
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference
from shared.http.paging import PageQuery
from shared.http.steps import StepView
from shared.invoicing.finding import FoundBy


class CostView(BaseModel):
    """A charge of a copy, or a credit where the amounts are negative. `total` is net, servicing, carriage, other and VAT."""

    invoice_id: words.InvoiceId
    invoice_number: words.InvoiceNumber
    credit: bool = Field(description="Whether a credit note gives it back; then the amounts are negative", examples=[False])
    invoiced_on: date = Field(description="Day of the invoice, as the supplier states it")
    currency: words.Currency
    list_price: costs.ListPrice
    discount: costs.Discount
    net: costs.Net
    servicing: costs.Servicing
    carriage: costs.Carriage
    other: costs.Other
    vat: costs.Vat
    total: int = Field(description="All of it, in minor units: net, servicing, carriage, other and VAT", examples=[893])


class EntryView(CostView):
    """A cost as its invoice shows it. Without a copy: no copy was found for it, or it is for none, as `description` says.

    Without a line and description: lines and charges do not add up to it.
    """

    line_number: int | None = Field(
        description="Place of its line within the invoice, from 1; null where it is of no line", examples=[1]
    )
    line_key: words.LineKey | None = Field(description="Key of the ordered line; null where none was found")
    order_id: words.OrderId | None = Field(description="The order that the line is of; null where none was found")
    copy_id: words.CopyId | None = Field(description="The copy that it is charged to; null for none")
    description: str | None = Field(
        description="What a charge for no copy is for, in the supplier's words; null for any other",
        examples=[None],
    )


class FoundLine(BaseModel):
    """The ordered line that an invoice's line is about, and how it was found."""

    line_key: words.LineKey
    order_id: words.OrderId
    by: FoundBy = Field(description="By what it was found")


class InvoiceLineView(BaseModel):
    """One line as the supplier wrote it; `found` is empty where no ordered line matches."""

    line_number: int = Field(description="Place within the invoice, from 1", examples=[1])
    line_key: words.LineKey | None = Field(
        description="Our reference of the line, as the supplier gives it; null where it gives none"
    )
    order_number: words.OrderNumber | None = Field(
        description="The council's number of the order, as the supplier gives it; null where it gives none"
    )
    isbn: words.Isbn = Field(description='ISBN or EAN as the supplier wrote it; "" where it gives none')
    quantity: int = Field(description="How many copies it charges for", examples=[1])
    copies: list[CopyReference] = Field(description="The copies that it names; often none")
    costs: list[Cost] = Field(description="What each copy costs; empty where the amounts cannot be divided by copy")
    title: words.BookTitle = Field(description='Title or description as the supplier wrote it; "" for none')
    supplier_references: SupplierReferences | None = Field(
        description="What the supplier calls the line; null where it gives nothing"
    )
    found: FoundLine | None = Field(description="The ordered line that it is about; null where none was found")


class InvoiceSummary(BaseModel):
    """One row of a list of invoices."""

    invoice_id: words.InvoiceId
    council: words.CouncilCode
    supplier_id: words.SupplierId
    invoice_number: words.InvoiceNumber
    credit: bool = Field(description="Whether it is a credit note: its amounts are paid back", examples=[False])
    credits_invoice: words.InvoiceNumber | None = Field(
        description="Number of the invoice that a credit note corrects; null where it names none", examples=[None]
    )
    invoiced_on: date = Field(description="Day of the invoice, as the supplier states it")
    currency: words.Currency
    total: int = Field(description="Amount payable as the supplier states it, tax included, in minor units", examples=[1433])
    received_at: datetime = Field(description="When the exchange received it")
    state: InvoiceState = Field(
        description="`matched` counts; `queried` waits for a decision; `rejected` never counts", examples=["matched"]
    )
    version: words.Version
    queries: list[InvoiceQuery] = Field(description="What does not match orders and goods; empty for nothing", examples=[[]])


class InvoiceView(InvoiceSummary):
    """One invoice with its lines, what it charged, and everything that happened to it.

    `costs` is empty until it is matched, and then adds up to the total. `credited` is how much of it credit notes gave back.
    `charges` are for no copy, such as postage. `taxes` is the tax at each rate, where the supplier states it.
    """

    message_id: words.MessageId
    doubts: list[Annotated[str, Field(examples=["The lines add up to GBP 14.32, not GBP 14.33."])]] = Field(
        description="Sums of it that do not add up, in words; empty if all do", examples=[[]]
    )
    credited: int = Field(description="How much of it credit notes have given back, in minor units", examples=[0])
    lines: list[InvoiceLineView] = Field(description="As the supplier wrote them, in its order")
    charges: list[InvoicedCharge] = Field(description="What it charges for no copy, such as postage; often nothing")
    taxes: list[TaxAtRate] = Field(description="Its tax at each rate; empty where the supplier does not state it")
    costs: list[EntryView] = Field(description="What it charged, which adds up to its total; empty until it is matched")
    history: list[StepView] = Field(description="Everything that happened to it, oldest first")


class InvoiceQueryParameters(PageQuery):
    """Which invoices to list; a parameter that is left out does not narrow the list."""

    model_config = ConfigDict(extra="forbid")

    supplier_id: SupplierFilter | None = Field(default=None, description="Only invoices of this supplier")
    state: InvoiceState | None = Field(default=None, description="Only invoices in this state, such as `queried`")
    invoice_number: words.InvoiceNumber | None = Field(
        default=None, max_length=70, description="Only those with this number; several suppliers may have one with it"
    )
    credits_invoice: words.InvoiceNumber | None = Field(
        default=None, max_length=70, description="Only credit notes that correct the invoice with this number"
    )


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

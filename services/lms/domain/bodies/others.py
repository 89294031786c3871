"""What changes of records, invoices, proposals and switches say."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.lms.domain.bodies.words import OF_KIND, Body, Kind
from shared.contracts.invoices import QueryCode
from shared.contracts.switches import SwitchState
from shared.contracts.words import BookTitle, Currency, InvoiceId, InvoiceNumber, Isbn, SupplierId


class TitleChanged(Body):
    """The record of a book that the council ordered is there, or changed."""

    kind: Literal[Kind.TITLE_CHANGED] = Field(default=Kind.TITLE_CHANGED, description=OF_KIND)
    isbn: Isbn
    title: BookTitle
    supplier_id: SupplierId


class RecordJudged(Body):
    """What the council's minimum says of the record of a book that it ordered is new or changed."""

    kind: Literal[Kind.RECORD_JUDGED] = Field(default=Kind.RECORD_JUDGED, description=OF_KIND)
    isbn: Isbn
    supplier_id: SupplierId
    score: int = Field(description="From 0 to 100", examples=[85])
    pass_mark: int = Field(description="The council's, from 0 to 100", examples=[60])
    passes: bool = Field(description="Whether the record reaches the pass mark and meets every rule that the council requires")


class AboutInvoice(Body):
    """A change of an invoice or credit note."""

    invoice_id: InvoiceId
    invoice_number: InvoiceNumber
    supplier_id: SupplierId


class AboutJudgedInvoice(AboutInvoice):
    """A change of an invoice or credit note that was compared with the orders."""

    credit: bool = Field(description="Whether it is a credit note")
    invoiced_on: date = Field(description="Its date")
    total_minor: int = Field(
        description="Amount payable in minor units, tax included; positive in credit notes too", examples=[1289]
    )
    currency: Currency


class InvoiceMatched(AboutJudgedInvoice):
    """Every line of an invoice matches ordered copies, and their costs are kept."""

    kind: Literal[Kind.INVOICE_MATCHED] = Field(default=Kind.INVOICE_MATCHED, description=OF_KIND)


class InvoiceQueried(AboutJudgedInvoice):
    """An invoice does not match what was ordered or supplied; a person must decide."""

    kind: Literal[Kind.INVOICE_QUERIED] = Field(default=Kind.INVOICE_QUERIED, description=OF_KIND)
    queries: int = Field(description="Number of mismatches", examples=[2])
    codes: tuple[QueryCode, ...] = Field(description="What they are, each once")


class InvoiceRejected(AboutInvoice):
    """A person rejected a queried invoice: it must not be paid."""

    kind: Literal[Kind.INVOICE_REJECTED] = Field(default=Kind.INVOICE_REJECTED, description=OF_KIND)
    reason: str = Field(description="Why, in the person's words", examples=["The supplier will send a new invoice"])


class ProposalReceived(Body):
    """A supplier selected titles for the council; nothing is ordered until the council accepts the proposal."""

    kind: Literal[Kind.PROPOSAL_RECEIVED] = Field(default=Kind.PROPOSAL_RECEIVED, description=OF_KIND)
    supplier_id: SupplierId
    selection_number: str = Field(description="The supplier's number of the selection", examples=["SEL-0311"])
    lines: int = Field(description="Number of titles", examples=[25])
    copies: int = Field(description="Number of copies of all titles", examples=[60])
    firm: bool = Field(description="Whether the supplier marked it as final")


class StrandName(StrEnum):
    """What a switch changes the supplier of."""

    ORDERING = "ordering"
    CATALOGUE = "catalogue"
    DELIVERY = "delivery"


class SwitchChanged(Body):
    """A switch to another supplier or route was planned, or came to another state."""

    kind: Literal[Kind.SWITCH_CHANGED] = Field(default=Kind.SWITCH_CHANGED, description=OF_KIND)
    switch_id: UUID = Field(description="Under which `GET /v1/switches/{switch_id}` of the strand's service shows it")
    strand: StrandName = Field(description="What it changes")
    state: SwitchState = Field(description="Its state from then on")
    from_supplier_id: SupplierId | None = Field(description="Id of the supplier before; null: any")
    to_supplier_id: SupplierId | None = Field(description="Id of the supplier from then on; null where the switch is of a route")
    first_day: date = Field(description="First day of the new supplier or route")
    reason: str = Field(description="Why, in the council's words", examples=["The consortium ends its hub."])


class WebhookDisabled(Body):
    """A webhook endpoint of the council is not sent to any more, until somebody enables it. This service says so, no event."""

    kind: Literal[Kind.WEBHOOK_DISABLED] = Kind.WEBHOOK_DISABLED
    webhook_endpoint_id: UUID = Field(description="Which of the council's endpoints, by our id of it")
    url: str = Field(description="Where changes were sent until then", examples=["https://lms.suffolk.example/stockbridge"])
    reason: str = Field(description="Why, in words", examples=["Every attempt failed for three days."])

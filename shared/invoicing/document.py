"""The content of a supplier's invoice or credit note, as it is matched. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.contracts.invoices import InvoicedCharge, InvoicedLine, InvoiceReceived, TaxAtRate


@dataclass(frozen=True, slots=True)
class Document:
    """Content of the supplier's invoice or credit note. Amounts are never negative; `credit` is true for a credit note.

    `charges` are for no copy, such as postage. `taxes` is the tax of the whole at each rate, where it is stated.
    """

    supplier_id: str
    invoice_number: str
    credit: bool
    credits_invoice: str | None
    invoiced_on: date
    currency: str
    total: int
    doubts: tuple[str, ...]
    lines: tuple[InvoicedLine, ...]
    charges: tuple[InvoicedCharge, ...] = ()
    taxes: tuple[TaxAtRate, ...] = ()

    @property
    def sign(self) -> int:
        """Returns the sign of the document's amounts as costs of the council: 1 for an invoice, -1 for a credit note."""
        return -1 if self.credit else 1


def document_of(event: InvoiceReceived) -> Document:
    """Returns the document of an event."""
    return Document(
        supplier_id=event.supplier_id,
        invoice_number=event.invoice_number,
        credit=event.credit,
        credits_invoice=event.credits_invoice,
        invoiced_on=event.invoiced_on,
        currency=event.currency,
        total=event.total,
        doubts=event.doubts,
        lines=event.lines,
        charges=event.charges,
        taxes=event.taxes,
    )

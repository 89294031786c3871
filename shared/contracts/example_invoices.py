"""Examples of invoices and selections: the order of `example_events` is invoiced, queried and rejected.

Councils and location numbers are invented; the books exist.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts import invoices, selections
from shared.contracts.base import Event, Money
from shared.contracts.stated import ItemData, SupplierReferences
from shared.contracts.suppliers import CopyReference

_COUNCIL = "GB-SFK"
_SUPPLIER = "harbour-books"
_ISBN = "9781526622433"
_LINE_KEY = "SB-7Q2M4K9XWD3FA1B0"
_INVOICE = UUID("2a9f7c10-6b1e-4f43-9d0c-5e1a7b3c4d01")
_COST = invoices.Cost(list_price=899, discount=180, net=719, servicing=125, carriage=0, other=0, vat=25)
_POSTAGE = invoices.InvoicedCharge(description="Postage", kind=invoices.ChargeKind.CARRIAGE, net=350, vat=70)
_TAXES = (
    invoices.TaxAtRate(rate=0, taxable=719, tax=0),
    invoices.TaxAtRate(rate=2000, taxable=475, tax=95),
)


def _message(number: int) -> UUID:
    return UUID(int=0x8C1E_0000_4A00_4000_8000_0000_0000_0000 + number)


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


EXAMPLES: tuple[Event, ...] = (
    invoices.InvoiceReceived(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        message_id=_message(6),
        invoice_number="INV-20417",
        invoiced_on=date(2026, 3, 6),
        total=1289,
        lines=(
            invoices.InvoicedLine(
                line_number=1,
                line_key=_LINE_KEY,
                order_number="PO-2026-00417",
                isbn=_ISBN,
                quantity=1,
                copies=(CopyReference(barcode="30117012345678"),),
                costs=(_COST,),
                title="Piranesi",
                supplier_references=SupplierReferences(line="HB-99107/1", article="BK-20417"),
            ),
        ),
        charges=(_POSTAGE,),
        taxes=_TAXES,
    ),
    invoices.InvoiceMatched(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        invoice_id=_INVOICE,
        invoice_number="INV-20417",
        credit=False,
        invoiced_on=date(2026, 3, 6),
        currency="GBP",
        total=1289,
        matched_at=_at(6, 11),
        lines=(
            invoices.MatchedInvoiceLine(
                line_number=1,
                line_key=_LINE_KEY,
                order_id=UUID("5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11"),
                copies=(invoices.InvoicedCopy(copy_id=UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b101"), cost=_COST),),
            ),
        ),
        charges=(_POSTAGE,),
    ),
    invoices.InvoiceQueried(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        invoice_id=UUID("2a9f7c10-6b1e-4f43-9d0c-5e1a7b3c4d02"),
        invoice_number="INV-20460",
        credit=False,
        invoiced_on=date(2026, 3, 9),
        currency="GBP",
        total=1738,
        queried_at=_at(9, 8),
        queries=(
            invoices.InvoiceQuery(
                code=invoices.QueryCode.TOO_MANY,
                text="2 copies are charged; 1 of the line is not charged yet",
                line_number=1,
            ),
        ),
    ),
    invoices.InvoiceRejected(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        invoice_id=UUID("2a9f7c10-6b1e-4f43-9d0c-5e1a7b3c4d02"),
        invoice_number="INV-20460",
        rejected_at=_at(10, 9),
        reason="The supplier will send a credit note and a new invoice",
    ),
    selections.SelectionReceived(
        council=_COUNCIL,
        supplier_id=_SUPPLIER,
        message_id=_message(7),
        selection_number="SEL-0311",
        received_at=_at(11, 7),
        lines=(
            selections.SelectedLine(
                reference="SEL-0311-1",
                isbn=_ISBN,
                title="Piranesi",
                author="Clarke, Susanna",
                quantity=2,
                unit_price=Money(minor=899),
                copies=(
                    selections.SelectedCopy(
                        branch="IPSW", fund="ADULT-FIC", sequence="ANF", servicing=("BC",), item=ItemData(stock_category="BK")
                    ),
                    selections.SelectedCopy(branch="LOWE", fund="ADULT-FIC"),
                ),
                supplier_references=SupplierReferences(line="HB-SEL-0311/1"),
            ),
        ),
    ),
)

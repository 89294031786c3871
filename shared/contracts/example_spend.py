"""Examples of what the order of `example_events` commits, releases and costs."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import spend
from shared.contracts.base import Event

_COUNCIL = "GB-SFK"
_ORDER = UUID("5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11")
_ORDER_NUMBER = "PO-2026-00417"
_COPIES = (UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b101"), UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b102"))


def _spend(total: int, each: int, *copy_ids: UUID) -> tuple[spend.FundSpend, ...]:
    copies = spend.SpentCopies(line_key="SB-7Q2M4K9XWD3FA1B0", each=each, copy_ids=copy_ids)
    return (spend.FundSpend(fund="ADULT-FIC", year="2025-26", currency="GBP", total=total, copies=(copies,)),)


EXAMPLES: tuple[Event, ...] = (
    spend.SpendCommitted(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        cause="orders.order.placed.v1",
        funds=_spend(1798, 899, *_COPIES),
        committed_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    ),
    spend.SpendReleased(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        cause="suppliers.invoice.received.v1",
        funds=_spend(899, 899, _COPIES[0]),
        released_at=datetime(2026, 3, 6, 9, tzinfo=UTC),
    ),
    spend.SpendInvoiced(
        council=_COUNCIL,
        order_id=_ORDER,
        order_number=_ORDER_NUMBER,
        cause="suppliers.invoice.received.v1",
        funds=_spend(869, 869, _COPIES[0]),
        supplier_id="harbour-books",
        invoice_id=UUID("2a9f7c10-6b1e-4f43-9d0c-5e1a7b3c4d01"),
        invoice_number="INV-20417",
        credit=False,
        invoiced_at=datetime(2026, 3, 6, 9, tzinfo=UTC),
    ),
)

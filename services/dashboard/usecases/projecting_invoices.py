"""Applies events of invoices to the read model, one function per event. Events may arrive early, late or twice."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store import writing
from services.dashboard.usecases.projecting import council_of
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceQuery, InvoiceRejected
from shared.messaging.envelope import Envelope


async def invoice_queried(connection: AsyncConnection, event: InvoiceQueried, _: Envelope) -> None:
    """An invoice does not match, and a person has to settle it."""
    row = {
        "invoice_id": event.invoice_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "invoice_number": event.invoice_number,
        "credit": event.credit,
        "total": event.total,
        "currency": event.currency,
        "reasons": [_reason(query) for query in event.queries],
        "code": event.queries[0].code.value if event.queries else "",
        "queried_at": event.queried_at,
    }
    await writing.keep_query(connection, row)


def _reason(query: InvoiceQuery) -> str:
    return query.text if query.line_number is None else f"Line {query.line_number}: {query.text}"


async def invoice_matched(connection: AsyncConnection, event: InvoiceMatched, _: Envelope) -> None:
    """Every line of an invoice matches, or a person accepted it."""
    paid = {"credit": event.credit, "total": event.total, "currency": event.currency, "spent_on": event.invoiced_on}
    await writing.settle_invoice(connection, {**_invoice(event), **paid, "settled_at": event.matched_at})


async def invoice_rejected(connection: AsyncConnection, event: InvoiceRejected, _: Envelope) -> None:
    """A person rejected an invoice."""
    await writing.settle_invoice(connection, {**_invoice(event), "settled_at": event.rejected_at})


def _invoice(event: InvoiceMatched | InvoiceRejected) -> dict[str, object]:
    return {
        "invoice_id": event.invoice_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "invoice_number": event.invoice_number,
    }

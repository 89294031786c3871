"""The suppliers' invoices in the orders service: how many match the orders and how many are queried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from local.lms.answers import Answer
from local.lms.calls import Service


class Invoice(Answer):
    """One invoice or credit note in the list of the orders service."""

    supplier_id: str
    state: str
    credit: bool
    total: int


async def invoices_in(orders: Service) -> list[Invoice]:
    """Returns all invoices of the council. Raises UnexpectedAnswer."""
    return await orders.pages("/v1/invoices", Invoice)


def invoice_lines(invoices: Iterable[Invoice], suppliers: Iterable[str]) -> list[str]:
    """Returns one line per supplier: how many invoices match what was ordered, and how many are queried."""
    found = Counter((invoice.supplier_id, invoice.state) for invoice in invoices)
    return [
        f"Invoices of {supplier}: {found[supplier, 'matched']} matched, {found[supplier, 'queried']} queried."
        if any(supplier == name for name, _ in found)
        else f"Invoices of {supplier}: none."
        for supplier in suppliers
    ]

"""The order book's tables. Money in minor units, times with zone."""

from services.orders.store.tables.base import metadata
from services.orders.store.tables.history import history
from services.orders.store.tables.invoices import copy_cost, invoice, invoice_line
from services.orders.store.tables.orders import branch, copy, order_line, purchase_order, timeline, title
from services.orders.store.tables.proposals import proposal, proposal_line

__all__ = [
    "branch",
    "copy",
    "copy_cost",
    "history",
    "invoice",
    "invoice_line",
    "metadata",
    "order_line",
    "proposal",
    "proposal_line",
    "purchase_order",
    "timeline",
    "title",
]

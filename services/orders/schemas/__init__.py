"""HTTP shapes of the order book, and their conversion from rows. Decides nothing."""

from services.orders.schemas.invoices import (
    InvoiceQueryParameters,
    InvoiceSummary,
    InvoiceView,
    invoice_summary,
    invoice_view,
)
from services.orders.schemas.orders import (
    BranchBodies,
    Cancellation,
    FundBodies,
    OrderQuery,
    OrderReceipt,
    OrderSummary,
    OrderView,
    SupplierView,
    order_view,
    receipt,
    receipt_of,
)
from services.orders.schemas.proposals import (
    ProposalQuery,
    ProposalSummary,
    ProposalView,
    proposal_summary,
    proposal_view,
)
from services.orders.schemas.steps import Reason

__all__ = [
    "BranchBodies",
    "Cancellation",
    "FundBodies",
    "InvoiceQueryParameters",
    "InvoiceSummary",
    "InvoiceView",
    "OrderQuery",
    "OrderReceipt",
    "OrderSummary",
    "OrderView",
    "ProposalQuery",
    "ProposalSummary",
    "ProposalView",
    "Reason",
    "SupplierView",
    "invoice_summary",
    "invoice_view",
    "order_view",
    "proposal_summary",
    "proposal_view",
    "receipt",
    "receipt_of",
]

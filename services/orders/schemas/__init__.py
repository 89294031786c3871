"""HTTP shapes of the order book, and their conversion from rows. Decides nothing."""

from services.orders.schemas.branches import BranchBodies
from services.orders.schemas.invoices import (
    InvoiceQueryParameters,
    InvoiceSummary,
    InvoiceView,
    invoice_summary,
    invoice_view,
)
from services.orders.schemas.open_lines import HEADINGS, OpenLinesQuery, OpenLineView, open_line_rows, open_line_view
from services.orders.schemas.orders import (
    Cancellation,
    FundBodies,
    OrderQuery,
    OrderSummary,
    OrderView,
    order_view,
)
from services.orders.schemas.proposals import (
    ProposalId,
    ProposalQuery,
    ProposalSummary,
    ProposalView,
    proposal_summary,
    proposal_view,
)
from services.orders.schemas.receipts import OrderReceipt, receipt, receipt_of
from services.orders.schemas.rehearsals import RehearsalBody, RehearsalView, rehearsal_view
from services.orders.schemas.routes import SupplierTold
from services.orders.schemas.suppliers import SupplierView, supplier_view
from services.orders.schemas.switches import (
    CopiesDecision,
    DeathBody,
    OrderingSummary,
    SwitchedCopyQuery,
    SwitchedCopyView,
    SwitchPreview,
    SwitchView,
    preview_view,
    switch_view,
    switched_copy_view,
)
from shared.http.steps import Reason

__all__ = [
    "HEADINGS",
    "BranchBodies",
    "Cancellation",
    "CopiesDecision",
    "DeathBody",
    "FundBodies",
    "InvoiceQueryParameters",
    "InvoiceSummary",
    "InvoiceView",
    "OpenLineView",
    "OpenLinesQuery",
    "OrderQuery",
    "OrderReceipt",
    "OrderSummary",
    "OrderView",
    "OrderingSummary",
    "ProposalId",
    "ProposalQuery",
    "ProposalSummary",
    "ProposalView",
    "Reason",
    "RehearsalBody",
    "RehearsalView",
    "SupplierTold",
    "SupplierView",
    "SwitchPreview",
    "SwitchView",
    "SwitchedCopyQuery",
    "SwitchedCopyView",
    "invoice_summary",
    "invoice_view",
    "open_line_rows",
    "open_line_view",
    "order_view",
    "preview_view",
    "proposal_summary",
    "proposal_view",
    "receipt",
    "receipt_of",
    "rehearsal_view",
    "supplier_view",
    "switch_view",
    "switched_copy_view",
]

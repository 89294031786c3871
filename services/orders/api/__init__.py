"""Routes of the order book: parse, use case, render. Every call is for one council; only invoices can be read without one."""

from services.orders.api.branches import branches_router, check_branch
from services.orders.api.deaths import deaths_router
from services.orders.api.decisions import decisions_router, offer_answers_router
from services.orders.api.enquiries import asking_router, chasing_router, enquiries_router
from services.orders.api.funds import funds_router
from services.orders.api.invoices import invoice_decisions_router, invoices_router
from services.orders.api.marc_mappings import marc_mappings_router, marc_presets_router
from services.orders.api.moves import moves_router
from services.orders.api.open_lines import open_lines_router
from services.orders.api.orders import cancellations_router, order_views_router, orders_router, supplier_told_router
from services.orders.api.proposal_files import proposal_files_router, proposal_uploads_router
from services.orders.api.proposals import proposal_decisions_router, proposals_router
from services.orders.api.rehearsals import rehearsals_router
from services.orders.api.rollovers import rollover_previews_router, rollovers_router
from services.orders.api.suppliers import check_supplier, suppliers_router
from services.orders.api.switches import ordering_switches_router

__all__ = [
    "asking_router",
    "branches_router",
    "cancellations_router",
    "chasing_router",
    "check_branch",
    "check_supplier",
    "deaths_router",
    "decisions_router",
    "enquiries_router",
    "funds_router",
    "invoice_decisions_router",
    "invoices_router",
    "marc_mappings_router",
    "marc_presets_router",
    "moves_router",
    "offer_answers_router",
    "open_lines_router",
    "order_views_router",
    "ordering_switches_router",
    "orders_router",
    "proposal_decisions_router",
    "proposal_files_router",
    "proposal_uploads_router",
    "proposals_router",
    "rehearsals_router",
    "rollover_previews_router",
    "rollovers_router",
    "supplier_told_router",
    "suppliers_router",
]

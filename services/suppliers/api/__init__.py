"""Routes of the exchange: signed pushes of the supplier, and the messages that staff see and settle."""

from services.suppliers.api.connections import connections_router
from services.suppliers.api.decisions import decisions_router
from services.suppliers.api.explaining import explaining_router, references_router
from services.suppliers.api.mappings import mappings_router
from services.suppliers.api.messages import kept_aside_router, messages_router
from services.suppliers.api.previews import previews_router
from services.suppliers.api.pushes import pushes_router
from services.suppliers.api.reconciliations import reconciliations_router
from services.suppliers.api.withdrawals import withdrawals_router

__all__ = [
    "connections_router",
    "decisions_router",
    "explaining_router",
    "kept_aside_router",
    "mappings_router",
    "messages_router",
    "previews_router",
    "pushes_router",
    "reconciliations_router",
    "references_router",
    "withdrawals_router",
]

"""HTTP shapes of the exchange."""

from services.suppliers.schemas.explaining import OrderView, TouchedQuery, TreeView, order_views, tree_view
from services.suppliers.schemas.mappings import MappingQuery, MappingView, NewMapping, Scope, mapping_view
from services.suppliers.schemas.messages import (
    AsideQuery,
    AsideView,
    MessageDetail,
    MessageQuery,
    MessageView,
    Reason,
    Receipt,
    Release,
    SupplierView,
    aside_view,
    message_detail,
    message_view,
    supplier_view,
)
from services.suppliers.schemas.reconciliations import (
    ComparedLineQuery,
    OpenLinesForm,
    ReconciliationDetail,
    ReconciliationView,
    reconciliation_detail,
    reconciliation_view,
)

__all__ = [
    "AsideQuery",
    "AsideView",
    "ComparedLineQuery",
    "MappingQuery",
    "MappingView",
    "MessageDetail",
    "MessageQuery",
    "MessageView",
    "NewMapping",
    "OpenLinesForm",
    "OrderView",
    "Reason",
    "Receipt",
    "ReconciliationDetail",
    "ReconciliationView",
    "Release",
    "Scope",
    "SupplierView",
    "TouchedQuery",
    "TreeView",
    "aside_view",
    "mapping_view",
    "message_detail",
    "message_view",
    "order_views",
    "reconciliation_detail",
    "reconciliation_view",
    "supplier_view",
    "tree_view",
]

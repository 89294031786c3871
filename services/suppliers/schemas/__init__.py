"""HTTP shapes of the exchange."""

from services.suppliers.schemas.explaining import OrderView, TreeView, order_views, tree_view
from services.suppliers.schemas.messages import (
    MessageDetail,
    MessageQuery,
    MessageView,
    Reason,
    Receipt,
    Release,
    SupplierView,
    message_detail,
    message_view,
    supplier_view,
)

__all__ = [
    "MessageDetail",
    "MessageQuery",
    "MessageView",
    "OrderView",
    "Reason",
    "Receipt",
    "Release",
    "SupplierView",
    "TreeView",
    "message_detail",
    "message_view",
    "order_views",
    "supplier_view",
    "tree_view",
]

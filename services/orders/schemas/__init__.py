"""HTTP shapes of the order book, and how rows become them. Decides nothing."""

from services.orders.schemas.orders import (
    BranchBody,
    Cancellation,
    OrderQuery,
    OrderReceipt,
    OrderSummary,
    OrderView,
    order_view,
    receipt,
    receipt_of,
)

__all__ = [
    "BranchBody",
    "Cancellation",
    "OrderQuery",
    "OrderReceipt",
    "OrderSummary",
    "OrderView",
    "order_view",
    "receipt",
    "receipt_of",
]

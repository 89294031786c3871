"""HTTP shapes of delivery, and their conversion from domain objects. Decides nothing."""

from services.delivery.schemas.goods import (
    ConsignmentQuery,
    ConsignmentSummary,
    ConsignmentView,
    DiscrepancyQuery,
    DiscrepancyView,
    Period,
    ReceiptBody,
    RecordsBeforeGoodsView,
    ScanBody,
    SupplierRecordsView,
    discrepancy_view,
    summary,
    view,
)
from services.delivery.schemas.routes import (
    NewRouteRule,
    RoutePreview,
    RoutePreviewQuery,
    RouteRuleView,
    route_preview,
    rule_view,
)

__all__ = [
    "ConsignmentQuery",
    "ConsignmentSummary",
    "ConsignmentView",
    "DiscrepancyQuery",
    "DiscrepancyView",
    "NewRouteRule",
    "Period",
    "ReceiptBody",
    "RecordsBeforeGoodsView",
    "RoutePreview",
    "RoutePreviewQuery",
    "RouteRuleView",
    "ScanBody",
    "SupplierRecordsView",
    "discrepancy_view",
    "route_preview",
    "rule_view",
    "summary",
    "view",
]

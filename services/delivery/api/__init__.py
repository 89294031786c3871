"""Routes of delivery: parse, use case, render. Every call is for one council, but that of figures."""

from services.delivery.api.consignments import consignments_router
from services.delivery.api.discrepancies import discrepancies_router
from services.delivery.api.receipts import receipts_router
from services.delivery.api.records import records_router
from services.delivery.api.rules import adding, ending, route_rules_router, route_trials
from services.delivery.api.switches import route_switches_router
from services.delivery.api.unpacking import unpacking_router

__all__ = [
    "adding",
    "consignments_router",
    "discrepancies_router",
    "ending",
    "receipts_router",
    "records_router",
    "route_rules_router",
    "route_switches_router",
    "route_trials",
    "unpacking_router",
]

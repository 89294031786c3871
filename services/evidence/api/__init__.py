"""Routes of evidence: parse, use case, render. A token that names a council sees that council; without one, all of them."""

from services.evidence.api.cost_models import cost_models_router
from services.evidence.api.costs import costs_router
from services.evidence.api.departures import departures_router
from services.evidence.api.measures import measures_router
from services.evidence.api.pack import pack_router
from services.evidence.api.report import report_router

__all__ = ["cost_models_router", "costs_router", "departures_router", "measures_router", "pack_router", "report_router"]

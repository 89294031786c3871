"""Routes of evidence: parse, use case, render. A token that names a council sees that council; without one, all of them."""

from services.evidence.api.answering import Answering
from services.evidence.api.baselines import baselines_router, promises_router
from services.evidence.api.cost_models import cost_models_router
from services.evidence.api.costs import costs_router
from services.evidence.api.decisions import decisions_router
from services.evidence.api.departures import departures_router
from services.evidence.api.duplication import duplication_router
from services.evidence.api.handling import handling_router
from services.evidence.api.measures import measures_router
from services.evidence.api.pack import pack_router
from services.evidence.api.report import report_router
from services.evidence.api.savings import savings_router

__all__ = [
    "Answering",
    "baselines_router",
    "cost_models_router",
    "costs_router",
    "decisions_router",
    "departures_router",
    "duplication_router",
    "handling_router",
    "measures_router",
    "pack_router",
    "promises_router",
    "report_router",
    "savings_router",
]

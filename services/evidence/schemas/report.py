"""HTTP shape of the report: measures and costs of one question, what people decided, and the digest of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from services.evidence.domain.asking import Asked
from services.evidence.domain.costs import Costs
from services.evidence.domain.decisions import Decision
from services.evidence.domain.measures import Measures
from services.evidence.schemas.costs import CostsView, costs_view
from services.evidence.schemas.decisions import NO_DECISION, DecisionView, decision_views
from services.evidence.schemas.figures import digest_of, text_of
from services.evidence.schemas.measures import MeasuresView, measures_view

# What changes although no figure does, and what is explained.
_NO_FIGURES = {"as_of", "decision", "decisions", "meanings"}


class ReportView(BaseModel):
    """Measures and costs of one question."""

    digest: str = Field(description="SHA-256 of the figures: the same as long as none of them changes; decisions refer to it")
    decision: DecisionView | None = Field(description=f"The last one about what is asked. Null: {NO_DECISION}")
    decisions: list[DecisionView] = Field(description="All that people recorded about what is asked, the oldest first")
    measures: MeasuresView
    costs: CostsView


def report_view(asked: Asked, measures: Measures, costs: Costs, now: datetime, decisions: Sequence[Decision] = ()) -> ReportView:
    """Returns the report about a question."""
    views = measures_view(asked, measures, now, decisions), costs_view(asked, costs, now, decisions)
    decided = decision_views(decisions)
    return ReportView(
        digest=digest_of(figures_text(*views)),
        decision=decided[-1] if decided else None,
        decisions=decided,
        measures=views[0],
        costs=views[1],
    )


def figures_text(measures: MeasuresView, costs: CostsView, **further: object) -> str:
    """Returns the figures of a report as text, without the time and without decisions, and what else belongs to them."""
    parts = {"measures": measures, "costs": costs}
    figures = {name: view.model_dump(mode="json", by_alias=True, exclude=_NO_FIGURES) for name, view in parts.items()}
    return text_of({**figures, **further})

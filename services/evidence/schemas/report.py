"""HTTP shape of the report: all figures of one question, what people decided, and the digest of the figures."""

from __future__ import annotations

from pydantic import BaseModel, Field

from services.evidence.domain.report import Report
from services.evidence.schemas.costs import CostsView, costs_view
from services.evidence.schemas.decisions import AllDecisions, LastDecision, decision_views
from services.evidence.schemas.duplication import DuplicationView, duplication_view
from services.evidence.schemas.figures import digest_of, text_of
from services.evidence.schemas.handling import HandlingView, handling_view
from services.evidence.schemas.measures import MeasuresView, measures_view
from services.evidence.schemas.words import Digest

# What changes although no figure does, and what is explained.
_NO_FIGURES = {"computed_at", "decision", "decisions", "meanings"}


class ReportView(BaseModel):
    """All figures of one question."""

    digest: Digest = Field(description="SHA-256 of the figures: the same as long as none of them changes; decisions refer to it")
    decision: LastDecision
    decisions: AllDecisions
    measures: MeasuresView = Field(description="How well copies were supplied, as `/v1/measures` has it")
    handling: HandlingView = Field(description="How copies travelled, as `/v1/handling` has it")
    costs: CostsView = Field(description="What copies cost, as `/v1/costs` has it")
    duplication: DuplicationView = Field(description="What was done twice, as `/v1/duplication` has it")

    def figures(self) -> str:
        """Returns the figures as text: what the digest is of."""
        return figures_text(measures=self.measures, handling=self.handling, costs=self.costs, duplication=self.duplication)


def report_view(found: Report) -> ReportView:
    """Returns the report."""
    asked, now, decided = found.asked, found.now, decision_views(found.decisions)
    view = ReportView(
        digest="",
        decision=decided[-1] if decided else None,
        decisions=decided,
        measures=measures_view(asked, found.measures, now, found.decisions),
        handling=handling_view(asked, found.handling, now, found.decisions),
        costs=costs_view(asked, found.costs, now, found.decisions),
        duplication=duplication_view(asked, found.duplication, now),
    )
    return view.model_copy(update={"digest": digest_of(view.figures())})


def figures_text(**parts: object) -> str:
    """Returns figures as text, those of answers without the time and without decisions."""
    return text_of({name: _figures(part) for name, part in parts.items()})


def _figures(part: object) -> object:
    return part.model_dump(mode="json", by_alias=True, exclude=_NO_FIGURES) if isinstance(part, BaseModel) else part

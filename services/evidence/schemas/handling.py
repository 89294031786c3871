"""HTTP shapes of handling, as JSON and as rows of CSV. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked
from services.evidence.domain.decisions import Decision
from services.evidence.domain.handling import MEANINGS, Handling
from services.evidence.schemas.decisions import AllDecisions, LastDecision, decided_in_words, decision_views
from services.evidence.schemas.measures import MeasureView, figures
from services.evidence.schemas.words import ComputedAt, CouncilOrAll, FirstDay, LastDay

HEADINGS = ("route", "measure", "unit", "value", "low", "high", "n", "note", "decision")


class RouteView(BaseModel):
    """The measures of a route that copies took."""

    route: str = Field(description="`hub` or `direct`: as the goods travelled, whatever was planned", examples=["hub"])
    copies: int = Field(description="Copies that a branch received", examples=[240])
    measures: list[MeasureView] = Field(description="Days per leg, and touches")
    touches: Mapping[str, float] = Field(
        description="What the touches of a copy are made of: means that add up to theirs", examples=[{"scans": 2.0}]
    )


class HandlingView(BaseModel):
    """How copies that were placed in a period travelled, both days included."""

    model_config = ConfigDict(populate_by_name=True)

    first: FirstDay = Field(alias="from")
    last: LastDay = Field(alias="to")
    council: CouncilOrAll
    computed_at: ComputedAt
    decision: LastDecision
    decisions: AllDecisions
    routes: list[RouteView] = Field(description="Each route that copies took")
    differences: list[MeasureView] = Field(description="By how much the hub is above direct, where copies took both routes")
    meanings: Mapping[str, str] = Field(default=MEANINGS, description="Of each measure: what it is, and what counts as what")


def handling_view(asked: Asked, found: Handling, now: datetime, decisions: Sequence[Decision] = ()) -> HandlingView:
    """Returns the answer to a question about handling."""
    decided = decision_views(decisions)
    return HandlingView(
        first=asked.first,
        last=asked.last,
        council=asked.council,
        computed_at=now,
        decision=decided[-1] if decided else None,
        decisions=decided,
        routes=[
            RouteView(
                route=each.route,
                copies=each.copies,
                measures=[MeasureView.model_validate(figures(measured)) for measured in each.measures],
                touches=each.parts,
            )
            for each in found.routes
        ],
        differences=[MeasureView.model_validate(figures(measured)) for measured in found.differences],
    )


def handling_rows(view: HandlingView) -> Iterator[Sequence[object]]:
    """Yields the rows of CSV under HEADINGS: a row for each measure of each route, then for each difference."""
    decided = decided_in_words(view.decisions)
    named = [(each.route, measured) for each in view.routes for measured in each.measures]
    for route, each in (*named, *(("hub less direct", measured) for measured in view.differences)):
        yield (route, each.measure, each.unit, each.value, each.low, each.high, each.n, each.note or "", decided)

"""HTTP shapes of measures, as JSON and as rows of CSV. Decides nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.decisions import Decision
from services.evidence.domain.measures import MEANINGS, Measured, Measures
from services.evidence.schemas.decisions import AllDecisions, LastDecision, decided_in_words, decision_views
from services.evidence.schemas.switches import ComparedView, compared_view
from services.evidence.schemas.words import ComputedAt, CouncilOrAll, FirstDay, LastDay
from shared.contracts.words import SupplierId

HEADINGS = ("by", "key", "trial", "measure", "unit", "value", "low", "high", "n", "note", "decision")


class MeasureView(BaseModel):
    """A measure with its 95 % interval."""

    measure: str = Field(description="Name of the measure; `meanings` says what it is", examples=["promises_kept"])
    unit: str = Field(description="Unit of its values: `share`, `days` and the like", examples=["share"])
    value: float | None = Field(description="The value; null where nothing, or too little, was observed", examples=[0.93])
    low: float | None = Field(description="Least value of the 95 % interval; null where there is none", examples=[0.88])
    high: float | None = Field(
        description="Greatest value of it; null where there is none, or, beside `low`, where it has no end",
        examples=[0.96],
    )
    n: int = Field(
        description="How many copies or books are behind it; of a difference, those of the smaller group", examples=[118]
    )
    note: str | None = Field(
        description="A sentence where it cannot be told; null where it can", examples=["4 copies are too few to tell"]
    )


class GroupView(BaseModel):
    """The measures of a group of copies."""

    key: str = Field(
        description="Supplier, branch, material, month or route; of an arm its trial, a slash, and `pilot` or `control`; of a "
        "switch `before`, `after`, `still` for what its first supplier supplies since, and `already` for what the second one "
        "supplied before, each with a colon and the supplier",
        examples=["national"],
    )
    copies: int = Field(description="Copies in the group", examples=[120])
    withdrawn: int = Field(
        description="Of these, cancelled after the council asked for it; they count in nothing below but hands",
        examples=[2],
    )
    measures: list[MeasureView] = Field(description="Every measure of these copies")


class DifferenceView(MeasureView):
    """The difference between two values of a measure, with its 95 % interval.

    Of a trial: the pilot arm's value less the control arm's. Of a switch: the value after it less the value before it.
    """

    trial: str | None = Field(description="Name of the trial; null for a switch", examples=["bookseller"])
    between: str = Field(description="`pilot less control`, or `after less before`", examples=["pilot less control"])


class UnattributedView(BaseModel):
    """What happened with a supplier in the period and cannot be said to concern a copy: it is in no measure."""

    model_config = ConfigDict(from_attributes=True)

    supplier_id: SupplierId
    discrepancies: int = Field(description="Discrepancies found that name no copy", examples=[1])
    queries: int = Field(
        description="Queries of invoices of the period that name no line, or one not matched to copies", examples=[2]
    )
    messages_held: int = Field(description="Messages that waited for a person; of one council, those that name it", examples=[3])
    corrections: int = Field(
        description="What staff did (mapped, read or sent again, decided) about messages that name no ordered line; of one "
        "council, about those that name it",
        examples=[4],
    )


class MeasuresView(BaseModel):
    """How well copies that were placed in a period were supplied, both days included."""

    model_config = ConfigDict(populate_by_name=True)

    first: FirstDay = Field(alias="from")
    last: LastDay = Field(alias="to")
    by: By = Field(description="What copies are grouped by")
    council: CouncilOrAll
    computed_at: ComputedAt
    decision: LastDecision
    decisions: AllDecisions
    switch: ComparedView | None = Field(description="What is compared, by `switch`; null for other questions")
    groups: list[GroupView] = Field(description="The groups, each with its measures")
    differences: list[DifferenceView] = Field(
        description="By arm: of each trial with copies in both arms. By switch: of its two sides"
    )
    unattributed: list[UnattributedView] = Field(description="What cannot be said to concern a copy, by supplier")
    meanings: Mapping[str, str] = Field(
        description="Of each measure: what it is, and what counts as what",
        examples=[{"promises_kept": "Share of copies that were received by the first day promised."}],
    )


def measures_view(asked: Asked, found: Measures, now: datetime, decisions: Sequence[Decision] = ()) -> MeasuresView:
    """Returns the answer to a question about measures."""
    decided = decision_views(decisions)
    return MeasuresView(
        first=asked.first,
        last=asked.last,
        by=asked.by,
        council=asked.council,
        computed_at=now,
        decision=decided[-1] if decided else None,
        decisions=decided,
        switch=compared_view(asked.switch),
        groups=[
            GroupView(
                key=group.key,
                copies=group.copies,
                withdrawn=group.withdrawn,
                measures=[MeasureView.model_validate(figures(each)) for each in group.measures],
            )
            for group in found.groups
        ],
        differences=[
            DifferenceView.model_validate({"trial": each.trial, "between": each.between, **figures(each.measured)})
            for each in found.differences
        ],
        unattributed=[UnattributedView.model_validate(each) for each in found.unattributed],
        meanings=MEANINGS,
    )


def figures(each: Measured) -> dict[str, object]:
    """Returns the fields of a MeasureView."""
    interval = each.estimate.interval
    return {
        "measure": each.name,
        "unit": each.unit,
        "value": each.estimate.value,
        "low": None if interval is None else interval.low,
        "high": None if interval is None or math.isinf(interval.high) else interval.high,
        "n": each.estimate.n,
        "note": each.note,
    }


def measures_rows(view: MeasuresView) -> Iterator[Sequence[object]]:
    """Yields the rows of CSV under HEADINGS: a row for each measure of each group, then for each difference."""
    decided = decided_in_words(view.decisions)
    for group in view.groups:
        for each in group.measures:
            yield (view.by.value, group.key, "", *_cells(each), decided)
    for difference in view.differences:
        yield ("difference", difference.between, difference.trial or "", *_cells(difference), decided)


def _cells(each: MeasureView) -> Sequence[object]:
    return (each.measure, each.unit, each.value, each.low, each.high, each.n, each.note or "")

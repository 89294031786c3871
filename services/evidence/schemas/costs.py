"""HTTP shapes of costs, as JSON and as rows of CSV. Amounts in minor units; Decimals are texts. Decides nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Costs, CouncilGap, Group, Relative
from services.evidence.domain.decisions import Decision
from services.evidence.domain.prices import per_copy
from services.evidence.schemas.decisions import NO_DECISION, DecisionView, decided_in_words, decision_views
from services.evidence.schemas.switches import ComparedView, compared_view
from shared.wording import counted

_PAID = ("list_price", "discount", "net", "servicing", "carriage", "other", "vat")
HEADINGS = ("by", "key", "currency", "copies", *_PAID, "paid", "work", "whole", "whole_per_copy", "unknown_work", "decision")


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PaidView(_View):
    """What was paid, in minor units. net = list_price - discount; total = net + servicing + carriage + other + vat."""

    list_price: int
    discount: int
    net: int
    servicing: int
    carriage: int
    other: int
    vat: int
    total: int


class WorkView(_View):
    """Work of one kind, by the council's cost model of each day."""

    activity: Activity
    borne_by: str
    times: int
    minutes: Decimal
    cost: Decimal = Field(description="In minor units, rounded to two decimals")


class UnknownWorkView(_View):
    """Work that was done, and of which no cost is known: no model applies on its day, or it does not name the activity."""

    activity: Activity
    times: int


class CostGroupView(_View):
    """What a group of copies cost."""

    key: str
    currency: str
    copies: int = Field(description="Copies charged; one that was charged and credited in the period is not counted")
    paid: PaidView
    work: list[WorkView]
    work_cost: Decimal = Field(description="All work of known cost; its exact sum is rounded once")
    whole: Decimal = Field(description="Paid and work, in minor units")
    paid_per_copy: Decimal | None
    whole_per_copy: Decimal | None
    unknown: list[UnknownWorkView] = Field(description="Work that `work_cost` and `whole` leave out")


class RelativeView(BaseModel):
    """Prices of one group over another's for the titles bought by both: a cheaper mix of titles is no cheaper price."""

    first: str
    second: str
    currency: str
    of: str = Field(description="`price`: net prices; `whole`: with servicing, carriage and other charges. Both before tax")
    relative: Decimal | None = Field(description="0.95: the basket costs 5 % less at the first's prices")
    low: float | None = Field(description="95 % interval over titles")
    high: float | None
    titles: int
    copies: int
    first_cost: Decimal = Field(description="What the basket costs at the first's mean prices, in minor units")
    second_cost: Decimal
    note: str | None


class ReconciledView(_View):
    """Matched invoices less credit notes of a supplier: total = copies + charges + unlisted, to the penny."""

    supplier_id: str
    currency: str
    total: int
    copies: int = Field(description="Charged for copies; the sum of all groups where nothing but the supplier narrows")
    charges: int = Field(description="Charged for no copy, such as postage; it is in no group")
    unlisted: int = Field(description="In the total only: for lines without a copy, or not itemised")


class CouncilGapView(BaseModel):
    """Days without a cost model."""

    council: str
    detail: str


class CostsView(BaseModel):
    """What copies cost that invoices of a period charge, both days included."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    by: By
    council: str | None = Field(description="Null: all councils")
    as_of: datetime
    decision: DecisionView | None = Field(description=f"The last one about what is asked. Null: {NO_DECISION}")
    decisions: list[DecisionView] = Field(description="All that people recorded about what is asked, the oldest first")
    switch: ComparedView | None = Field(description="What is compared, by `switch`")
    groups: list[CostGroupView]
    price_relatives: list[RelativeView] = Field(
        description="By supplier, arm or switch only: of every two groups that bought the same title"
    )
    reconciliation: list[ReconciledView]
    gaps: list[CouncilGapView] = Field(description="Days of the period for which a council with copies in it has no cost model")


def costs_view(asked: Asked, found: Costs, now: datetime, decisions: Sequence[Decision] = ()) -> CostsView:
    """Returns the answer to a question about costs."""
    decided = decision_views(decisions)
    return CostsView(
        first=asked.first,
        last=asked.last,
        by=asked.by,
        council=asked.council,
        as_of=now,
        decision=decided[-1] if decided else None,
        decisions=decided,
        switch=compared_view(asked.switch),
        groups=[_group(each) for each in found.groups],
        price_relatives=[_relative(each) for each in found.relatives],
        reconciliation=[ReconciledView.model_validate(each) for each in found.reconciled],
        gaps=[_gap(each) for each in found.gaps],
    )


def _group(each: Group) -> CostGroupView:
    return CostGroupView(
        key=each.key,
        currency=each.currency,
        copies=each.copies,
        paid=PaidView.model_validate(each.paid),
        work=[WorkView.model_validate(work) for work in each.work],
        work_cost=each.work_cost,
        whole=each.whole,
        paid_per_copy=per_copy(each.paid.total, each.copies),
        whole_per_copy=per_copy(each.whole, each.copies),
        unknown=[UnknownWorkView.model_validate(work) for work in each.unknown],
    )


def _relative(each: Relative) -> RelativeView:
    interval, found = each.estimate.interval, each.relative
    few = None if interval is not None else _too_few(found.titles)
    return RelativeView(
        first=each.first,
        second=each.second,
        currency=each.currency,
        of=each.of,
        relative=found.relative,
        low=None if interval is None else interval.low,
        high=None if interval is None or math.isinf(interval.high) else interval.high,
        titles=found.titles,
        copies=found.copies,
        first_cost=found.first,
        second_cost=found.second,
        note=few,
    )


def _too_few(titles: int) -> str:
    return f"{counted(titles, 'title')} bought by both {'is' if titles == 1 else 'are'} too few to tell"


def _gap(each: CouncilGap) -> CouncilGapView:
    return CouncilGapView(council=each.council, detail=each.gap.in_words)


def costs_rows(view: CostsView) -> Iterator[Sequence[object]]:
    """Yields the rows of CSV under HEADINGS, one for each group."""
    decided = decided_in_words(view.decisions)
    for group in view.groups:
        paid = [getattr(group.paid, name) for name in _PAID]
        unknown = "; ".join(f"{work.activity} {work.times}" for work in group.unknown)
        sums = (group.paid.total, group.work_cost, group.whole, group.whole_per_copy)
        yield (view.by.value, group.key, group.currency, group.copies, *paid, *sums, unknown, decided)

"""HTTP shapes of costs, as JSON and as rows of CSV. Amounts in minor units; Decimals are texts. Decides nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Costs, CouncilGap, Group, Relative
from services.evidence.domain.decisions import Decision
from services.evidence.domain.prices import per_copy
from services.evidence.schemas.decisions import AllDecisions, LastDecision, decided_in_words, decision_views
from services.evidence.schemas.switches import ComparedView, compared_view
from services.evidence.schemas.words import (
    ComputedAt,
    CouncilOrAll,
    ExactMinor,
    FirstDay,
    GroupKey,
    LastDay,
    Minor,
    Minutes,
)
from shared.contracts.words import CouncilCode, Currency, SupplierId
from shared.wording import counted

_PAID = ("list_price", "discount", "net", "servicing", "carriage", "other", "vat")
HEADINGS = ("by", "key", "currency", "copies", *_PAID, "paid", "work", "whole", "whole_per_copy", "unknown_work", "decision")


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PaidView(_View):
    """What was paid, in minor units. net = list_price - discount; total = net + servicing + carriage + other + vat."""

    list_price: Minor = Field(description="Publishers' list prices, in minor units")
    discount: int = Field(description="The supplier's discount on them, in minor units", examples=[300])
    net: int = Field(description="List prices less discount, in minor units", examples=[1_199])
    servicing: int = Field(description="Making the books ready for the shelf, in minor units", examples=[150])
    carriage: int = Field(description="Carriage and postage, in minor units", examples=[0])
    other: int = Field(description="Other charges for copies, in minor units", examples=[0])
    vat: int = Field(description="Value added tax, in minor units", examples=[30])
    total: int = Field(description="All of it, in minor units", examples=[1_379])


class WorkView(_View):
    """Work of one kind, by the council's cost model of each day."""

    activity: Activity = Field(description="What was done")
    borne_by: str = Field(description="Who bears it, as the cost model says", examples=["council"])
    times: int = Field(description="How often it was done", examples=[17])
    minutes: Minutes = Field(description="What it took, in minutes")
    cost: ExactMinor = Field(description="In minor units, rounded to two decimals")


class UnknownWorkView(_View):
    """Work that was done, and of which no cost is known: no model applies on its day, or it does not name the activity."""

    activity: Activity = Field(description="What was done")
    times: int = Field(description="How often it was done", examples=[3])


class CostGroupView(_View):
    """What a group of copies cost."""

    key: GroupKey = Field(
        description="Supplier, branch, material, month, route or arm, or side of a switch, as in `/v1/measures`"
    )
    currency: Currency
    copies: int = Field(
        description="Copies charged; one that was charged and credited in the period is not counted", examples=[118]
    )
    paid: PaidView = Field(description="What invoices charged, less credit notes")
    work: list[WorkView] = Field(description="Work of known cost, by activity and who bears it")
    work_cost: ExactMinor = Field(description="All work of known cost, in minor units; its exact sum is rounded once")
    whole: ExactMinor = Field(description="Paid and work, in minor units")
    paid_per_copy: Decimal | None = Field(
        description="Paid for each copy charged, in minor units; null without copies", examples=["1168.64"]
    )
    whole_per_copy: Decimal | None = Field(
        description="Paid and work for each copy charged, in minor units; null without copies", examples=["1296.10"]
    )
    unknown: list[UnknownWorkView] = Field(description="Work that `work_cost` and `whole` leave out")


class RelativeView(BaseModel):
    """Prices of one group over another's for the titles bought by both: a cheaper mix of titles is no cheaper price."""

    first: GroupKey = Field(description="Key of the group whose prices are compared")
    second: str = Field(description="Key of the group that they are compared with", examples=["consortium"])
    currency: Currency
    of: str = Field(
        description="`price`: net prices; `whole`: with servicing, carriage and other charges. Both before tax",
        examples=["price"],
    )
    relative: Decimal | None = Field(
        description="0.95: the basket costs 5 % less at the first's prices; null where it cannot be told", examples=["0.95"]
    )
    low: float | None = Field(
        description="Least value of the 95 % interval over titles; null where there is none", examples=[0.93]
    )
    high: float | None = Field(
        description="Greatest value of it; null where there is none, or, beside `low`, where it has no end", examples=[0.97]
    )
    titles: int = Field(description="Titles bought by both", examples=[64])
    copies: int = Field(description="Copies in the basket", examples=[90])
    first_cost: ExactMinor = Field(description="What the basket costs at the first's mean prices, in minor units")
    second_cost: ExactMinor = Field(description="What it costs at the second's mean prices, in minor units")
    note: str | None = Field(
        description="A sentence where it cannot be told; null where it can",
        examples=["1 title bought by both is too few to tell"],
    )


class ReconciledView(_View):
    """Matched invoices less credit notes of a supplier: total = copies + charges + unlisted, to the penny."""

    supplier_id: SupplierId
    currency: Currency
    total: Minor = Field(description="Matched invoices less credit notes, in minor units")
    copies: int = Field(
        description="Charged for copies, in minor units; the sum of all groups where nothing but the supplier narrows",
        examples=[1_379],
    )
    charges: int = Field(description="Charged for no copy, such as postage, in minor units; it is in no group", examples=[120])
    unlisted: int = Field(
        description="In the total only, in minor units: for lines without a copy, or not itemised", examples=[0]
    )


class CouncilGapView(BaseModel):
    """Days without a cost model."""

    council: CouncilCode
    detail: str = Field(
        description="Which days, and what to do, in a sentence",
        examples=["From 2026-12-01 on no cost model applies: work on these days is not counted. PUT one for 2026-12-01."],
    )


class CostsView(BaseModel):
    """What copies cost that invoices of a period charge, both days included."""

    model_config = ConfigDict(populate_by_name=True)

    first: FirstDay = Field(alias="from")
    last: LastDay = Field(alias="to")
    by: By = Field(description="What copies are grouped by")
    council: CouncilOrAll
    computed_at: ComputedAt
    decision: LastDecision
    decisions: AllDecisions
    switch: ComparedView | None = Field(description="What is compared, by `switch`; null for other questions")
    groups: list[CostGroupView] = Field(description="One for each group and currency")
    price_relatives: list[RelativeView] = Field(
        description="By supplier, arm or switch only: of every two groups that bought the same title"
    )
    reconciliation: list[ReconciledView] = Field(description="Whether groups and other charges add up to the invoices")
    gaps: list[CouncilGapView] = Field(description="Days of the period for which a council with copies in it has no cost model")


def costs_view(asked: Asked, found: Costs, now: datetime, decisions: Sequence[Decision] = ()) -> CostsView:
    """Returns the answer to a question about costs."""
    decided = decision_views(decisions)
    return CostsView(
        first=asked.first,
        last=asked.last,
        by=asked.by,
        council=asked.council,
        computed_at=now,
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

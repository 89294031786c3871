"""What copies cost: what was paid for them, and the work done by hand for them by the council's cost model. Pure and exact.

Amounts are whole minor units, or Decimals of them: work is added up as minutes times rates, and rounded once, at the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from services.evidence.domain.cost_models import Activity, CostModel, Gap, in_force
from services.evidence.domain.intervals import Estimate
from services.evidence.domain.prices import PriceRelative, Titles, interval_of, price_relative

_HUNDREDTH = Decimal("0.01")
_MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid, in minor units: net = list_price - discount; credits are subtracted."""

    list_price: int = 0
    discount: int = 0
    net: int = 0
    servicing: int = 0
    carriage: int = 0
    other: int = 0
    vat: int = 0

    @property
    def total(self) -> int:
        """All that was paid, with charges and tax."""
        return self.net + self.servicing + self.carriage + self.other + self.vat


class Work(NamedTuple):
    """Work of one kind that was done for a council on days with the same cost model; `day` stands for them."""

    council: str
    activity: Activity
    day: date


class Pair(NamedTuple):
    """Two groups of copies, and the currency in which both were charged."""

    first: str
    currency: str
    second: str


class Basket(NamedTuple):
    """Titles that two groups bought, before tax: at the price alone, and with servicing, carriage and other charges."""

    price: list[Titles]
    whole: list[Titles]


@dataclass(slots=True)
class Spent:
    """What was paid for a group of copies in one currency, and how often work was done for them."""

    copies: int = 0
    paid: Paid = Paid()
    work: Counter[Work] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class WorkDone:
    """Work of one kind: how often, how long, what it costs in minor units, and who bears it."""

    activity: Activity
    borne_by: str
    times: int
    minutes: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class WorkUnknown:
    """Work that was done, and of which no cost is known: no model applies, or it is silent, or in another currency."""

    activity: Activity
    times: int


@dataclass(frozen=True, slots=True)
class Group:
    """The costs of a group of copies in one currency. `work_cost` and `whole` leave out `unknown` work."""

    key: str
    currency: str
    copies: int
    paid: Paid
    work: Sequence[WorkDone]
    unknown: Sequence[WorkUnknown]
    work_cost: Decimal

    @property
    def whole(self) -> Decimal:
        """What was paid and the work done by hand."""
        return self.paid.total + self.work_cost


@dataclass(frozen=True, slots=True)
class Relative:
    """Prices of one group relative to another's over the titles bought by both. `estimate` has the interval over titles."""

    first: str
    second: str
    currency: str
    of: str
    relative: PriceRelative
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A supplier's invoices and credit notes of a period: their total is the sum of the other three amounts."""

    supplier_id: str
    currency: str
    total: int
    copies: int
    charges: int

    @property
    def unlisted(self) -> int:
        """What is in the total only: charged for lines without a copy, or not itemised."""
        return self.total - self.copies - self.charges


@dataclass(frozen=True, slots=True)
class CouncilGap:
    """Days of the period on which a council with copies in it has no cost model."""

    council: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Costs:
    """The answer to a question about costs."""

    groups: Sequence[Group]
    relatives: Sequence[Relative]
    reconciled: Sequence[Reconciled]
    gaps: Sequence[CouncilGap]


def group_of(key: str, currency: str, spent: Spent, models: Mapping[str, Sequence[CostModel]]) -> Group:
    """Returns the costs of a group; `models` are those of each council."""
    efforts: defaultdict[tuple[Activity, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    unknown: Counter[Activity] = Counter()
    for work, times in spent.work.items():
        model = in_force(models.get(work.council, ()), work.day)
        effort = None if model is None or model.currency != currency else model.efforts.get(work.activity)
        if effort is None:
            unknown[work.activity] += times
            continue
        sums = efforts[work.activity, effort.borne_by]
        minutes = times * effort.minutes
        efforts[work.activity, effort.borne_by] = [sums[0] + times, sums[1] + minutes, sums[2] + minutes * effort.hourly_rate]
    done = [
        WorkDone(activity, borne_by, int(times), minutes, _of_an_hour(cost))
        for (activity, borne_by), (times, minutes, cost) in sorted(efforts.items())
    ]
    missing = [WorkUnknown(activity, times) for activity, times in sorted(unknown.items())]
    whole = _of_an_hour(sum((cost for _, _, cost in efforts.values()), Decimal(0)))
    return Group(key, currency, spent.copies, spent.paid, done, missing, whole)


def _of_an_hour(minutes_times_rate: Decimal) -> Decimal:
    """Returns the cost in minor units to two decimals, halves up."""
    return (minutes_times_rate / _MINUTES_OF_AN_HOUR).quantize(_HUNDREDTH, ROUND_HALF_UP)


def relatives(shared: Mapping[Pair, Basket]) -> Iterator[Relative]:
    """Yields the price relatives of every two groups, in the order of the pairs."""
    for (first, currency, second), basket in shared.items():
        for of, titles in zip(Basket._fields, basket, strict=True):
            yield Relative(first, second, currency, of, price_relative(titles), interval_of(titles))

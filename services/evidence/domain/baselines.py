"""Baselines: what a council's copies cost in a period, frozen before it changes its way of being supplied. Pure and exact.

The figures of a baseline are kept as one text that never changes; its digest proves that.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from services.evidence.domain.cost_models import Activity
from services.evidence.domain.prices import Bought
from shared.errors import DomainError, Fault, Kind


class Title(NamedTuple):
    """Copies of a title from one supplier that were charged, and what they cost before tax: the price, and with all charges.

    `received`: how many of them a branch has.
    """

    supplier: str
    currency: str
    isbn: str
    copies: int
    price: int
    whole: int
    received: int


def currencies_of(titles: Iterable[Title]) -> tuple[str, ...]:
    """Returns the currencies of titles, in order."""
    return tuple(sorted({title.currency for title in titles}))


@dataclass(frozen=True, slots=True)
class Baseline:
    """A frozen period of a council: copies that its invoices charge; `supplier`, `branch`, `material` narrow unless None."""

    baseline_id: UUID
    council: str
    name: str
    reason: str
    first_day: date
    last_day: date
    supplier: str | None
    branch: str | None
    material: str | None
    currencies: tuple[str, ...]
    frozen_by: str
    frozen_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a baseline says of one currency, by whatever supplier: the titles with what they cost, and work by activity.

    `received`: copies that had been received. `work`: what all work of an activity cost. `unknown`: activities of which some had
    no known cost.
    """

    titles: Mapping[str, Bought]
    received: int
    work: Mapping[Activity, Decimal]
    unknown: frozenset[Activity]

    def mean(self, isbn: str) -> Fraction:
        """Returns what a copy of a title cost in the mean, in minor units before tax."""
        return Fraction(self.titles[isbn].cost, self.titles[isbn].copies)

    def work_per_copy(self, activity: Activity) -> Fraction:
        """Returns what the work of an activity cost for each copy that was received; not done is 0."""
        return Fraction(self.work.get(activity, Decimal(0))) / self.received if self.received else Fraction()


def frozen_of(figures: str, currency: str) -> Frozen:
    """Returns what the figures of a baseline (their text) say of one currency."""
    kept = json.loads(figures)
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    charged = [title for title in map(Title._make, kept["titles"]) if title.currency == currency]
    for title in charged:
        sums[title.isbn] = [sums[title.isbn][0] + title.copies, sums[title.isbn][1] + title.whole]
    groups = [group for group in kept["costs"]["groups"] if group["currency"] == currency]
    work: defaultdict[Activity, Decimal] = defaultdict(Decimal)
    for each in (each for group in groups for each in group["work"]):
        work[Activity(each["activity"])] += Decimal(each["cost"])
    unknown = frozenset(Activity(each["activity"]) for group in groups for each in group["unknown"])
    titles = {isbn: Bought(*known) for isbn, known in sums.items()}
    return Frozen(titles, sum(title.received for title in charged), work, unknown)


def check_is_over(last: date | None, today: date) -> None:
    """Raises DomainError (422) for a period that is not over: its figures may change."""
    if last is not None and last >= today:
        text = f"{last} is not over, so its figures may change; give {today - timedelta(days=1)} at the latest."
        raise DomainError("not-over", text, Kind.INVALID, [Fault("/query/to", "not-over", text)])


def nothing_charged() -> DomainError:
    """Returns the error (422) for a baseline without a copy."""
    text = "No invoice of these days charges a copy in this scope, so there is nothing to freeze; see `GET /v1/costs`."
    return DomainError("nothing-charged", text, Kind.INVALID, [Fault("/query/from", "nothing-charged", text)])


def name_taken(name: str) -> DomainError:
    """Returns the error (409) for a second baseline of a name."""
    text = f"There is a baseline {name!r} already, and none is ever changed; give another name."
    return DomainError("name-taken", text, Kind.CONFLICT, [Fault("/name", "name-taken", text)])

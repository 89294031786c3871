"""What was done twice: titles ordered again while copies were open, and books catalogued again. Pure and exact.

Works are compared where books are ordered: another edition may do as well. Each edition has a record of its own, so that books
are compared by ISBN where they are catalogued.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from services.evidence.domain.cost_models import Activity, CostModel, in_force
from services.evidence.domain.costs import CouncilGap, Spent, Work, WorkUnknown, group_of
from services.evidence.domain.intervals import proportion
from services.evidence.domain.measures import Measured
from services.evidence.domain.words import SMALL_SHARE, too_few

_HOUR, _HUNDREDTH = 60, Decimal("0.01")

UNKNOWN = (
    "What cataloguing costs suppliers is not known: no cost model states it. Records that came for nothing are counted, without "
    "hours and money.",
    "Editions count as one work as far as the records of books that councils ordered relate them.",
)
"""What no event and no cost model says, whatever is asked."""


@dataclass(slots=True)
class Again:
    """What a council, or all of them (None), ordered in a period, and of that again while earlier copies were open.

    Works and copies. `for_branch`: a branch ordered it again; `for_council`: only other branches had it open. Of both together,
    `two_suppliers`: open at another supplier; `other_edition`: only another edition was open. `copies_again`: copies of the
    lines that ordered again.
    """

    council: str | None
    titles: int = 0
    copies: int = 0
    for_branch: int = 0
    for_council: int = 0
    two_suppliers: int = 0
    other_edition: int = 0
    copies_again: int = 0

    @property
    def share(self) -> Measured:
        """The share of titles that were ordered again."""
        estimate = proportion(self.for_branch + self.for_council, self.titles)
        title, note = "Titles ordered again while copies were open", too_few(estimate, SMALL_SHARE, "title")
        return Measured("ordered_again", title, "share", SMALL_SHARE, estimate, note)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Records of a supplier in a period, as the catalogue counted them; withdrawals apart.

    `repeated` said what the supplier had said before; of the others, `already_held` came when another supplier's was at least as
    good. `requests_saved`: books that a council ordered first when their record was there. `used`: how many books a council was
    the nth of all to use the record of, by nth.
    """

    supplier_id: str
    received: int
    repeated: int
    already_held: int
    requests_saved: int
    used: Mapping[int, int]

    @property
    def used_again(self) -> int:
        """How often a record that was made once saved another council the work."""
        return sum(books for nth, books in self.used.items() if nth > 1)


class Times(StrEnum):
    """How often a book was catalogued. SHARED: once, and further councils used its record. REPEATED: by several councils by hand,
    since its record was missing or below their minimum.
    """

    SHARED = "shared"
    REPEATED = "repeated"


@dataclass(slots=True)
class Catalogued:
    """Cataloguing of a council's books: `first` by this council, or for it; `further` what it would not have had to do again."""

    first: int = 0
    further: Counter[Work] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Saving:
    """Work that doing it once saved, or would save: of a council or all of them (None), in the currency of its cost models.

    `further` counts the books that others had catalogued before. `minutes` and `cost`, in minor units, leave out `unknown` work.
    `currency` is None where no model applies.
    """

    council: str | None
    times: Times
    currency: str | None
    first: int
    further: int
    minutes: Decimal
    cost: Decimal
    unknown: Sequence[WorkUnknown]

    @property
    def hours(self) -> Decimal:
        """The minutes in hours, rounded to two decimals."""
        return (self.minutes / _HOUR).quantize(_HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Duplication:
    """The answer to a question about what was done twice. The last of `again` and of `savings` are of all councils together."""

    again: Sequence[Again]
    recorded: Sequence[Recorded]
    savings: Sequence[Saving]
    gaps: Sequence[CouncilGap]


def together(again: Iterable[Again]) -> Again:
    """Returns what all councils ordered; a title of two councils counts for each."""
    found = Again(None)
    for each in again:
        for name in ("titles", "copies", "for_branch", "for_council", "two_suppliers", "other_edition", "copies_again"):
            setattr(found, name, getattr(found, name) + getattr(each, name))
    return found


def savings_of(catalogued: Mapping[tuple[str, Times], Catalogued], models: Mapping[str, Sequence[CostModel]]) -> Iterator[Saving]:
    """Yields what each council saved or would save, then all of them together by currency. `models`: those of each council."""
    found = [saving for (council, times), each in sorted(catalogued.items()) for saving in _priced(council, times, each, models)]
    yield from found
    parts: defaultdict[tuple[Times, str], list[Saving]] = defaultdict(list)
    for saving in found:
        parts[saving.times, saving.currency or ""].append(saving)
    for (times, currency), savings in sorted(parts.items()):
        yield _summed(times, currency or None, savings)


def _priced(council: str, times: Times, each: Catalogued, models: Mapping[str, Sequence[CostModel]]) -> Iterator[Saving]:
    by_currency: defaultdict[str, Counter[Work]] = defaultdict(Counter)
    for work, often in each.further.items():
        model = in_force(models.get(council, ()), work.day)
        by_currency["" if model is None else model.currency][work] += often
    first = each.first
    for currency, done in sorted(by_currency.items() or [("", Counter())], reverse=True):
        group = group_of(council, currency, Spent(work=done), models)
        minutes = sum((part.minutes for part in group.work), Decimal(0))
        yield Saving(council, times, currency or None, first, done.total(), minutes, group.work_cost, group.unknown)
        # What it did first is in one of its rows only, so that rows add up.
        first = 0


def _summed(times: Times, currency: str | None, savings: Sequence[Saving]) -> Saving:
    unknown: Counter[Activity] = Counter()
    for saving in savings:
        for work in saving.unknown:
            unknown[work.activity] += work.times
    return Saving(
        council=None,
        times=times,
        currency=currency,
        first=sum(saving.first for saving in savings),
        further=sum(saving.further for saving in savings),
        minutes=sum((saving.minutes for saving in savings), Decimal(0)),
        cost=sum((saving.cost for saving in savings), Decimal(0)),
        unknown=[WorkUnknown(activity, often) for activity, often in sorted(unknown.items())],
    )

"""What a fund's copies commit and cost in a financial year, by currency. Amounts in minor units. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class FundTotal:
    """The sums of one fund, year and currency; "" is the currency of copies without a price.

    `committed` is what all copies are expected to cost. Of that, `released` was given up and `replaced` by charges; the rest is
    open. `credited` is what credit notes gave back, as a positive amount. `unpriced` are open copies without a price.
    """

    fund: str
    year: str
    currency: str
    committed: int = 0
    released: int = 0
    replaced: int = 0
    invoiced: int = 0
    credited: int = 0
    copies: int = 0
    open_copies: int = 0
    unpriced: int = 0

    @property
    def open(self) -> int:
        """What the copies still commit."""
        return self.committed - self.released - self.replaced


def by_year(totals: Iterable[FundTotal]) -> dict[str, list[FundTotal]]:
    """Returns the totals of one fund by year, each with its currencies in order."""
    ordered = sorted(totals, key=lambda total: (total.year, total.currency))
    return {year: list(of_year) for year, of_year in groupby(ordered, key=lambda total: total.year)}

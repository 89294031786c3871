"""Funds as the order book counts them: what may be spent in a year, what is committed and spent, and what is left. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from shared.contracts.base import Money
from shared.wording import counted


class Amounts(Shape):
    """What the copies of a fund commit and cost in one currency."""

    open: Money
    invoiced: Money
    credited: Money

    @property
    def spent(self) -> int:
        """What was charged, less what was given back, in minor units."""
        return self.invoiced.minor - self.credited.minor


class Year(Shape):
    """A financial year of a fund."""

    year: str
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Money | None = None
    copies: int = 0
    open_copies: int = 0
    unpriced: int = 0
    totals: Sequence[Amounts] = ()

    def has(self, day: date) -> bool:
        """Returns whether a day is in it; a year without days has every day."""
        return self.starts_on is None or self.ends_on is None or self.starts_on <= day <= self.ends_on


class Fund(Shape):
    """A fund with its years."""

    code: str
    name: str = ""
    registered: bool = True
    open_from: date | None = None
    closed_from: date | None = None
    years: Sequence[Year] = ()


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund in one year and one currency, amounts in minor units; `budget` and `left` are None where no budget is stated."""

    fund: Fund
    year: Year
    currency: str
    budget: int | None
    committed: int
    spent: int

    @property
    def left(self) -> int | None:
        """What is neither spent nor committed of the budget; less than nothing where too much is."""
        return None if self.budget is None else self.budget - self.spent - self.committed

    @property
    def is_over(self) -> bool:
        """Whether more is spent and committed than may be."""
        return self.left is not None and self.left < 0


def rows_of(funds: Sequence[Fund], *, year: str, today: date) -> list[FundRow]:
    """Returns the years of funds that are named so, or with "" those of today: first those over their budget, most first."""
    found = [
        row
        for fund in funds
        for each in fund.years
        if (each.year == year if year else each.has(today))
        for row in _rows(fund, each)
    ]
    return sorted(found, key=lambda row: (row.left is None, row.left or 0, row.fund.code))


def _rows(fund: Fund, year: Year) -> Iterator[FundRow]:
    stated = year.budget
    for total in year.totals:
        currency = total.open.currency
        budget = stated.minor if stated and stated.currency == currency else None
        yield FundRow(fund, year, currency, budget, total.open.minor, total.spent)
    if stated and all(total.open.currency != stated.currency for total in year.totals):
        yield FundRow(fund, year, stated.currency, stated.minor, 0, 0)


def verdict_on_funds(rows: Sequence[FundRow]) -> Verdict:
    """Returns the first line of the page of funds."""
    over = sum(row.is_over for row in rows)
    if over:
        line = f"{counted(over, 'fund')} over budget"
        return Verdict(Urgency.TODAY, line, "Order no more from it, cancel copies that are still open, or state a larger budget.")
    if any(row.budget is not None for row in rows):
        return Verdict(None, "No fund is over its budget", "")
    advice = "State the budget of each financial year with the funds, to see what is left."
    return Verdict(None, "No budget is stated", advice, neutral=True)

"""The council's funds: their financial years, and which of them take orders on a day. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from pydantic import Field

from shared.contracts.base import Contract, Money
from shared.errors import Fault

# A refusal names at most so many funds that take orders.
_MOST_NAMED = 10


class FundYear(Contract):
    """A financial year of a fund, both days included."""

    year: str
    starts_on: date
    ends_on: date
    budget: Money | None = Field(default=None, description="What the council may spend in it, as it states; it stops no order")

    def has(self, day: date) -> bool:
        """Returns whether a day is in the year."""
        return self.starts_on <= day <= self.ends_on


class Fund(Contract):
    """A fund that the council has registered. Without years, its copies count in none."""

    code: str
    name: str = ""
    open_from: date | None = Field(default=None, description="First day on which it takes orders")
    closed_from: date | None = Field(
        default=None, description="First day on which it takes no more orders; what is ordered stays"
    )
    years: tuple[FundYear, ...] = ()

    def year_on(self, day: date) -> str | None:
        """Returns the year in which an order of a day counts: "" for a fund without years; None for a day outside its years."""
        return next((year.year for year in self.years if year.has(day)), None if self.years else "")


def year_faults(years: Iterable[FundYear]) -> list[str]:
    """Returns what is wrong with a fund's years: a name that is used twice, a year that ends before it starts, an overlap."""
    by_start = sorted(years, key=lambda year: year.starts_on)
    names = [year.year for year in by_start]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults = [f"Year {name!r} is given twice; give each year once." for name in twice]
    backwards = [year.year for year in by_start if year.ends_on < year.starts_on]
    faults += [f"Year {name!r} ends before it starts; exchange its days." for name in backwards]
    faults += [
        f"Years {first.year!r} and {second.year!r} have days in common; let one end the day before the other starts."
        for first, second in pairwise(by_start)
        if second.starts_on <= first.ends_on
    ]
    return faults


@dataclass(frozen=True, slots=True)
class OpenFunds:
    """A council's funds on the day of an order. Without any, the council has registered none: then every fund is taken.

    `years`: in which year an order counts, by code of each fund that takes orders. `shut`: why the others take none.
    """

    years: Mapping[str, str] = field(default_factory=dict)
    shut: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, funds: Iterable[Fund]) -> OpenFunds:
        """Returns the funds of a day."""
        years: dict[str, str] = {}
        shut: dict[str, tuple[str, str]] = {}
        for fund in funds:
            why, year = _shut(fund, day), fund.year_on(day)
            if why is None and year is not None:
                years[fund.code] = year
            else:
                shut[fund.code] = why or ("fund-without-year", f"Fund {fund.code!r} has no financial year on {day}")
        return cls(years, shut)

    def year_of(self, code: str) -> str:
        """Returns the financial year in which a copy from a fund counts; "" where the fund has none."""
        return self.years.get(code, "")

    def fault(self, code: str, pointer: str) -> Fault | None:
        """Returns the fault of a copy from a fund that is unknown or takes no orders, which names those that do; else None."""
        if not code or code in self.years or not (self.years or self.shut):
            return None
        named = f"; {_named(self.years)}"
        if code not in self.shut:
            return Fault(pointer, "unknown-fund", f"No fund {code!r}{named} See GET /v1/funds, or add it with PUT /v1/funds.")
        name, why = self.shut[code]
        return Fault(pointer, name, f"{why}{named}")


def _shut(fund: Fund, day: date) -> tuple[str, str] | None:
    if fund.closed_from is not None and fund.closed_from <= day:
        return "fund-closed", f"Fund {fund.code!r} takes no orders from {fund.closed_from} on"
    if fund.open_from is not None and day < fund.open_from:
        return "fund-not-open", f"Fund {fund.code!r} takes orders from {fund.open_from} on"
    return None


def _named(codes: Collection[str]) -> str:
    if not codes:
        return "no fund of the council takes orders."
    listed = sorted(codes)[:_MOST_NAMED]
    more = f" and {len(codes) - len(listed)} more" if len(codes) > len(listed) else ""
    return f"order from {', '.join(listed)}{more}."

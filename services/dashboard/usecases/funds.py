"""Reads the funds of a council from the order book, with the token of the person at the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.dashboard.domain.funds import Fund, FundRow, rows_of
from services.dashboard.usecases.asking import Services, all_items


@dataclass(frozen=True, slots=True)
class SeenFunds:
    """The funds in the years that are shown, and the names of all years."""

    rows: Sequence[FundRow]
    years: Sequence[str]


async def read_funds(services: Services, token: str, *, year: str, today: date) -> SeenFunds:
    """Returns the funds in the year of that name, or in today's. Raises DomainError."""
    async with services.of("orders").session(token) as session:
        funds = [Fund.model_validate(each) for each in await all_items(session, "/v1/funds", {})]
    names = sorted({each.year for fund in funds for each in fund.years if each.year}, reverse=True)
    return SeenFunds(rows_of(funds, year=year, today=today), names)

"""Rollovers: a council's decision that what a fund's copies still commit counts in another financial year. Pure.

What was invoiced before stays in its year; what is invoiced later counts in the new one. A rollover is never undone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.orders.domain.fund_totals import FundTotal
from services.orders.domain.funds import Fund
from shared.errors import Fault


@dataclass(frozen=True, slots=True)
class AskedRollover:
    """A council's request: from one financial year ("" for none) to another, on a day.

    `fund` is the one of the request's path; without one, `funds` are those that the request names, and None is every fund that
    has both years.
    """

    from_year: str
    to_year: str
    rolls_on: date
    reason: str
    fund: str | None = None
    funds: tuple[str, ...] | None = None

    def digest(self) -> bytes:
        """Returns what two requests have in common only if they ask for the same."""
        return hashlib.sha256(repr(self).encode()).digest()


class RolloverState(StrEnum):
    """State of a rollover: its day has not come, it is under way, or it is done."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Rollover:
    """A decision about one fund, and how far it was carried out. `moved` are minor units by currency."""

    rollover_id: UUID
    council: str
    fund: str
    from_year: str
    to_year: str
    rolls_on: date
    reason: str
    decided_at: datetime
    decided_by: str
    done_at: datetime | None
    copies: int
    moved: Mapping[str, int]
    begun: bool

    @property
    def state(self) -> RolloverState:
        """How far it is."""
        if self.done_at is not None:
            return RolloverState.DONE
        return RolloverState.RUNNING if self.begun else RolloverState.PLANNED


@dataclass(frozen=True, slots=True)
class ToRoll:
    """What a rollover would move of one fund now: its open commitments of a year, by currency."""

    fund: str
    totals: Sequence[FundTotal]

    @property
    def copies(self) -> int:
        """How many copies still commit something, known or not."""
        return sum(total.open_copies for total in self.totals)

    @property
    def unpriced(self) -> int:
        """How many of them have no price."""
        return sum(total.unpriced for total in self.totals)


def chosen_funds(asked: AskedRollover, funds: Mapping[str, Fund]) -> list[str]:
    """Returns the funds that a request is about; `funds` are all of the council."""
    if asked.fund is not None:
        return [asked.fund]
    if asked.funds is not None:
        return list(dict.fromkeys(asked.funds))
    return sorted(code for code, fund in funds.items() if not _year_faults(asked, fund))


def rollover_faults(asked: AskedRollover, funds: Mapping[str, Fund], today: date) -> list[Fault]:
    """Returns what is wrong with a request; `funds` are all of the council, by code."""
    faults = []
    if asked.rolls_on < today:
        faults.append(Fault("/rolls_on", "past-day", f"It is {today}: a rollover is on this day or later."))
    for index, code in enumerate(asked.funds or ()):
        if code not in funds:
            text = f"No fund {code!r}; see GET /v1/funds, or add it with PUT /v1/funds."
            faults.append(Fault(f"/funds/{index}", "unknown-fund", text))
    chosen = [code for code in chosen_funds(asked, funds) if code in funds]
    for code in chosen:
        faults += _year_faults(asked, funds[code])
    if not chosen and not faults:
        text = f"No fund has both years; give funds {asked.to_year!r} with PUT /v1/funds."
        faults.append(Fault("/to_year", "unknown-year", text))
    return faults


def _year_faults(asked: AskedRollover, fund: Fund) -> list[Fault]:
    years = {year.year: year for year in fund.years}
    wanted = {"/to_year": asked.to_year} | ({"/from_year": asked.from_year} if asked.from_year else {})
    named = f"it has {', '.join(years) or 'none'}; give it the year with PUT /v1/funds"
    faults = [
        Fault(pointer, "unknown-year", f"Fund {fund.code!r} has no year {year!r}: {named}.")
        for pointer, year in wanted.items()
        if year not in years
    ]
    if not faults and asked.from_year and years[asked.to_year].starts_on <= years[asked.from_year].starts_on:
        text = f"Year {asked.to_year!r} of fund {fund.code!r} does not start after {asked.from_year!r}; roll over to a later one."
        faults.append(Fault("/to_year", "year-not-later", text))
    return faults

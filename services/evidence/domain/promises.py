"""What was promised to be saved: so much per copy or per year, between two days, against a baseline. Pure and exact."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from services.evidence.domain.asking import MOST_DAYS
from services.evidence.domain.baselines import Baseline
from shared.contracts.base import Money
from shared.errors import DomainError, Fault, Kind

_MONTHS = 12
_DAY = timedelta(days=1)


class Per(StrEnum):
    """What the amount of a promise is for."""

    COPY = "copy"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: `amount` in minor units less than the baseline, per copy or year, from one day to another, both included.

    `supplier`: whose copies count, None for any. `source`: who promised it and where, in words.
    """

    promise_id: UUID
    council: str
    baseline_id: UUID
    amount: int
    currency: str
    per: Per
    first_day: date
    last_day: date
    supplier: str | None
    source: str
    recorded_by: str
    recorded_at: datetime

    @property
    def money(self) -> Money:
        """Returns the amount with its currency."""
        return Money(minor=self.amount, currency=self.currency)


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a calendar month that a promise covers, until today; `is_over`: all of them have passed."""

    first: date
    last: date
    is_over: bool

    @property
    def name(self) -> str:
        """Returns the month as `2026-04`."""
        return f"{self.first:%Y-%m}"

    @property
    def share(self) -> Fraction:
        """Returns which part of the calendar month these days are."""
        return Fraction((self.last - self.first).days + 1, calendar.monthrange(self.first.year, self.first.month)[1])


def months_of(promise: Promise, today: date) -> Iterator[Month]:
    """Yields the months of a promise until today."""
    first = promise.first_day
    while first <= min(promise.last_day, today):
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        last = min(end, promise.last_day)
        yield Month(first, min(last, today), is_over=last < today)
        first = end + _DAY


def promised_in(promise: Promise, month: Month, copies: int) -> Fraction:
    """Returns what was promised for a month: per copy that was charged; of a year, a twelfth, or the part that its days are."""
    if promise.per is Per.COPY:
        return Fraction(promise.amount * copies)
    return Fraction(promise.amount, _MONTHS) * month.share


def check_promise(promise: Promise, baseline: Baseline) -> None:
    """Raises DomainError (422) with everything that is wrong with a promise about its baseline."""
    faults = list(_faults(promise, baseline))
    if faults:
        raise DomainError("promise-refused", faults[0].detail, Kind.INVALID, faults)


def _faults(promise: Promise, baseline: Baseline) -> Iterator[Fault]:
    if promise.first_day <= baseline.last_day:
        text = f"The baseline ends on {baseline.last_day}; give {baseline.last_day + _DAY} or a later day."
        yield Fault("/from", "within-baseline", text)
    days = (promise.last_day - promise.first_day).days + 1
    if not 1 <= days <= MOST_DAYS:
        yield Fault(
            "/to", "invalid-period", f"`to` is `from` or a later day, {MOST_DAYS:,} days in all at most; these are {days:,}."
        )
    if promise.currency not in baseline.currencies:
        text = f"The baseline has no copies in {promise.currency}; give {' or '.join(baseline.currencies)}."
        yield Fault("/amount/currency", "not-in-baseline", text)


def no_such_baseline(baseline_id: UUID) -> DomainError:
    """Returns the error (422) for a promise against no baseline."""
    text = f"The council has no baseline {baseline_id}; see `GET /v1/baselines`, or freeze one with POST."
    return DomainError("unknown-baseline", text, Kind.INVALID, [Fault("/baseline_id", "unknown-baseline", text)])

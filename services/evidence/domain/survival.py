"""Lead time with censoring: Kaplan-Meier curves of how many copies have arrived by each day. Pure; knows no copy and no supplier.

A copy that is still outstanding counts for the days that it has waited so far, and for none after. Its wait must not have ended
for a reason that has to do with its lead time: copies that were refused or cancelled should be left out, and counted elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.evidence.domain.intervals import (
    NOTHING,
    Counts,
    Estimate,
    Floats,
    Interval,
    Z,
    difference_of_proportions,
    proportion,
)

# Products of fractions such as 9/10 x 5/9 miss a half by rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Step:
    """One day on which copies arrived or were last known to be outstanding.

    `at_risk` copies had neither arrived nor left before the day. `share` is that of all copies estimated to have arrived by the
    end of the day, and `interval` its 95 % interval, point by point.
    """

    day: float
    at_risk: int
    arrived: int
    outstanding: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Survival:
    """The Kaplan-Meier estimate of one group of copies: one step for each distinct day, in order of the days."""

    n: int
    arrived: int
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, days: ArrayLike, arrived: ArrayLike, copies: ArrayLike | None = None) -> Survival:
        """Returns the estimate from each copy's days until it arrived, or until now where `arrived` is false.

        `copies` says how many copies each number of days is of; None: of one. Give whole days: each distinct one is a step.
        Negative days, where two hosts' clocks disagree, count as 0; what is not a finite number is left out. Raises ValueError
        where they differ in length.
        """
        ends = np.asarray(days, dtype=np.float64).reshape(-1)
        came = np.asarray(arrived, dtype=np.bool_).reshape(-1)
        each = np.ones(ends.size, np.int64) if copies is None else np.asarray(copies, dtype=np.int64).reshape(-1)
        if not ends.size == came.size == each.size:
            raise ValueError(f"{ends.size} numbers of days, but {came.size} marks of arrival and {each.size} numbers of copies")
        known = np.isfinite(ends) & (each > 0)
        ends, came, each = np.maximum(ends[known], 0.0), came[known], each[known]
        distinct, place = np.unique(ends, return_inverse=True)
        arrivals, leavers = np.zeros((2, distinct.size), np.int64)
        np.add.at(arrivals, place[came], each[came])
        np.add.at(leavers, place[~came], each[~came])
        return cls(int(each.sum()), int(each[came].sum()), tuple(_steps(distinct, arrivals, leavers)))

    def at_risk(self, day: float) -> int:
        """Returns the number of copies that were still outstanding, and known of, when the day began."""
        return next((step.at_risk for step in self.steps if step.day >= day), 0)

    def median(self) -> Estimate:
        """Returns the first day by whose end half of the copies have arrived, and its interval (Brookmeyer and Crowley 1982).

        The ends of the interval are the days on which those of the curve's log-log intervals reach a half, as lifelines has
        them. `high` is infinite where one does not. `value` is None where less than half have arrived: the interval can then
        still have a low end.
        """
        value = next((step.day for step in self.steps if step.share >= 0.5 - _ROUNDING), None)
        # Where all have arrived, the log-log interval does not exist. Six copies that arrived on one day are enough:
        # were the median later, all six would arrive before it with a probability of 1/64.
        usable = [step for step in self.steps if 0 < step.share < 1] or [
            step for step in self.steps if step.share == 1 and step.arrived >= 6
        ]
        low = next((step.day for step in usable if step.interval.high >= 0.5 - _ROUNDING), value)
        high = next((step.day for step in usable if step.interval.low >= 0.5 - _ROUNDING), math.inf)
        return Estimate(value, None if low is None else Interval(low, high), self.n)

    def arrived_within(self, days: float) -> Estimate:
        """Returns the estimated share of copies that arrive within so many days, with its log-log interval.

        Where none or all have arrived, that interval has no width: then it is Wilson's, of the copies followed for as long.
        `value` is None where no copy that is outstanding has been followed for as long. The curve says nothing of such days.
        `n` is the number of all copies.
        """
        past = [step for step in self.steps if step.day <= days]
        if not self.steps or days < 0:
            return NOTHING if not self.steps else Estimate(None, None, self.n)
        if self.at_risk(days) == 0 and past[-1].share < 1:
            return Estimate(None, None, self.n)
        if not past or past[-1].share == 0:
            none = proportion(0, self.at_risk(days))
            return Estimate(0.0, none.interval, self.n)
        return Estimate(past[-1].share, past[-1].interval, self.n)


def difference_within(first: Survival, second: Survival, days: float) -> Estimate:
    """Returns by how much more of the first group arrives within so many days: the difference of the two shares."""
    return difference_of_proportions(first.arrived_within(days), second.arrived_within(days))


def _steps(days: Floats, arrivals: Counts, leavers: Counts) -> Iterator[Step]:
    at_risk = int(arrivals.sum() + leavers.sum())
    total_arrived = 0
    left, spread = 1.0, 0.0  # the share still outstanding; Greenwood's sum
    for day, arrived, outstanding in zip(days.tolist(), arrivals.tolist(), leavers.tolist(), strict=True):
        total_arrived += arrived
        staying = at_risk - arrived
        left *= staying / at_risk
        if staying:
            spread += arrived / (at_risk * staying)
        yield Step(day, at_risk, arrived, outstanding, 1 - left, _interval(left, spread, at_risk, total_arrived))
        at_risk = staying - outstanding


def _interval(left: float, spread: float, at_risk: int, arrived: int) -> Interval:
    """Returns the log-log interval of the share that arrived (Kalbfleisch and Prentice 2002), or Wilson's at both ends."""
    if arrived == 0:
        edge = proportion(0, at_risk)
    elif left == 0:
        edge = proportion(arrived, arrived)
    else:
        log = math.log(left)
        half = Z * math.sqrt(spread) / -log
        return Interval(1 - left ** math.exp(-half), 1 - left ** math.exp(half))
    return edge.interval or Interval(0.0, 1.0)

"""Plain sentences about estimates: figures in words, what is too few to tell, and what is no difference. Pure.

No sentence here says which of two is better: the software computes no winner.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from services.evidence.domain.intervals import Estimate, Interval
from shared.money import amount_in_words
from shared.wording import counted


@dataclass(frozen=True, slots=True)
class Measure:
    """How figures of one kind are written: the number, and its unit in the plural or none.

    From an interval that is wider than `widest`, in the figures' own unit, nothing can be told.
    """

    number: Callable[[float], str]
    unit: str
    widest: float

    def in_words(self, value: float) -> str:
        """Returns a figure with its unit: `40 %`, `1 day`, `2.5 days`, `GBP 8.99`."""
        number = self.number(value)
        unit = self.unit.removesuffix("s") if number in ("1", "-1") else self.unit
        return f"{number} {unit}".rstrip()

    def range_in_words(self, interval: Interval) -> str:
        """Returns both ends of an interval, the unit once: `40 to 85 %`, `9 days or more`."""
        if math.isinf(interval.high):
            return f"{self.in_words(interval.low)} or more"
        return f"{self.number(interval.low)} to {self.in_words(interval.high)}"


def _rounded(value: float, decimals: int) -> str:
    # Adding zero turns -0.0 into 0.0.
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def _hundredths(value: float) -> str:
    return _rounded(value * 100, 0)


def _tenths(value: float) -> str:
    return _rounded(value, 1).removesuffix(".0")


SHARE = Measure(_hundredths, "%", 0.3)
"""A share between 0 and 1."""
SMALL_SHARE = Measure(lambda value: _tenths(value * 100), "%", 0.1)
"""A share that is small as a rule, so that tenths count."""
RELATIVE = Measure(_hundredths, "%", 0.1)
"""A price relative: 95 % is 5 % cheaper."""
POINTS = Measure(_hundredths, "points", 0.3)
"""A difference of two shares."""
DAYS = Measure(_tenths, "days", 7.0)
"""Lead times and delays, and differences of them."""
PER_THOUSAND = Measure(_tenths, "per thousand", 20.0)
"""Events per thousand copies."""


def money(currency: str, widest: float = 100.0) -> Measure:
    """Returns how amounts in minor units of the currency are written. An interval of theirs may be 100 units wide."""
    return Measure(lambda value: amount_in_words(round(value), currency), "", widest)


def in_words(estimate: Estimate, measure: Measure) -> str:
    """Returns a figure with its interval for a table: `62 % (40 to 85 %)`, `not known`."""
    if estimate.value is None:
        return "not known"
    interval = "interval not known" if estimate.interval is None else measure.range_in_words(estimate.interval)
    return f"{measure.in_words(estimate.value)} ({interval})"


def too_few(estimate: Estimate, measure: Measure, noun: str = "copy") -> str | None:
    """Returns a sentence where the observations are too few to tell the figure, or None where its interval is narrow enough.

    For example: `12 copies are too few to tell: between 40 % and 85 % would be likely`.
    """
    if estimate.n == 0:
        return f"there is no {noun} to tell from"
    number = f"{counted(estimate.n, noun)} {'is' if estimate.n == 1 else 'are'}"
    if estimate.value is None:
        return f"{number} too few to tell, or not known for long enough"
    if estimate.interval is None:
        return f"{number} too few to tell"
    if estimate.interval.high - estimate.interval.low <= measure.widest:
        return None
    return f"{number} too few to tell: {_likely(estimate.interval, measure.in_words)}"


def no_difference(difference: Estimate, measure: Measure) -> str | None:
    """Returns a sentence where no difference can be told, since its interval holds 0 or is not known; else None.

    For example: `no difference can be told: between 5 points less and 12 points more would be likely`. It is not said that
    there is none. More observations may show one.
    """
    if difference.interval is None:
        return "no difference can be told: too few were observed"
    if 0 not in difference.interval:
        return None
    return f"no difference can be told: {_likely(difference.interval, lambda value: _compared(value, measure))}"


def _likely(interval: Interval, said: Callable[[float], str]) -> str:
    if math.isinf(interval.high):
        return f"{said(interval.low)} or any more would be likely"
    return f"between {said(interval.low)} and {said(interval.high)} would be likely"


def _compared(value: float, measure: Measure) -> str:
    said = measure.in_words(abs(value))
    if said == measure.in_words(0):
        return said
    return f"{said} {'less' if value < 0 else 'more'}"

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
    """How figures of one kind are said, and from which width on their interval is too wide to tell anything, in their unit."""

    in_words: Callable[[float], str]
    widest: float


def _rounded(value: float, decimals: int) -> str:
    # Adding zero turns -0.0 into 0.0.
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def _percent(value: float) -> str:
    return f"{_rounded(value * 100, 0)} %"


def _days(value: float) -> str:
    number = _rounded(value, 1).removesuffix(".0")
    return f"{number} day" if number in ("1", "-1") else f"{number} days"


def _points(value: float) -> str:
    number = _rounded(value * 100, 0)
    return f"{number} point" if number in ("1", "-1") else f"{number} points"


SHARE = Measure(_percent, 0.3)
"""A share between 0 and 1."""
POINTS = Measure(_points, 0.3)
"""A difference of two shares."""
DAYS = Measure(_days, 7.0)
"""Lead times and delays, and differences of them."""
PER_THOUSAND = Measure(lambda value: f"{_rounded(value, 1)} per thousand", 20.0)
"""Events per thousand copies."""


def money(currency: str, widest: float = 100.0) -> Measure:
    """Returns how amounts in minor units of the currency are said. Its interval may be 100 of them wide."""
    return Measure(lambda value: amount_in_words(round(value), currency), widest)


def in_words(estimate: Estimate, measure: Measure) -> str:
    """Returns a figure with its interval for a table: `62 % (40 % to 85 %)`, `not known`."""
    if estimate.value is None:
        return "not known"
    said = measure.in_words(estimate.value)
    if estimate.interval is None:
        return f"{said} (interval not known)"
    low, high = estimate.interval.low, estimate.interval.high
    return f"{said} ({measure.in_words(low)} {'or more' if math.isinf(high) else f'to {measure.in_words(high)}'})"


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

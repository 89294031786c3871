"""When a supplier serves a council worse than it did: its last weeks beside its own half-year before. Pure.

What is compared are orders, not copies: one large order that went wrong is one order. Small numbers, small differences and
differences that chance explains raise no alarm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

RECENT, BEFORE = timedelta(days=28), timedelta(days=180)
# By then a book should be there. Orders that are younger say nothing about that yet.
FILLED_WITHIN = timedelta(days=28)
# What is owed now is compared with what was owed then. What is owed for longer than a year is no news.
OWED_BEFORE, OWED_AT_MOST = timedelta(days=90), timedelta(days=365)
_FEWEST, _FEWEST_BEFORE = 12, 30
# So many standard errors apart: of a thousand suppliers that stay as they are, about one is named by chance.
_ERRORS = 3.0
_LEAST_SHARE = 0.2
_FULL = 100


class Served(StrEnum):
    """What is compared: days until the answer and until receipt, the share that came in time, and how old back orders are."""

    ANSWER = "answer"
    LEAD = "lead"
    FILL = "fill"
    OWED = "owed"


@dataclass(frozen=True, slots=True)
class Sample:
    """What so many orders came to: their mean and variance."""

    orders: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Kind:
    """How a measure is judged. `least`: a smaller difference is none; `more_is_worse`: for times, and not for shares."""

    cause: str
    words: Callable[[float, float], str]
    least: float
    more_is_worse: bool = True


SERVED: Mapping[Served, Kind] = {
    Served.ANSWER: Kind(
        "answers take longer",
        lambda now, before: f"answers take {_days(now)}, {before:.1f} before",
        least=0.5,
    ),
    Served.LEAD: Kind(
        "books take longer to arrive",
        lambda now, before: f"books arrive {_days(now)} after they were ordered, {before:.1f} before",
        least=2.0,
    ),
    Served.FILL: Kind(
        "fewer copies arrive in time",
        lambda now, before: f"{_share(now)} of copies arrive within {FILLED_WITHIN.days} days, {_share(before)} before",
        least=0.05,
        more_is_worse=False,
    ),
    Served.OWED: Kind(
        "back orders are older",
        lambda now, before: f"what was answered and is not sent yet is {_days(now)} old, {before:.1f} before",
        least=5.0,
    ),
}


def decline(served: Served, now: Sample, before: Sample) -> str:
    """Returns in words and figures what became worse, with how many orders say so; "" where nothing did."""
    kind = SERVED[served]
    worse = (now.mean - before.mean) * (1 if kind.more_is_worse else -1)
    if now.orders < _FEWEST or before.orders < _FEWEST_BEFORE:
        return ""
    error = math.sqrt(max(now.variance, 0) / now.orders + max(before.variance, 0) / before.orders)
    if worse < max(kind.least, _LEAST_SHARE * abs(before.mean)) or worse <= _ERRORS * error:
        return ""
    return f"{kind.words(now.mean, before.mean)} ({now.orders:,} orders of late, {before.orders:,} before)"


def _days(number: float) -> str:
    return f"{number:.1f} days"


def _share(share: float) -> str:
    return f"{share * _FULL:.0f} %"

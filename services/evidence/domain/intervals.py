"""Estimates and their 95 % intervals: shares, means, medians, rates and differences. Pure; knows no copy and no supplier.

Each interval assumes that the observations are independent. Copies of one order are not quite independent, since they share
parcels: the truth is somewhat less certain than an interval says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, ndtri

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
# From values and how often each was drawn (a row per resample) to one figure per resample.
Statistic: TypeAlias = Callable[[Floats, Counts], Floats]

_OUTSIDE = 0.025
Z = float(ndtri(1 - _OUTSIDE))
"""Half the width of a 95 % interval in standard deviations of a normal distribution."""

_SEED = 20_240_229
_RESAMPLES = 2_000
# Below this many values, resampling repeats so few of them that its interval is far too narrow; of equal ones it has no width.
_FEWEST = 10
# Numbers drawn at a time: 32 MB.
_DRAWN_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, both ends included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        """Returns whether a value is within the interval."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its 95 % interval, and the number of observations behind it; of a difference, those of the smaller group.

    `value` is None where nothing was observed, `interval` where too little was to state one.
    """

    value: float | None
    interval: Interval | None
    n: int


NOTHING = Estimate(None, None, 0)


def proportion(successes: int, n: int) -> Estimate:
    """Returns the share `successes / n` with Wilson's score interval (Wilson 1927), without continuity correction.

    It stays within 0 and 1, and has a width also where none or all succeeded. Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n}: successes must be between 0 and n")
    if n == 0:
        return NOTHING
    share, square = successes / n, Z * Z
    centre = (successes + square / 2) / (n + square)
    half = Z * math.sqrt(n * share * (1 - share) + square / 4) / (n + square)
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return Estimate(share, Interval(low, high), n)


def difference_of_proportions(first: Estimate, second: Estimate) -> Estimate:
    """Returns `first - second` with Newcombe's hybrid score interval (Newcombe 1998, method 10).

    It needs the two intervals only, so it holds for those of `Survival.arrived_within`, too (Zou and Donner 2008, MOVER).
    """
    n = min(first.n, second.n)
    if first.value is None or second.value is None:
        return Estimate(None, None, n)
    value = first.value - second.value
    if first.interval is None or second.interval is None:
        return Estimate(value, None, n)
    below = math.hypot(first.value - first.interval.low, second.interval.high - second.value)
    above = math.hypot(first.interval.high - first.value, second.value - second.interval.low)
    return Estimate(value, Interval(max(-1.0, value - below), min(1.0, value + above)), n)


def per_thousand(events: int, n: int) -> Estimate:
    """Returns events per thousand copies, with the exact interval of a Poisson count (Garwood 1936).

    It is not a share of copies, since several events can happen to one copy: Wilson's interval would not apply, and the rate
    may be above 1,000. Where events come in groups, the truth is less certain than the interval says. Raises ValueError for
    negative numbers.
    """
    if events < 0 or n < 0:
        raise ValueError(f"{events} events of {n}: neither may be negative")
    if n == 0:
        return NOTHING
    low = float(gammaincinv(events, _OUTSIDE)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - _OUTSIDE))
    return Estimate(1_000 * events / n, Interval(1_000 * low / n, 1_000 * high / n), n)


def mean(values: ArrayLike) -> Estimate:
    """Returns the arithmetic mean of the finite values, with the interval of a percentile bootstrap: the same each time."""
    return _bootstrapped(values, _means)


def median(values: ArrayLike) -> Estimate:
    """Returns the median of the finite values, with the interval of a percentile bootstrap: the same each time."""
    return _bootstrapped(values, _medians)


def difference_of_means(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Returns the mean of `first` less the mean of `second`, with the interval of a percentile bootstrap: the same each time."""
    ours, theirs = _finite(first), _finite(second)
    n = min(ours.size, theirs.size)
    if n == 0:
        return Estimate(None, None, 0)
    value = float(ours.mean() - theirs.mean())
    if n < _FEWEST:
        return Estimate(value, None, n)
    random = np.random.default_rng(_SEED)
    return Estimate(value, _percentiles(_resampled(ours, _means, random) - _resampled(theirs, _means, random), value), n)


def ratio_of_sums(numerators: ArrayLike, denominators: ArrayLike) -> Estimate:
    """Returns the sum of `numerators` over that of `denominators`, with the interval of a percentile bootstrap: the same each
    time.

    Pairs are drawn together, so `n` is the number of pairs: of a price relative, that of titles. There is an interval where each
    denominator is above zero. Raises ValueError where the two differ in length.
    """
    over, under = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    if over.shape != under.shape:
        raise ValueError(f"{over.size} numerators, but {under.size} denominators")
    n = over.size
    if n == 0 or under.sum() <= 0:
        return Estimate(None, None, n)
    value = float(over.sum() / under.sum())
    if n < _FEWEST or under.min() <= 0:
        return Estimate(value, None, n)
    random = np.random.default_rng(_SEED)
    at_once = max(1, _DRAWN_AT_ONCE // n)
    ratios = []
    for start in range(0, _RESAMPLES, at_once):
        drawn = random.integers(n, size=(min(at_once, _RESAMPLES - start), n))
        ratios.append(over[drawn].sum(axis=1) / under[drawn].sum(axis=1))
    return Estimate(value, _percentiles(np.concatenate(ratios), value), n)


def ratio_of_totals(n: int, totals: tuple[Fraction, Fraction], squares: tuple[Fraction, Fraction, Fraction]) -> Estimate:
    """Returns the ratio of two sums over many pairs, with the normal interval of a ratio (Cochran 1977, 6.3).

    It needs sums only, `squares` those of the first squared, the product of both, and the second squared. Of thousands of pairs
    it is that of `ratio_of_sums`, which would draw each of them 2,000 times.
    """
    over, under = totals
    if n < _FEWEST or under <= 0:
        return Estimate(float(over / under) if under > 0 else None, None, n)
    ratio = over / under
    residuals = squares[0] - 2 * ratio * squares[1] + ratio * ratio * squares[2]
    half = Z * math.sqrt(residuals * n / (n - 1)) / float(under)
    return Estimate(float(ratio), Interval(float(ratio) - half, float(ratio) + half), n)


def _bootstrapped(values: ArrayLike, statistic: Statistic) -> Estimate:
    finite = _finite(values)
    n = finite.size
    if n == 0:
        return NOTHING
    distinct, counts = np.unique(finite, return_counts=True)
    value = float(statistic(distinct, counts[np.newaxis, :])[0])
    if n < _FEWEST:
        return Estimate(value, None, n)
    return Estimate(value, _percentiles(_resampled(finite, statistic, np.random.default_rng(_SEED)), value), n)


def _resampled(values: Floats, statistic: Statistic, random: np.random.Generator) -> Floats:
    """Returns the statistic of each resample.

    Drawing how often each distinct value appears is the same as drawing the values one by one. Time grows with the distinct
    values: a million copies with a hundred different numbers of days take 0.1 s, but 100,000 different values take 10 s. So
    give whole days, hours or pence.
    """
    distinct, counts = np.unique(values, return_counts=True)
    return np.concatenate([statistic(distinct, drawn) for drawn in _draws(counts, random)])


def _draws(counts: Counts, random: np.random.Generator) -> Iterator[Counts]:
    total = int(counts.sum())
    at_once = max(1, _DRAWN_AT_ONCE // counts.size)
    for start in range(0, _RESAMPLES, at_once):
        yield random.multinomial(total, counts / total, size=min(at_once, _RESAMPLES - start))


def _means(values: Floats, drawn: Counts) -> Floats:
    # Weights rather than a sum that is divided: the sum of large values could overflow.
    figures: Floats = (drawn / drawn.sum(axis=1, keepdims=True)) @ values
    return figures


def _medians(values: Floats, drawn: Counts) -> Floats:
    up_to = drawn.cumsum(axis=1)
    total = up_to[:, -1:]
    # The value in the middle, or the two of an even number.
    left = (up_to > (total - 1) // 2).argmax(axis=1)
    right = (up_to > total // 2).argmax(axis=1)
    figures: Floats = values[left] / 2 + values[right] / 2
    return figures


def _percentiles(figures: Floats, value: float) -> Interval:
    """Returns the interval between the percentiles. It includes the estimate, which rounding may else leave outside."""
    low, high = np.quantile(figures, (_OUTSIDE, 1 - _OUTSIDE))
    return Interval(min(float(low), value), max(float(high), value))


def _finite(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64).reshape(-1)
    return array[np.isfinite(array)]

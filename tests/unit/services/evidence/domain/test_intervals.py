"""Estimates against published figures and known distributions; the same interval every time; no error for any input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.intervals import (
    NOTHING,
    Estimate,
    Interval,
    difference_of_means,
    difference_of_proportions,
    mean,
    median,
    per_thousand,
    proportion,
    ratio_of_sums,
)

VALUES = st.lists(st.integers(-1_000, 1_000) | st.floats(-1e9, 1e9), max_size=40)
SHARES = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(estimate: Estimate) -> tuple[float, float]:
    """Returns both ends of the interval."""
    assert estimate.interval is not None
    return estimate.interval.low, estimate.interval.high


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_have_the_intervals_of_newcombes_table(successes: int, n: int, low: float, high: float) -> None:
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I, 3."""
    assert ends(proportion(successes, n)) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_have_the_intervals_of_newcombes_table(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """R. G. Newcombe, Interval estimation for the difference between independent proportions, ibid., table II, method 10."""
    assert ends(difference_of_proportions(proportion(*first), proportion(*second))) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.36, 121.63)],
)
def test_rates_have_the_limits_of_poisson_tables(events: int, low: float, high: float) -> None:
    """F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936); the values are in later tables, too."""
    assert ends(per_thousand(events, 1_000)) == pytest.approx((low, high), rel=0.001)


def test_a_rate_may_be_above_a_thousand() -> None:
    assert per_thousand(30, 20).value == 1_500


def test_a_mean_has_the_interval_that_theory_gives() -> None:
    days = np.random.default_rng(11).poisson(9.0, 40_000)
    error = 1.96 * math.sqrt(days.var() / days.size)
    estimate = mean(days)
    assert estimate.value == pytest.approx(days.mean())
    assert ends(estimate) == pytest.approx((days.mean() - error, days.mean() + error), abs=error / 20)


def test_a_median_has_the_interval_of_its_order_statistics() -> None:
    values = np.arange(1, 1_002)
    spread = 1.96 * math.sqrt(values.size) / 2
    assert median(values).value == 501
    assert ends(median(values)) == pytest.approx((501 - spread, 501 + spread), abs=3)


def test_a_difference_of_means_has_the_interval_that_theory_gives() -> None:
    random = np.random.default_rng(12)
    first, second = random.poisson(12.0, 3_000), random.poisson(9.0, 5_000)
    error = 1.96 * math.sqrt(first.var() / first.size + second.var() / second.size)
    difference = first.mean() - second.mean()
    estimate = difference_of_means(first, second)
    assert estimate.value == pytest.approx(difference)
    assert estimate.n == 3_000
    assert ends(estimate) == pytest.approx((difference - error, difference + error), abs=error / 20)


def test_a_ratio_has_the_interval_that_theory_gives() -> None:
    """The standard error of a ratio of sums: W. G. Cochran, Sampling Techniques, 3rd edition (1977), 2.11."""
    random = np.random.default_rng(14)
    under = random.uniform(500, 3_000, 2_000)
    over = under * random.normal(0.95, 0.1, under.size)
    ratio = over.sum() / under.sum()
    error = 1.96 * math.sqrt(((over - ratio * under) ** 2).sum()) / under.sum()
    estimate = ratio_of_sums(over, under)
    assert estimate.value == pytest.approx(ratio)
    assert ends(estimate) == pytest.approx((ratio - error, ratio + error), abs=error / 10)
    assert estimate == ratio_of_sums(over, under)


def test_a_ratio_needs_something_to_divide_by() -> None:
    assert ratio_of_sums([], []) == NOTHING
    assert ratio_of_sums([1, 2], [0, 0]) == Estimate(None, None, 2)
    assert ratio_of_sums([1] * 9, [0, *[1] * 8]) == Estimate(9 / 8, None, 9)
    with pytest.raises(ValueError, match="2 numerators, but 1 denominators"):
        ratio_of_sums([1, 2], [1])


def test_ninety_five_of_a_hundred_intervals_of_a_mean_hold_the_truth() -> None:
    random = np.random.default_rng(13)
    hits = sum(4.0 in (mean(random.poisson(4.0, 60)).interval or Interval(0, 0)) for _ in range(200))
    assert 180 <= hits <= 198


@given(VALUES, VALUES)
def test_resampling_gives_the_same_interval_every_time(first: list[float], second: list[float]) -> None:
    assert mean(first) == mean(first)
    assert median(first) == median(list(reversed(first)))
    assert difference_of_means(first, second) == difference_of_means(first, second)


@given(VALUES, VALUES)
def test_each_interval_contains_its_estimate(first: list[float], second: list[float]) -> None:
    for estimate in (mean(first), median(first), difference_of_means(first, second)):
        assert (estimate.value is None) == (estimate.n == 0)
        assert estimate.interval is None or (estimate.value is not None and estimate.value in estimate.interval)


@given(SHARES, SHARES)
def test_each_interval_of_a_share_contains_it_and_is_possible(first: tuple[int, int], second: tuple[int, int]) -> None:
    one, other = proportion(*first), proportion(*second)
    difference = difference_of_proportions(one, other)
    for estimate, least in ((one, 0.0), (other, 0.0), (difference, -1.0)):
        if estimate.value is not None and estimate.interval is not None:
            assert least <= estimate.interval.low <= estimate.value <= estimate.interval.high <= 1.0
    assert (difference.value is None) == (difference.interval is None) == (0 in (one.n, other.n))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_each_interval_of_a_rate_contains_it(events: int, n: int) -> None:
    estimate = per_thousand(events, n)
    assert estimate == NOTHING or (estimate.interval is not None and (estimate.value or 0.0) in estimate.interval)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_values_too_few_to_resample_have_no_interval(n: int) -> None:
    assert mean([5] * n) == Estimate(5.0, None, n)
    assert median([5] * n) == Estimate(5.0, None, n)
    assert difference_of_means([5] * n, range(100)).interval is None


def test_what_is_not_finite_is_left_out() -> None:
    assert mean([1, math.nan, 3, math.inf]) == Estimate(2.0, None, 2)


@pytest.mark.parametrize(("successes", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_numbers_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        proportion(successes, n)


@pytest.mark.parametrize(("events", "n"), [(-1, 3), (1, -3)])
def test_negative_numbers_are_refused(events: int, n: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        per_thousand(events, n)

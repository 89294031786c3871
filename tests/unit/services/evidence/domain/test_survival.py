"""Kaplan-Meier with censoring: the same figures as lifelines, and no figure where nothing can be known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from services.evidence.domain.intervals import Interval, proportion
from services.evidence.domain.survival import Survival, difference_within

COPIES = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=60)


def waits(seed: int, n: int) -> tuple[list[int], list[bool]]:
    """Returns whole days with many ties, and whether each copy arrived in them; about a third are censored."""
    random = np.random.default_rng(seed)
    lead = np.ceil(random.gamma(2.0, 9.0, n))
    followed = np.ceil(random.uniform(5.0, 60.0, n))
    return np.minimum(lead, followed).astype(int).tolist(), (lead <= followed).tolist()


@pytest.mark.parametrize(("seed", "n"), [(1, 12), (2, 40), (3, 100), (4, 333), (5, 1000), (6, 5000)])
def test_the_curve_and_its_median_are_those_of_lifelines(seed: int, n: int) -> None:
    days, arrived = waits(seed, n)
    theirs = KaplanMeierFitter().fit(days, arrived)
    ours = Survival.of(days, arrived)
    median = ours.median()
    limits = median_survival_times(theirs.confidence_interval_survival_function_).to_numpy().ravel()
    assert median.value == theirs.median_survival_time_
    assert median.interval == Interval(*limits)
    for day in (3, 7, 14, 28):
        within = ours.arrived_within(day)
        assert within.value == pytest.approx(1 - theirs.predict(day))
        low, high = theirs.confidence_interval_survival_function_.loc[:day].iloc[-1]
        assert within.value == 0 or within.interval is not None
        if within.value and within.interval:
            assert (within.interval.low, within.interval.high) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("seed", "n"), [(7, 30), (8, 500)])
def test_numbers_at_risk_are_those_of_lifelines(seed: int, n: int) -> None:
    days, arrived = waits(seed, n)
    table = KaplanMeierFitter().fit(days, arrived).event_table.loc[1:]
    steps = Survival.of(days, arrived).steps
    assert [(step.day, step.at_risk, step.arrived, step.outstanding) for step in steps] == [
        (row.Index, row.at_risk, row.observed, row.censored) for row in table.itertuples()
    ]


def test_days_that_nobody_was_followed_for_have_no_share() -> None:
    survival = Survival.of([3, 5, 20, 20], [True, True, False, False])
    assert survival.arrived_within(20).value == 0.5
    assert survival.arrived_within(28).value is None
    assert survival.arrived_within(-1).value is None


def test_all_arrived_is_known_for_every_later_day() -> None:
    survival = Survival.of([5] * 40, [True] * 40)
    assert survival.arrived_within(4).value == 0
    assert survival.arrived_within(4).interval == proportion(0, 40).interval
    assert survival.arrived_within(90).value == 1
    assert survival.arrived_within(90).interval == proportion(40, 40).interval
    assert survival.median().interval == Interval(5, 5)


@pytest.mark.parametrize("n", [1, 5])
def test_a_few_copies_of_one_day_leave_the_latest_day_open(n: int) -> None:
    assert Survival.of([5] * n, [True] * n).median().interval == Interval(5, math.inf)


def test_six_copies_of_one_day_are_enough_to_tell_the_median() -> None:
    assert Survival.of([5] * 6, [True] * 6).median().interval == Interval(5, 5)


def test_a_half_by_rounding_is_a_half() -> None:
    # Of ten, the five that remain after each of five single arrivals are 0.9 x 8/9 x 7/8 x 6/7 x 5/6.
    assert Survival.of(range(10), [True] * 10).median().value == 4


def test_copies_without_an_arrival_have_no_median() -> None:
    survival = Survival.of([10] * 30, [False] * 30)
    assert (survival.n, survival.arrived, survival.median().value, survival.median().interval) == (30, 0, None, None)
    assert survival.arrived_within(10).interval == proportion(0, 30).interval


def test_no_copies_have_no_figures() -> None:
    survival = Survival.of([], [])
    assert (survival.n, survival.steps, survival.at_risk(0)) == (0, (), 0)
    assert survival.median().value is None
    assert survival.arrived_within(7).value is None
    assert difference_within(survival, Survival.of([1], [True]), 7).value is None


def test_clocks_that_disagree_count_as_no_time() -> None:
    assert Survival.of([-0.2, math.nan, 1], [True, True, True]) == Survival.of([0, 1], [True, True])


def test_days_and_marks_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="2 numbers of days, but 1 marks"):
        Survival.of([1, 2], [True])


def test_arms_without_censoring_differ_as_proportions_do_in_value() -> None:
    first = Survival.of([3] * 60 + [30] * 40, [True] * 100)
    second = Survival.of([3] * 40 + [30] * 60, [True] * 100)
    difference = difference_within(first, second, 7)
    assert difference.value == pytest.approx(0.2)
    assert difference.interval is not None
    # Newcombe's own interval, of Wilson's, is 0.0611 to 0.3286; the one of log-log intervals is near to it.
    assert (difference.interval.low, difference.interval.high) == pytest.approx((0.061, 0.329), abs=0.01)


@given(COPIES)
def test_a_curve_only_rises_and_each_interval_contains_it(copies: list[tuple[int, bool]]) -> None:
    survival = Survival.of([days for days, _ in copies], [arrived for _, arrived in copies])
    shares = [step.share for step in survival.steps]
    assert shares == sorted(shares)
    assert all(step.interval.low <= step.share <= step.interval.high for step in survival.steps)
    assert sum(step.arrived + step.outstanding for step in survival.steps) == survival.n


@given(COPIES, COPIES, st.integers(-1, 100))
def test_every_estimate_is_within_its_interval(first: list[tuple[int, bool]], second: list[tuple[int, bool]], day: int) -> None:
    one, other = (Survival.of([d for d, _ in copies], [a for _, a in copies]) for copies in (first, second))
    for estimate in (one.median(), one.arrived_within(day), difference_within(one, other, day)):
        assert estimate.value is None or estimate.interval is None or estimate.value in estimate.interval


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 5)), min_size=1, max_size=20))
def test_copies_may_be_counted_or_named_one_by_one(waits: list[tuple[int, bool, int]]) -> None:
    named = [(day, came) for day, came, copies in waits for _ in range(copies)]
    assert Survival.of(*zip(*waits, strict=True)) == Survival.of([day for day, _ in named], [came for _, came in named])

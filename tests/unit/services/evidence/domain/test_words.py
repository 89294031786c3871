"""What estimates say in plain words, and what they do not say."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.intervals import NOTHING, Estimate, Interval, difference_of_proportions, proportion
from services.evidence.domain.words import DAYS, PER_THOUSAND, POINTS, SHARE, Measure, in_words, money, no_difference, too_few

FIGURES = st.floats(-1e12, 1e12)
ESTIMATES = st.builds(
    Estimate, st.none() | FIGURES, st.none() | st.builds(Interval, FIGURES, FIGURES | st.just(math.inf)), st.integers(0, 10**6)
)
MEASURES = (SHARE, POINTS, DAYS, PER_THOUSAND, money("GBP"), money("JPY"))


@pytest.mark.parametrize(
    ("estimate", "measure", "sentence"),
    [
        (proportion(8, 12), SHARE, "12 copies are too few to tell: between 39 % and 86 % would be likely"),
        (proportion(800, 1_200), SHARE, None),
        (NOTHING, SHARE, "there is no copy to tell from"),
        (Estimate(5.0, None, 1), DAYS, "1 copy is too few to tell"),
        (Estimate(None, None, 30), DAYS, "30 copies are too few to tell, or not known for long enough"),
        (Estimate(9.0, Interval(7.0, math.inf), 9), DAYS, "9 copies are too few to tell: 7 days or any more would be likely"),
        (
            Estimate(900, Interval(850, 1_025), 8),
            money("GBP"),
            "8 copies are too few to tell: between GBP 8.50 and GBP 10.25 would be likely",
        ),
    ],
)
def test_too_few_copies_are_named_with_what_is_likely(estimate: Estimate, measure: Measure, sentence: str | None) -> None:
    assert too_few(estimate, measure) == sentence


def test_an_interval_with_zero_in_it_tells_no_difference() -> None:
    assert no_difference(difference_of_proportions(proportion(50, 100), proportion(45, 100)), POINTS) == (
        "no difference can be told: between 9 points less and 18 points more would be likely"
    )
    assert no_difference(difference_of_proportions(proportion(90, 100), proportion(45, 100)), POINTS) is None
    assert no_difference(NOTHING, POINTS) == "no difference can be told: too few were observed"
    assert no_difference(Estimate(0.5, Interval(-0.001, 1.0), 5), DAYS) == (
        "no difference can be told: between 0 days and 1 day more would be likely"
    )


@pytest.mark.parametrize(
    ("estimate", "measure", "words"),
    [
        (Estimate(0.625001, Interval(0.4, 0.854), 12), SHARE, "63 % (40 to 85 %)"),
        (Estimate(9.0, Interval(7.5, math.inf), 12), DAYS, "9 days (7.5 days or more)"),
        (Estimate(1234.5, None, 3), money("GBP"), "GBP 12.34 (interval not known)"),
        (Estimate(12.34, Interval(0, 30), 3), PER_THOUSAND, "12.3 per thousand (0 to 30 per thousand)"),
        (NOTHING, SHARE, "not known"),
    ],
)
def test_a_figure_is_said_with_its_interval(estimate: Estimate, measure: Measure, words: str) -> None:
    assert in_words(estimate, measure) == words


@given(ESTIMATES, st.sampled_from(MEASURES))
def test_every_estimate_can_be_said(estimate: Estimate, measure: Measure) -> None:
    for sentence in (in_words(estimate, measure), too_few(estimate, measure) or "", no_difference(estimate, measure) or ""):
        assert not re.search(r"-0(?![.\d])|\b(nan|inf|None)\b|  |E\+", sentence)

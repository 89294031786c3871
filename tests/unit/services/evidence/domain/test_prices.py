"""Prices of two suppliers for the same titles, worked by hand; exact whatever the numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.intervals import ratio_of_sums
from services.evidence.domain.prices import Bought, PriceRelative, basket, per_copy, price_relative

SIDES = st.dictionaries(st.sampled_from("abcdef"), st.builds(Bought, st.integers(0, 50), st.integers(-100, 100_000)))


def test_the_price_relative_is_the_one_worked_by_hand() -> None:
    """One row per title; costs in pounds.

    | title | first: copies, cost, each | second: copies, cost, each | basket | at first's | at second's |
    |---|---|---|---|---|---|
    | a | 3, 24.00, 8.00 | 1, 9.00, 9.00 | 4 | 32.00 | 36.00 |
    | b | 2, 25.00, 12.50 | 6, 72.00, 12.00 | 8 | 100.00 | 96.00 |
    | c | 3, 10.00, 3.3333 | 1, 4.00, 4.00 | 4 | 13.3333 | 16.00 |

    Together 145.3333 / 148.00 = 0.98198. Titles d and e were bought from one only.
    """
    first = {"a": Bought(3, 2_400), "b": Bought(2, 2_500), "c": Bought(3, 1_000), "d": Bought(90, 9_000)}
    second = {"a": Bought(1, 900), "b": Bought(6, 7_200), "c": Bought(1, 400), "e": Bought(1, 99_999)}
    assert price_relative(first, second) == PriceRelative(
        relative=Decimal("0.9820"), titles=3, copies=16, first=Decimal("14533.33"), second=Decimal("14800.00")
    )


def test_the_interval_of_a_price_relative_is_about_its_titles() -> None:
    first = {str(title): Bought(2, 2 * (900 + title)) for title in range(200)}
    second = {str(title): Bought(1, 1_000 + title) for title in range(200)}
    titles = basket(first, second)
    estimate = ratio_of_sums([float(title.first) for title in titles], [float(title.second) for title in titles])
    relative = price_relative(first, second).relative
    assert relative is not None
    assert estimate.value == pytest.approx(float(relative), abs=0.00005)
    assert estimate.n == 200
    assert estimate.interval is not None
    # Each title is cheaper by 8 to 10 %.
    assert 0.9 < estimate.interval.low < estimate.interval.high < 0.92


def test_a_cheaper_mix_does_not_pass_for_a_cheaper_supplier() -> None:
    first = {"paperback": Bought(90, 90 * 500), "hardback": Bought(10, 10 * 2_000)}
    second = {"paperback": Bought(10, 10 * 500), "hardback": Bought(90, 90 * 2_000)}
    assert price_relative(first, second).relative == 1


def test_titles_without_copies_or_in_one_place_only_make_no_basket() -> None:
    nothing = PriceRelative(None, 0, 0, Decimal(0), Decimal(0))
    assert price_relative({}, {}) == nothing
    assert price_relative({"a": Bought(1, 1)}, {"b": Bought(1, 1)}) == nothing
    assert price_relative({"a": Bought(0, 5)}, {"a": Bought(1, 5)}) == nothing


def test_goods_for_nothing_have_no_price_to_compare_with() -> None:
    assert price_relative({"a": Bought(1, 5)}, {"a": Bought(1, 0)}).relative is None


@given(SIDES, SIDES)
def test_exchanged_suppliers_give_the_inverse(first: dict[str, Bought], second: dict[str, Bought]) -> None:
    one, other = price_relative(first, second), price_relative(second, first)
    assert (one.first, one.second, one.titles, one.copies) == (other.second, other.first, other.titles, other.copies)
    if one.relative and other.relative and min(one.relative, other.relative) > Decimal("0.5"):
        assert abs(one.relative * other.relative - 1) < Decimal("0.0003")


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_a_mean_per_copy_is_right_to_half_a_hundredth(cost: int, copies: int) -> None:
    mean = per_copy(cost, copies)
    assert mean is not None
    assert abs(Fraction(mean) - Fraction(cost, copies)) <= Fraction(1, 200)
    assert mean.as_tuple().exponent == -2


def test_no_copies_have_no_mean() -> None:
    assert per_copy(100, 0) is None

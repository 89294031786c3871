"""Prices of two suppliers for the same titles, worked by hand; exact whatever the numbers."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.intervals import Estimate
from services.evidence.domain.prices import Bought, PriceRelative, Titles, interval_of, per_copy, price_relative


def title(first: Bought, second: Bought) -> Titles:
    """One title, bought from both."""
    return Titles(1, first, second, (first.cost**2, first.cost * second.cost, second.cost**2))


def together(titles: Sequence[Titles]) -> Titles:
    """Titles of the same numbers of copies as one."""
    first, second = (Bought(side[0].copies, sum(each.cost for each in side)) for side in zip(*map(sides, titles), strict=True))
    products = tuple(map(sum, zip(*(each.products for each in titles), strict=True)))
    return Titles(len(titles), first, second, products)


def sides(each: Titles) -> tuple[Bought, Bought]:
    """Both sides of a title."""
    return each.first, each.second


def exchanged(each: Titles) -> Titles:
    """The same with the suppliers exchanged."""
    return Titles(each.titles, each.second, each.first, each.products[::-1])


_bought = st.builds(Bought, st.integers(1, 50), st.integers(-100, 100_000))
BASKETS = st.lists(st.builds(title, _bought, _bought), max_size=6)


def test_the_price_relative_is_the_one_worked_by_hand() -> None:
    """One row per title; costs in pounds.

    | title | first: copies, cost, each | second: copies, cost, each | basket | at first's | at second's |
    |---|---|---|---|---|---|
    | a | 3, 24.00, 8.00 | 1, 9.00, 9.00 | 4 | 32.00 | 36.00 |
    | b | 2, 25.00, 12.50 | 6, 72.00, 12.00 | 8 | 100.00 | 96.00 |
    | c | 3, 10.00, 3.3333 | 1, 4.00, 4.00 | 4 | 13.3333 | 16.00 |

    Together 145.3333 / 148.00 = 0.98198. Titles a and c, of which the same numbers were bought, may also be added up.
    """
    a = title(Bought(3, 2_400), Bought(1, 900))
    b = title(Bought(2, 2_500), Bought(6, 7_200))
    c = title(Bought(3, 1_000), Bought(1, 400))
    wanted = PriceRelative(relative=Decimal("0.9820"), titles=3, copies=16, first=Decimal("14533.33"), second=Decimal("14800.00"))
    assert price_relative([a, b, c]) == wanted
    assert price_relative([b, together([a, c])]) == wanted


def test_the_interval_of_a_price_relative_is_about_its_titles() -> None:
    titles = [title(Bought(2, 2 * (900 + number)), Bought(1, 1_000 + number)) for number in range(200)]
    estimate = interval_of(titles)
    relative = price_relative(titles).relative
    assert relative is not None
    assert estimate.value == pytest.approx(float(relative), abs=0.00005)
    assert estimate.n == 200
    assert estimate.interval is not None
    # Each title is cheaper by 8 to 10 %.
    assert 0.9 < estimate.interval.low < estimate.interval.high < 0.92


def test_the_interval_of_titles_added_up_is_nearly_that_of_each_drawn() -> None:
    titles = [title(Bought(2, 1_500 + 7 * number % 900), Bought(1, 700 + 11 * number % 600)) for number in range(2_000)]
    drawn, added = interval_of(titles), interval_of([together(titles[:1_200]), together(titles[1_200:])])
    assert drawn.value == pytest.approx(added.value)
    assert drawn.interval is not None
    assert added.interval is not None
    width = drawn.interval.high - drawn.interval.low
    assert added.interval.low == pytest.approx(drawn.interval.low, abs=width / 20)
    assert added.interval.high == pytest.approx(drawn.interval.high, abs=width / 20)
    assert added.n == drawn.n == 2_000


def test_a_cheaper_mix_does_not_pass_for_a_cheaper_supplier() -> None:
    paperback = title(Bought(90, 90 * 500), Bought(10, 10 * 500))
    hardback = title(Bought(10, 10 * 2_000), Bought(90, 90 * 2_000))
    assert price_relative([paperback, hardback]).relative == 1


def test_a_basket_without_titles_has_no_relative() -> None:
    assert price_relative([]) == PriceRelative(None, 0, 0, Decimal(0), Decimal(0))
    assert interval_of([]) == Estimate(None, None, 0)


def test_goods_for_nothing_have_no_price_to_compare_with() -> None:
    free = title(Bought(1, 5), Bought(1, 0))
    assert price_relative([free]).relative is None
    assert interval_of([together([free] * 20)]) == Estimate(None, None, 20)


@given(BASKETS)
def test_exchanged_suppliers_give_the_inverse(titles: list[Titles]) -> None:
    one, other = price_relative(titles), price_relative(list(map(exchanged, titles)))
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

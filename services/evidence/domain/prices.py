"""What copies cost: means per copy, and one supplier's prices against another's for the same titles. Pure and exact.

Amounts are whole minor units of one currency, such as pence. No amount is a float: what is rounded is rounded once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evidence.domain.intervals import Estimate, ratio_of_sums, ratio_of_totals

# Of a relative: 0.9312 is 93.12 %. Of a mean in minor units: 899.33 pence.
_RELATIVE, _MEAN = Decimal("0.0001"), Decimal("0.01")


MOST_DRAWN = 10_000
"""So many titles are drawn from one by one for an interval; of more it is computed from sums."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Copies of each title that one supplier sold, and what they cost together in minor units."""

    copies: int
    cost: int


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles that were bought from two suppliers, all in the same numbers of copies: one, or many together.

    The costs are those of all the titles. `products` are sums over the titles: of the first cost squared, of the first times the
    second, of the second squared.
    """

    titles: int
    first: Bought
    second: Bought
    products: tuple[int, ...]

    @property
    def copies(self) -> int:
        """Copies of each title in the basket."""
        return self.first.copies + self.second.copies

    @property
    def weights(self) -> tuple[Fraction, Fraction]:
        """By how much each cost is multiplied, so that it is that of all copies of the basket."""
        return Fraction(self.copies, self.first.copies), Fraction(self.copies, self.second.copies)

    @property
    def costs(self) -> tuple[Fraction, Fraction]:
        """What all copies cost at each supplier's mean price, exactly, in minor units."""
        first, second = self.weights
        return self.first.cost * first, self.second.cost * second


@dataclass(frozen=True, slots=True)
class PriceRelative:
    """What a fixed basket costs at one supplier's prices, over what it costs at the other's.

    `relative` is rounded to four decimals: 0.95 means that the first is 5 % cheaper. It is None where no title was bought from
    both, or the second supplier's cost is not above zero. `titles` and `copies` are those of the basket; `first` and `second`
    what it costs at each supplier's prices, in minor units to two decimals.
    """

    relative: Decimal | None
    titles: int
    copies: int
    first: Decimal
    second: Decimal


def price_relative(basket: Sequence[Titles]) -> PriceRelative:
    """Returns the price of one supplier relative to another's over a basket: the titles bought from both.

    With each title's copies q = q1 + q2, and each supplier's mean price p per copy of it, the relative is sum(p1 q) / sum(p2
    q), the index of Marshall and Edgeworth. So neither supplier's mix of titles counts for more, and the two suppliers
    exchanged give the inverse. Leave out of the costs what is not to be compared, such as tax.
    """
    at_first, at_second = _totals(basket)
    relative = _rounded(at_first / at_second, _RELATIVE) if at_second > 0 else None
    titles, copies = sum(each.titles for each in basket), sum(each.titles * each.copies for each in basket)
    return PriceRelative(relative, titles, copies, _rounded(at_first, _MEAN), _rounded(at_second, _MEAN))


def interval_of(basket: Sequence[Titles]) -> Estimate:
    """Returns the price relative as an estimate, with its interval over titles; give single titles always in the same order."""
    if all(each.titles == 1 for each in basket):
        firsts, seconds = ([float(each.costs[side]) for each in basket] for side in (0, 1))
        return ratio_of_sums(firsts, seconds)
    squares = [Fraction()] * 3
    for each in basket:
        one, two = each.weights
        weighted = zip(each.products, (one * one, one * two, two * two), strict=True)
        squares = [known + product * weight for known, (product, weight) in zip(squares, weighted, strict=True)]
    return ratio_of_totals(sum(each.titles for each in basket), _totals(basket), (squares[0], squares[1], squares[2]))


def _totals(basket: Sequence[Titles]) -> tuple[Fraction, Fraction]:
    first, second = (sum((each.costs[side] for each in basket), Fraction()) for side in (0, 1))
    return first, second


def per_copy(cost: int | Decimal, copies: int) -> Decimal | None:
    """Returns the mean cost of a copy in minor units, to two decimals; None without copies.

    Means of parts are each rounded, so they may add up to a hundredth more or less than the mean of the whole. Totals are exact.
    """
    return _rounded(Fraction(cost) / copies, _MEAN) if copies > 0 else None


def _rounded(exact: Fraction, to: Decimal) -> Decimal:
    """Returns the fraction as a decimal, halves away from zero."""
    steps = exact / Fraction(to)
    whole = int(abs(steps) + Fraction(1, 2))
    return Decimal(-whole if steps < 0 else whole) * to


def to_hundredths(exact: Fraction) -> Decimal:
    """Returns an exact amount in minor units to two decimals."""
    return _rounded(exact, _MEAN)

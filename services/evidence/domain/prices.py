"""What copies cost: means per copy, and one supplier's prices against another's for the same titles. Pure and exact.

Amounts are whole minor units of one currency, such as pence. Nothing here is a float: what is rounded is rounded once, at the
end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# Of a relative: 0.9312 is 93.12 %. Of a mean in minor units: 899.33 pence.
_RELATIVE, _MEAN = Decimal("0.0001"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bought:
    """The copies of one title bought from one supplier, and what they cost together in minor units."""

    copies: int
    cost: int


@dataclass(frozen=True, slots=True)
class Priced:
    """One title of a basket, and what its copies cost at each supplier's mean price, exactly, in minor units."""

    title: str
    copies: int
    first: Fraction
    second: Fraction


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


def basket(first: Mapping[str, Bought], second: Mapping[str, Bought]) -> tuple[Priced, ...]:
    """Returns the titles bought from both suppliers, each as often as it was bought from either, in order of the titles.

    A title with no copies of one supplier is not in the basket. Leave out of both what is not to be compared, such as tax. For
    the interval of a price relative, give the two costs of each title to `ratio_of_sums`.
    """
    return tuple(
        _priced(title, first[title], second[title])
        for title in sorted(first.keys() & second.keys())
        if first[title].copies > 0 and second[title].copies > 0
    )


def price_relative(first: Mapping[str, Bought], second: Mapping[str, Bought]) -> PriceRelative:
    """Returns the price of one supplier relative to another's over the titles bought from both: their `basket`.

    With each title's copies q = q1 + q2, and each supplier's mean price p per copy of it, the relative is sum(p1 q) / sum(p2
    q), the index of Marshall and Edgeworth. So neither supplier's mix of titles counts for more, and the two suppliers
    exchanged give the inverse.
    """
    titles = basket(first, second)
    at_first = sum((title.first for title in titles), Fraction())
    at_second = sum((title.second for title in titles), Fraction())
    relative = _rounded(at_first / at_second, _RELATIVE) if at_second > 0 else None
    copies = sum(title.copies for title in titles)
    return PriceRelative(relative, len(titles), copies, _rounded(at_first, _MEAN), _rounded(at_second, _MEAN))


def _priced(title: str, first: Bought, second: Bought) -> Priced:
    copies = first.copies + second.copies
    return Priced(title, copies, Fraction(first.cost * copies, first.copies), Fraction(second.cost * copies, second.copies))


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

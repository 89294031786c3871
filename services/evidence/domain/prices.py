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


def price_relative(first: Mapping[str, Bought], second: Mapping[str, Bought]) -> PriceRelative:
    """Returns the price of one supplier relative to another's over the titles bought from both, by title.

    The basket holds each such title as often as it was bought from either: q = q1 + q2. With each supplier's mean price per
    copy p of each title, the relative is sum(p1 q) / sum(p2 q), the index of Marshall and Edgeworth. So neither supplier's mix
    of titles counts for more, and the two suppliers exchanged give the inverse. A title with no copies of one supplier is not
    in the basket. Leave out of both what is not to be compared, such as tax.
    """
    basket = [
        (ours, theirs) for title, ours in first.items() if (theirs := second.get(title)) and ours.copies > 0 and theirs.copies > 0
    ]
    copies = sum(ours.copies + theirs.copies for ours, theirs in basket)
    at_first = sum((Fraction(ours.cost * (ours.copies + theirs.copies), ours.copies) for ours, theirs in basket), Fraction())
    at_second = sum((Fraction(theirs.cost * (ours.copies + theirs.copies), theirs.copies) for ours, theirs in basket), Fraction())
    relative = _rounded(at_first / at_second, _RELATIVE) if at_second > 0 else None
    return PriceRelative(relative, len(basket), copies, _rounded(at_first, _MEAN), _rounded(at_second, _MEAN))


def per_copy(cost: int, copies: int) -> Decimal | None:
    """Returns the mean cost of a copy in minor units, to two decimals; None without copies.

    Means of parts are each rounded, so they may add up to a hundredth more or less than the mean of the whole. Totals are exact.
    """
    return _rounded(Fraction(cost, copies), _MEAN) if copies > 0 else None


def _rounded(exact: Fraction, to: Decimal) -> Decimal:
    """Returns the fraction as a decimal, halves away from zero."""
    steps = exact / Fraction(to)
    whole = int(abs(steps) + Fraction(1, 2))
    return Decimal(-whole if steps < 0 else whole) * to

"""Amounts of money: minor units such as pence, the decimals that messages have, and words for people. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

# Every currency of the trade has a hundred minor units.
_DECIMALS = 2
PENNY = Decimal(1).scaleb(-_DECIMALS)


def to_minor(amount: Decimal) -> int:
    """Returns an amount in minor units. Halves are rounded up."""
    return int((amount * 10**_DECIMALS).quantize(Decimal(1), ROUND_HALF_UP))


def to_decimal(minor: int) -> Decimal:
    """Returns minor units as an amount with its decimals."""
    return Decimal(minor).scaleb(-_DECIMALS)


def amount_in_words(minor: int, currency: str) -> str:
    """Returns an amount for people, such as `GBP 1,234.56`."""
    return f"{currency} {to_decimal(minor):,.{_DECIMALS}f}".lstrip()

"""Amounts of money: minor units such as pence, the decimals that messages have, and words for people. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

# ISO 4217: most currencies have a hundred minor units.
_DECIMALS = 2
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE, _WITH_FOUR = "BHD IQD JOD KWD LYD OMR TND", "CLF UYW"
_OTHER_DECIMALS = {
    code: decimals for codes, decimals in ((_WITHOUT_DECIMALS, 0), (_WITH_THREE, 3), (_WITH_FOUR, 4)) for code in codes.split()
}
PENNY = Decimal(1).scaleb(-_DECIMALS)


def decimals_of(currency: str) -> int:
    """Returns how many decimals amounts of a currency have: 2 for pounds, 0 for yen, 3 for Kuwaiti dinars."""
    return _OTHER_DECIMALS.get(currency.strip().upper(), _DECIMALS)


def to_minor(amount: Decimal, currency: str) -> int:
    """Returns an amount in minor units of the currency. Halves are rounded up."""
    return int(amount.scaleb(decimals_of(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def to_decimal(minor: int, currency: str) -> Decimal:
    """Returns minor units of the currency as an amount with its decimals."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def amount_in_words(minor: int, currency: str) -> str:
    """Returns an amount for people, such as `GBP 1,234.56` or `JPY 1,200`."""
    return f"{currency} {to_decimal(minor, currency):,.{decimals_of(currency)}f}".lstrip()

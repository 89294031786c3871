"""Reads the prices that a bookseller states about a line (PRI). Pure and tolerant; compares nothing."""

from __future__ import annotations

from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import Findings, is_currency
from shared.contracts.stated import PriceBasis, StatedPrice
from shared.formats.editeur import Heading, Line, Price, codes
from shared.money import to_minor

_BASES = {
    "AAA": PriceBasis.NET,
    "AAB": PriceBasis.GROSS,
    "AAE": PriceBasis.RETAIL,
    "CAL": PriceBasis.NET,
    "INV": PriceBasis.NET,
}
"""PRI 5125, where 5387 says nothing else. AAF is disputed between lists: its basis is not stated."""


def prices_of(line: Line, message: Heading, findings: Findings) -> tuple[StatedPrice, ...]:
    """Returns every price of one copy that the line states, in the currency of the line (CUX), else of the message."""
    named = (code.strip().upper() for code in (*(each.code for each in line.currencies), message.currency))
    currency = next((code for code in named if is_currency(code)), None)
    found = (_price(price, currency, line, findings) for price in line.prices)
    return tuple(dict.fromkeys(price for price in found if price is not None))


def _price(price: Price, currency: str | None, line: Line, findings: Findings) -> StatedPrice | None:
    value = price.of_one
    if value is None:
        return None
    if value < 0:
        findings.append(odd(Odd.INVALID_PRICE, f"line {line.number}: PRI {price.qualifier} {value} is not a price", line.at))
        return None
    code = " ".join(filter(None, (price.qualifier, price.type, price.kind)))
    return StatedPrice(minor=to_minor(value, currency or ""), currency=currency, basis=_basis(price), code=code)


def _basis(price: Price) -> PriceBasis:
    if price.kind in codes.NET_PRICES:
        return PriceBasis.NET
    if price.kind in codes.RETAIL_PRICES:
        return PriceBasis.RETAIL
    return _BASES.get(price.qualifier, PriceBasis.UNSTATED)

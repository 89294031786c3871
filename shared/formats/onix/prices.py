"""Reads the prices of an ONIX product: PriceDate of ONIX 3, PriceEffectiveFrom and PriceEffectiveUntil of 2.1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from shared.formats.moments import day_of
from shared.formats.onix.model import Price
from shared.formats.xml import Element

_LARGEST_AMOUNT = Decimal(10) ** 9
_FROM, _UNTIL, _FROM_UNTIL = "14", "15", "24"
"""List 173. A period is two dates of eight digits, written together."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the header states for all prices that do not state it."""

    currency: str = ""
    type: str = ""

    @classmethod
    def of(cls, header: Element) -> Defaults:
        """Reads the header."""
        return cls(header.words("DefaultCurrencyCode"), header.words("DefaultPriceType"))


def price_of(price: Element, defaults: Defaults) -> Price | str | None:
    """Returns the price; what is wrong, where its amount is none; None where it has no amount."""
    text = price.words("PriceAmount")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _LARGEST_AMOUNT:
        return f"{text!r} is not an amount"
    currency = price.words("CurrencyCode") or defaults.currency
    return Price(price.words("PriceType") or defaults.type, amount, currency, *_validity(price))


def _validity(price: Element) -> tuple[date | None, date | None]:
    """Returns the first and the last day on which a price is valid; None where it is not stated or not readable."""
    dates = {each.words("PriceDateRole"): each.words("Date") for each in price.all("PriceDate")}
    period = dates.get(_FROM_UNTIL, "")
    start = dates.get(_FROM) or price.words("PriceEffectiveFrom") or period[:8]
    end = dates.get(_UNTIL) or price.words("PriceEffectiveUntil") or period[8:].lstrip("-")
    return day_of(start), day_of(end)

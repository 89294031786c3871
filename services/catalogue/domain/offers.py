"""What suppliers offer of a book, side by side, in words. Pure: no table, no event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.catalogue.domain.merging import Scored
from services.catalogue.domain.records import KeptRecord
from shared.money import amount_in_words
from shared.records import Availability, Offer, Price, PriceKind
from shared.wording import counted

SAYS_NOTHING = "has offered nothing"
# Availabilities with which the time that the supplier takes says more than the word.
_TO_BE_HAD = (Availability.IN_STOCK, Availability.AVAILABLE)
# What a library pays comes before what the public pays.
_KINDS = (PriceKind.NET, PriceKind.FIXED, PriceKind.AGENCY, PriceKind.RETAIL, PriceKind.OTHER)


@dataclass(frozen=True, slots=True)
class SupplierOffers:
    """One supplier's offers of a book, one for each market.

    `offered_at` is when it made them; None: it never made any. `withdrawn`: it took its record of the book back since.
    """

    supplier_id: str
    offers: tuple[Offer, ...] = ()
    offered_at: datetime | None = None
    withdrawn: bool = False


def side_by_side(records: Mapping[str, Scored], serving: Collection[str] | None) -> list[SupplierOffers]:
    """Returns the offers of one book by supplier, sorted: those of the suppliers that serve a council, with and without an offer.

    `records` are the book's by supplier. Where `serving` is None, all that have a record are returned.
    """
    found = {supplier_id: _offers_of(each.record) for supplier_id, each in records.items()}
    names = found.keys() if serving is None else serving
    return [found.get(name, SupplierOffers(name)) for name in sorted(names)]


def _offers_of(record: KeptRecord) -> SupplierOffers:
    return SupplierOffers(record.supplier_id, record.offers, record.offered_at, record.withdrawn)


def in_words(offer: Offer, on: date) -> str:
    """Returns an offer in words, such as `3 days, GBP 11.99` or `to order`: with the price that the library pays on a day."""
    price = price_on(offer.prices, on)
    amount = "" if price is None else amount_in_words(price.minor, price.currency)
    return ", ".join(filter(None, (_supply(offer), amount)))


def _supply(offer: Offer) -> str:
    if offer.days is not None and offer.availability in _TO_BE_HAD:
        return counted(offer.days, "day")
    expected = f" (expected {offer.expected_on})" if offer.expected_on else ""
    return f"{offer.availability}{expected}"


def price_on(prices: Iterable[Price], on: date) -> Price | None:
    """Returns the price that a library pays on a day, as far as it is stated; None where none is valid."""
    valid = [price for price in prices if _is_valid(price, on)]
    return min(valid, key=lambda price: _KINDS.index(price.kind), default=None)


def _is_valid(price: Price, on: date) -> bool:
    return (price.valid_from is None or price.valid_from <= on) and (price.valid_until is None or price.valid_until >= on)


def without_prices(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Returns offers as somebody sees them whom the supplier does not serve."""
    return tuple(replace(offer, prices=()) for offer in offers)

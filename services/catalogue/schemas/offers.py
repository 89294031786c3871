"""HTTP shapes of what suppliers offer. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, Field

from services.catalogue.domain.offers import SAYS_NOTHING, SupplierOffers, in_words
from shared.money import to_decimal
from shared.records import Availability, Offer, PriceKind


class PriceView(BaseModel):
    """A price of one copy."""

    amount: str = Field(description="With the decimals of its currency", examples=["11.99"])
    currency: str = Field(description="ISO 4217")
    kind: PriceKind
    with_tax: bool | None = Field(description="Whether tax is included; null where the supplier does not say")
    valid_from: date | None
    valid_until: date | None = Field(description="Last day")


class OfferView(BaseModel):
    """What a supplier offers in one market."""

    says: str = Field(description="The offer in words, with the price that a library pays today", examples=["3 days, GBP 11.99"])
    countries: Sequence[str] = Field(description="The market, ISO 3166-1 alpha-2; empty: not stated")
    availability: Availability
    days: int | None = Field(description="How long the supplier takes to supply")
    expected_on: date | None
    on_hand: int | None = Field(description="Stock, as far as it is stated")
    prices: Sequence[PriceView]


class SupplierOffersView(BaseModel):
    """One supplier's offers of a book."""

    supplier_id: str
    says: str = Field(description="All its offers in words, and how old they are")
    offered_at: datetime | None = Field(description="When it stated them last; null: never")
    age_days: int | None = Field(description="Whole days since then")
    withdrawn: bool = Field(description="Whether it took its record of the book back: ask before you order")
    offers: Sequence[OfferView]


class BookOffers(BaseModel):
    """Offers of one book, side by side, by supplier. Their order says nothing about which is better."""

    isbn: str
    suppliers: Sequence[SupplierOffersView]


class OffersAnswer(BaseModel):
    """Offers of several books, in the order in which they were asked for."""

    items: Sequence[BookOffers]


def offers_answer(found: Mapping[str, Sequence[SupplierOffers]], now: datetime, today: date) -> OffersAnswer:
    """Returns what suppliers offer, as of a moment and the day that it is on."""
    return OffersAnswer(
        items=[
            BookOffers(isbn=isbn, suppliers=[_supplier(each, now, today) for each in of_book]) for isbn, of_book in found.items()
        ]
    )


def _supplier(stated: SupplierOffers, now: datetime, today: date) -> SupplierOffersView:
    age = None if stated.offered_at is None else max((now - stated.offered_at).days, 0)
    return SupplierOffersView(
        supplier_id=stated.supplier_id,
        says=_says(stated, age, today),
        offered_at=stated.offered_at,
        age_days=age,
        withdrawn=stated.withdrawn,
        offers=[_offer(each, today) for each in stated.offers],
    )


def _says(stated: SupplierOffers, age: int | None, today: date) -> str:
    if age is None:
        return SAYS_NOTHING
    when = "today" if age == 0 else "a day ago" if age == 1 else f"{age} days ago"
    taken_back = "record taken back; before: " if stated.withdrawn else ""
    return f"{taken_back}{'; '.join(in_words(offer, today) for offer in stated.offers)} (said {when})"


def _offer(offer: Offer, today: date) -> OfferView:
    return OfferView(
        says=in_words(offer, today),
        countries=offer.countries,
        availability=offer.availability,
        days=offer.days,
        expected_on=offer.expected_on,
        on_hand=offer.on_hand,
        prices=[
            PriceView(
                amount=str(to_decimal(price.minor, price.currency)),
                currency=price.currency,
                kind=price.kind,
                with_tax=price.with_tax,
                valid_from=price.valid_from,
                valid_until=price.valid_until,
            )
            for price in offer.prices
        ],
    )

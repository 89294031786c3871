"""HTTP shapes of what suppliers offer. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.catalogue.domain.offers import SAYS_NOTHING, SupplierOffers, in_words
from services.catalogue.schemas.titles import LONGEST_ISBN
from shared.contracts import words
from shared.http.paging import PageQuery
from shared.records import Availability, Offer, PriceKind

MOST_BOOKS = 100


class PriceView(BaseModel):
    """A price of one copy."""

    minor: int = Field(description="Amount in minor units of its currency, such as pence", examples=[1199])
    currency: words.Currency
    kind: PriceKind = Field(description="Who pays this price")
    with_tax: bool | None = Field(description="Whether tax is included; null where the supplier does not say")
    valid_from: date | None = Field(description="First day of the price; null where none is stated")
    valid_until: date | None = Field(description="Last day of the price; null where none is stated")


class OfferView(BaseModel):
    """What a supplier offers in one market."""

    says: str = Field(description="The offer in words, with the price that a library pays today", examples=["3 days, GBP 11.99"])
    countries: Sequence[str] = Field(description="The market, ISO 3166-1 alpha-2; empty: not stated", examples=[["GB", "IE"]])
    availability: Availability = Field(description="Whether the supplier can supply the book")
    days: int | None = Field(description="Days that the supplier takes to supply; null where it does not say", examples=[3])
    expected_on: date | None = Field(description="When the book is expected; null where it is not stated")
    on_hand: int | None = Field(description="Copies in stock; null where they are not stated", examples=[25])
    prices: Sequence[PriceView] = Field(description="Prices of one copy")


class SupplierOffersView(BaseModel):
    """One supplier's offers of a book."""

    supplier_id: words.SupplierId
    says: str = Field(
        description="All its offers in words, and how old they are", examples=["3 days, GBP 11.99 (said 2 days ago)"]
    )
    offered_at: datetime | None = Field(description="When it stated them last; null: never")
    age_days: int | None = Field(description="Whole days since then; null: never", examples=[2])
    withdrawn: bool = Field(description="Whether it took its record of the book back: ask before you order", examples=[False])
    offers: Sequence[OfferView] = Field(description="What it offers, one for each market")


class BookOffers(BaseModel):
    """Offers of one book, side by side, by supplier. Their order says nothing about which is better."""

    isbn: words.Isbn
    suppliers: Sequence[SupplierOffersView] = Field(description="Its suppliers, each with its offers")


class OffersQuery(PageQuery):
    """Of which books to show offers."""

    limit: Annotated[int, Field(ge=1, le=MOST_BOOKS, description="Most books on a page")] = MOST_BOOKS
    isbn: list[Annotated[str, Field(max_length=LONGEST_ISBN)]] = Field(
        min_length=1,
        max_length=MOST_BOOKS,
        description="ISBN-13 or ISBN-10, with or without hyphens; repeat it for several books",
        examples=[["9780141439518"]],
    )


def book_offers(isbn: str, of_book: Sequence[SupplierOffers], now: datetime, today: date) -> BookOffers:
    """Returns what suppliers offer of a book, as of a moment and the day that it is on."""
    return BookOffers(isbn=isbn, suppliers=[_supplier(each, now, today) for each in of_book])


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
                minor=price.minor,
                currency=price.currency,
                kind=price.kind,
                with_tax=price.with_tax,
                valid_from=price.valid_from,
                valid_until=price.valid_until,
            )
            for price in offer.prices
        ],
    )

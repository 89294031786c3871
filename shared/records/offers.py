"""What a supplier offers of a book in one market: whether it can be had, and at what price."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.frozen import dataclass


class Availability(StrEnum):
    """Whether the supplier can supply the book."""

    IN_STOCK = "in stock"
    AVAILABLE = "available"
    TO_ORDER = "to order"
    ON_DEMAND = "made on demand"
    NOT_YET = "not yet published"
    TEMPORARILY_UNAVAILABLE = "temporarily unavailable"
    REPRINTING = "reprinting"
    NOT_AVAILABLE = "not available"
    REPLACED = "replaced by another edition"
    OTHER_FORMAT = "available in another format"
    OUT_OF_PRINT = "out of print"
    REMAINDERED = "remaindered"
    ABANDONED = "abandoned"
    ELSEWHERE = "from another supplier"
    UNCERTAIN = "uncertain"


class PriceKind(StrEnum):
    """What a price is: what the public pays, what the library pays, or another."""

    RETAIL = "retail"
    FIXED = "fixed by law"
    AGENCY = "set by the publisher"
    NET = "net to the library"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Price:
    """A price in minor units of its currency, and the days on which it is valid, both inclusive.

    `with_tax`: whether tax is included; None where the record does not say. `tax_percent` is a decimal number as text.
    """

    minor: int
    currency: str
    kind: PriceKind = PriceKind.RETAIL
    with_tax: bool | None = None
    tax_percent: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered in one market: `countries` are codes of ISO 3166-1 alpha-2; none where no market is stated.

    `days` is how long the supplier takes to supply; `expected_on` when the book is expected, `on_hand` the stock.
    """

    availability: Availability = Availability.UNCERTAIN
    prices: tuple[Price, ...] = ()
    countries: tuple[str, ...] = ()
    supplier_name: str = ""
    days: int | None = None
    expected_on: date | None = None
    on_hand: int | None = None

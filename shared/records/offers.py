"""What a supplier offers of a book in one market: whether it can be had, and at what price."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

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

    minor: Annotated[int, Field(description="Amount of one copy in minor units of its currency, such as pence", examples=[1199])]
    currency: Annotated[str, Field(description="ISO 4217", examples=["GBP"])]
    kind: Annotated[PriceKind, Field(description="Who pays this price")] = PriceKind.RETAIL
    with_tax: Annotated[bool | None, Field(description="Whether tax is included; null where the supplier does not say")] = None
    tax_percent: Annotated[
        str, Field(description="Rate of tax as a decimal number; empty where it is not stated", examples=["0"])
    ] = ""
    valid_from: Annotated[date | None, Field(description="First day of the price; null where none is stated")] = None
    valid_until: Annotated[date | None, Field(description="Last day of the price; null where none is stated")] = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered in one market: `countries` are codes of ISO 3166-1 alpha-2; none where no market is stated.

    `days` is how long the supplier takes to supply; `expected_on` when the book is expected, `on_hand` the stock.
    """

    availability: Annotated[Availability, Field(description="Whether the supplier can supply the book")] = Availability.UNCERTAIN
    prices: Annotated[tuple[Price, ...], Field(description="Prices of one copy")] = ()
    countries: Annotated[
        tuple[str, ...], Field(description="The market, ISO 3166-1 alpha-2; empty where none is stated", examples=[["GB", "IE"]])
    ] = ()
    supplier_name: Annotated[
        str, Field(description="Who offers it, as the record names it; empty where it names nobody", examples=["Harbour Books"])
    ] = ""
    days: Annotated[
        int | None, Field(description="Days that the supplier takes to supply; null where it does not say", examples=[3])
    ] = None
    expected_on: Annotated[date | None, Field(description="When the book is expected; null where it is not stated")] = None
    on_hand: Annotated[int | None, Field(description="Copies in stock; null where they are not stated", examples=[25])] = None

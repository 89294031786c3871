"""A LibraryShipNotice as values. Codes are EDItX's own, in one spelling each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shared.records import Record
from shared.values import first_isbn13

BUYER_ORDER = "11"
BUYER_LINE = "12"
SUPPLIER_ORDER = "23"
_BOOK_NUMBERS = ("EAN13", "ISBN13", "ISBN")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number and its type: for a party GLN, SAN, BuyerAssignedID, …; for a product EAN13, ISBN, …"""

    type: str
    value: str


def _value(identifiers: tuple[Identifier, ...], kind: str) -> str:
    return next((one.value for one in identifiers if one.type == kind), "")


@dataclass(frozen=True, slots=True)
class Party:
    """Buyer or seller."""

    ids: tuple[Identifier, ...] = ()
    name: str = ""

    def id_of(self, kind: str) -> str:
        """Returns the first number of a type; "" when absent."""
        return _value(self.ids, kind)


@dataclass(frozen=True, slots=True)
class Reference:
    """ReferenceCoded. `type` is the number of EDItX's list: 11 buyer's order, 12 buyer's line, 23 supplier's order.

    An unknown spelling of the type is kept as written.
    """

    type: str
    number: str
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units; `currency` is "" where none is given."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Tax:
    """Tax within a price: VAT, and its percentage."""

    type: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """PricingDetail: `qualifier` is the kind of price, such as FixedRPIncludingTax."""

    qualifier: str
    money: Money
    country: str = ""
    tax: Tax | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """FundDetail: the part of a copy's cost that is charged to a fund."""

    number: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """CopyDetail: one or more copies for the same place. `deliver_to` is where they are unpacked, `destination` where shelved.

    `numbers` are the buyer's copy numbers, `barcodes` the numbers applied to the copies.
    """

    sub_line: str = ""
    quantity: int | None = None
    deliver_to: str = ""
    destination: str = ""
    location: str = ""
    numbers: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    processing: tuple[str, ...] = ()
    call_number: str = ""
    value: Money | None = None
    funds: tuple[Fund, ...] = ()
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """ItemDescription."""

    title: str = ""
    author: str = ""
    publisher: str = ""
    year: str = ""
    edition: str = ""
    series: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """ItemDetail: one title that was despatched."""

    line: str = ""
    ids: tuple[Identifier, ...] = ()
    description: Description = Description()
    quantity: int | None = None
    references: tuple[Reference, ...] = ()
    prices: tuple[Price, ...] = ()
    copies: tuple[Copy, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def isbn(self) -> str:
        """The first valid ISBN among the numbers, as ISBN-13; "" when there is none."""
        return first_isbn13(one.value for kind in _BOOK_NUMBERS for one in self.ids if one.type == kind) or ""

    def reference(self, kind: str) -> str:
        """Returns the first reference of a type; "" when absent."""
        return next((one.number for one in self.references if one.type == kind), "")


@dataclass(frozen=True, slots=True)
class ShipNotice:
    """LibraryShipNotice. `issued` is in the sender's zone, UTC where it names none; `purpose` (e.g. Original) is as written."""

    number: str
    issued: datetime | None = None
    purpose: str = ""
    shipped: date | None = None
    expected: date | None = None
    buyer: Party = Party()
    seller: Party = Party()
    references: tuple[Reference, ...] = ()
    items: tuple[Item, ...] = ()

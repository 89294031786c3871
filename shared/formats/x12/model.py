"""X12 ship notices as values. Element numbers are those of the 856 transaction set, versions 003060, 004010 and 005010."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shared.findings import Finding
from shared.values import BOOKLAND, first_isbn13

# The types of product numbers that can be a book's, the most reliable first.
BOOK_NUMBERS = ("EN", "IB", "UK", "UP")
_GTIN_DIGITS = 14


@dataclass(frozen=True, slots=True)
class Identifier:
    """A product number: EN is an EAN-13, IB an ISBN-10, UK a GTIN-14, UP a UPC, PL the buyer's order line, PO the order."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """REF: CN is the carrier's tracking number, BM the bill of lading, VN the supplier's order, LI a line, SE a serial number."""

    type: str
    value: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """DTM: 011 shipped, 017 expected. The time of day is not kept."""

    qualifier: str
    day: date


@dataclass(frozen=True, slots=True)
class Mark:
    """MAN: GM is an SSCC-18, CP the carrier's package number."""

    type: str
    number: str


@dataclass(frozen=True, slots=True)
class Party:
    """N1 to N4: ST ship to, BY buyer, SF ship from. `id_type` UL is a GLN, 15 a SAN, 91 the seller's number, 92 the buyer's."""

    role: str
    name: str = ""
    id_type: str = ""
    id: str = ""
    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """PRF: the buyer's order. `line` is PRF05."""

    number: str = ""
    release: str = ""
    day: date | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Carriage:
    """TD1 and TD5: packages, weight, and who carries them (SCAC or name)."""

    packaging: str = ""
    packages: int | None = None
    weight: Decimal | None = None
    weight_unit: str = ""
    carrier: str = ""
    carrier_type: str = ""
    mode: str = ""
    routing: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """LIN, SN1 and PID: what is shipped. `quantity` is SN102, `ordered` SN105."""

    line: str = ""
    ids: tuple[Identifier, ...] = ()
    quantity: int | None = None
    unit: str = ""
    ordered: int | None = None
    description: str = ""

    @property
    def isbn(self) -> str:
        """The first valid ISBN among the book numbers, as ISBN-13, else an ISBN-13 given under another type, else ""."""
        named = [self.id_of(kind) for kind in BOOK_NUMBERS]
        hidden = [one.value for one in self.ids if one.value.startswith(BOOKLAND)]
        numbers = (value[1:] if len(value) == _GTIN_DIGITS else value for value in (*named, *hidden))
        return first_isbn13(numbers) or ""

    def id_of(self, kind: str) -> str:
        """Returns the first number of a type; "" when absent."""
        return next((one.value for one in self.ids if one.type == kind), "")


@dataclass(frozen=True, slots=True)
class Level:
    """HL and what belongs to it. `kind` S is a shipment, O an order, P or T a package, I an item."""

    kind: str
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    parties: tuple[Party, ...] = ()
    marks: tuple[Mark, ...] = ()
    order: Order = Order()
    carriage: Carriage = Carriage()
    item: Item | None = None
    children: tuple[Level, ...] = ()

    def walk(self) -> Iterator[Level]:
        """Yields this level and all levels below it, in the order of the message."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ShipNotice:
    """One 856: BSN, the segments before the first HL, and the levels. `issued` is in UTC, because the message names no zone."""

    number: str
    purpose: str = "00"
    issued: datetime | None = None
    structure: str = ""
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    parties: tuple[Party, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def shipped(self) -> date | None:
        """The first DTM 011: of the notice, else of its levels."""
        return self._day("011")

    @property
    def expected(self) -> date | None:
        """The first DTM 017: of the notice, else of its levels."""
        return self._day("017")

    def _day(self, qualifier: str) -> date | None:
        below = (one for top in self.levels for level in top.walk() for one in level.dates)
        return next((one.day for dates in (self.dates, below) for one in dates if one.qualifier == qualifier), None)


@dataclass(frozen=True, slots=True)
class Interchange:
    """ISA and GS around ship notices. `version` is the version of the first group (GS08), such as 004010.

    `first` and `last` are the numbers of its first and last segment; they are ignored when interchanges are compared.
    """

    sender: str
    recipient: str
    control_number: str
    prepared: datetime | None
    notices: tuple[ShipNotice, ...] = ()
    sender_qualifier: str = "ZZ"
    recipient_qualifier: str = "ZZ"
    version: str = "004010"
    test: bool = False
    first: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read, and findings about what is wrong or unusual, in the order of the stream."""

    interchanges: tuple[Interchange, ...]
    findings: tuple[Finding, ...]

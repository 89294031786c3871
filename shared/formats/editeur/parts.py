"""The segment groups that the messages are built of: segments that belong together, wherever in a message they are."""

# ruff: noqa: RUF009 - the calls declare fields, they are dataclasses.field itself
from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from shared.formats.editeur import codes
from shared.formats.editeur.articles import COPY, NUMBERS, SERIALS, Copy, Number, Numbers, Serials
from shared.formats.editeur.fields import At, decimal, many, one, text, texts, whereabouts
from shared.formats.editeur.layout import Layout
from shared.formats.editeur.segments import (
    AMOUNT,
    CHANNEL,
    CONTACT,
    CONTROL,
    CURRENCIES,
    DATE,
    DOCUMENT,
    MEASURE,
    PERCENTAGE,
    PRICE,
    QUANTITY,
    RATE,
    TRANSPORT,
    Amount,
    Channel,
    Contact,
    Control,
    Currencies,
    Date,
    Document,
    Measure,
    Percentage,
    Price,
    Quantity,
    Rate,
    Transport,
)
from shared.formats.editeur.wording import DESCRIPTION, REMARK, Description, Remark

_TAX_AMOUNTS = frozenset({"124", "125", "150", "176"})
_CHARGE_AMOUNTS = frozenset({"8", "23", "25", "131", "204"})
_REFERENCE_DATES = frozenset({"171"})
_SPLIT = frozenset({"11"})
_BOOK_TYPES = ("EN", "SRV", "IB", "IS", "UP", "")


@dataclass(frozen=True, slots=True)
class Reference:
    """RFF, as written: slashes and leading zeros are part of a number. `dates` are the reference's own (DTM 171)."""

    qualifier: str = text(0, 0, known=codes.REFERENCES)
    number: str = text(0, 1)
    line: str = text(0, 2)
    version: str = text(0, 3)
    dates: tuple[Date, ...] = many(DATE, only=_REFERENCE_DATES)


REFERENCE = Layout(Reference, "RFF")


@dataclass(frozen=True, slots=True)
class Party:
    """NAD: a party by code and agency (9 GLN, 31B SAN, 91 supplier's, 92 buyer's code), by name and address, or both."""

    qualifier: str = text(0)
    id: str = text(1, 0)
    agency: str = text(1, 2)
    list: str = text(1, 1)
    address: tuple[str, ...] = texts(2, 0, 5)
    name: tuple[str, ...] = texts(3, 0, 6)
    street: tuple[str, ...] = texts(4, 0, 4)
    city: str = text(5)
    region: str = text(6)
    postcode: str = text(7)
    country: str = text(8)
    references: tuple[Reference, ...] = many(REFERENCE, only=codes.PARTY_REFERENCES)
    contacts: tuple[Contact, ...] = many(CONTACT)
    channels: tuple[Channel, ...] = many(CHANNEL)
    at: At = whereabouts()


PARTY = Layout(Party, "NAD")


@dataclass(frozen=True, slots=True)
class Tax:
    """TAX with its amounts (MOA 124 tax, 125 taxable amount)."""

    function: str = text(0)
    type: str = text(1, 0)
    type_list: str = text(1, 1)
    type_agency: str = text(1, 2)
    type_name: str = text(1, 3)
    account: str = text(2)
    basis: str = text(3)
    rate_code: str = text(4, 0)
    rate_list: str = text(4, 1)
    rate_agency: str = text(4, 2)
    rate: Decimal | None = decimal(4, 3)
    category: str = text(5, known=codes.TAX_CATEGORIES)
    amounts: tuple[Amount, ...] = many(AMOUNT, only=_TAX_AMOUNTS)
    at: At = whereabouts()


TAX = Layout(Tax, "TAX")


@dataclass(frozen=True, slots=True)
class Charge:
    """ALC with its amounts, rates and taxes: an allowance (5463 A) or a charge (C)."""

    kind: str = text(0)
    code: str = text(4, 0, known=codes.CHARGES)
    list: str = text(4, 1)
    agency: str = text(4, 2)
    texts: tuple[str, ...] = texts(4, 3, 2)
    number: str = text(1)
    settlement: str = text(2)
    sequence: str = text(3)
    quantities: tuple[Quantity, ...] = many(QUANTITY, most=1)
    percentages: tuple[Percentage, ...] = many(PERCENTAGE)
    amounts: tuple[Amount, ...] = many(AMOUNT, only=_CHARGE_AMOUNTS)
    rates: tuple[Rate, ...] = many(RATE)
    taxes: tuple[Tax, ...] = many(TAX, most=1)
    at: At = whereabouts()


CHARGE = Layout(Charge, "ALC")


@dataclass(frozen=True, slots=True)
class Split:
    """LOC: a place (3227: 7 deliver to, 20 final destination), and the part of the quantity that goes there (QTY 11)."""

    qualifier: str = text(0)
    place: str = text(1, 0)
    agency: str = text(1, 2)
    list: str = text(1, 1)
    name: str = text(1, 3)
    quantities: tuple[Quantity, ...] = many(QUANTITY, only=_SPLIT)
    dates: tuple[Date, ...] = many(DATE)


SPLIT = Layout(Split, "LOC")


@dataclass(frozen=True, slots=True)
class Terms:
    """PAT: payment terms."""

    type: str = text(0)
    id: str = text(1, 0)
    id_list: str = text(1, 1)
    id_agency: str = text(1, 2)
    texts: tuple[str, ...] = texts(1, 3, 2)
    from_date: str = text(2, 0)
    relation: str = text(2, 1)
    period: str = text(2, 2)
    periods: Decimal | None = decimal(2, 3)
    dates: tuple[Date, ...] = many(DATE)
    percentages: tuple[Percentage, ...] = many(PERCENTAGE)
    amounts: tuple[Amount, ...] = many(AMOUNT)


TERMS = Layout(Terms, "PAT")


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary after UNS+S: totals, tax by category, charges of the whole. UNS may be missing."""

    controls: tuple[Control, ...] = many(CONTROL)
    amounts: tuple[Amount, ...] = many(AMOUNT)
    taxes: tuple[Tax, ...] = many(TAX)
    charges: tuple[Charge, ...] = many(CHARGE)


SUMMARY = Layout(Summary, "UNS", constant="S")
SUMMARY_WITHOUT_UNS = {"CNT": None, "MOA": codes.TOTALS}


@dataclass(frozen=True, slots=True)
class Line:
    """LIN and all segments that belong to it."""

    number: str = text(0)
    action: str = text(1, known=codes.LINE_ACTIONS)
    item: str = text(2, 0)
    item_type: str = text(2, 1, known=codes.NUMBERS)
    item_list: str = text(2, 2)
    item_agency: str = text(2, 3)
    sub_line: str = text(3, 0)
    sub_line_of: str = text(3, 1)
    level: str = text(4)
    numbers: tuple[Numbers, ...] = many(NUMBERS)
    descriptions: tuple[Description, ...] = many(DESCRIPTION)
    measures: tuple[Measure, ...] = many(MEASURE)
    quantities: tuple[Quantity, ...] = many(QUANTITY)
    percentages: tuple[Percentage, ...] = many(PERCENTAGE)
    dates: tuple[Date, ...] = many(DATE)
    serials: tuple[Serials, ...] = many(SERIALS)
    copies: tuple[Copy, ...] = many(COPY)
    remarks: tuple[Remark, ...] = many(REMARK)
    amounts: tuple[Amount, ...] = many(AMOUNT, without=codes.TOTALS)
    prices: tuple[Price, ...] = many(PRICE)
    currencies: tuple[Currencies, ...] = many(CURRENCIES)
    references: tuple[Reference, ...] = many(REFERENCE)
    splits: tuple[Split, ...] = many(SPLIT)
    taxes: tuple[Tax, ...] = many(TAX)
    parties: tuple[Party, ...] = many(PARTY)
    charges: tuple[Charge, ...] = many(CHARGE)
    at: At = whereabouts()

    @property
    def articles(self) -> tuple[Number, ...]:
        """The numbers of the article itself, best first: LIN, then PIA 5, then PIA 1; in each, EAN before ISBN-10.

        PIA 3 names another article and is never among them. Number types outside the book trade are left out.
        """
        own = [Number(self.item, self.item_type, self.item_list, self.item_agency)]
        found = [_best_first(own), *(_best_first(self._numbered(function)) for function in ("5", "1"))]
        return tuple(number for numbers in found for number in numbers)

    @property
    def substitutes(self) -> tuple[Number, ...]:
        """The numbers of the article that is supplied or offered instead (PIA 3), best first."""
        return _best_first(self._numbered("3"))

    def _numbered(self, function: str) -> list[Number]:
        return [number for numbers in self.numbers if numbers.function.lstrip("0") == function for number in numbers.numbers]

    def described(self, *codes: str) -> str:
        """Returns all descriptions (IMD) under these codes, as one text."""
        return " ".join(each.text.strip() for code in codes for each in self.descriptions if each.code == code and each.text)

    def quantity(self, *qualifiers: str) -> Decimal | None:
        """Returns the first quantity of the first qualifier that the line has."""
        held = [each for each in self.quantities if each.value is not None]
        return next((each.value for kind in qualifiers for each in held if each.qualifier == kind), None)

    def price(self, *qualifiers: str, without: Set[str] = frozenset()) -> Decimal | None:
        """Returns the first price of one copy of the first qualifier given, leaving out the types (5387) in `without`."""
        held = [each for each in self.prices if each.kind not in without]
        return next(
            (each.of_one for kind in qualifiers for each in held if each.qualifier == kind and each.of_one is not None), None
        )

    def amount(self, qualifier: str) -> Decimal | None:
        """Returns the first amount (MOA) with this qualifier."""
        return next((each.value for each in self.amounts if each.qualifier == qualifier and each.value is not None), None)

    def date(self, qualifier: str) -> Date | None:
        """Returns the first date (DTM) with this qualifier."""
        return next((each for each in self.dates if each.qualifier == qualifier), None)

    def reference(self, qualifier: str) -> str:
        """Returns the first non-empty reference (RFF) with this qualifier, or ""."""
        return next((each.number for each in self.references if each.qualifier == qualifier and each.number.strip()), "")

    def coded(self, *lists: str) -> tuple[str, ...]:
        """Returns the codes (FTX) of these EDItEUR lists."""
        return tuple(each.code for each in self.remarks if each.list in lists and each.code.strip())


def _best_first(numbers: list[Number]) -> tuple[Number, ...]:
    usable = [number for number in numbers if number.value.strip() and number.type in _BOOK_TYPES]
    return tuple(sorted(usable, key=lambda number: _BOOK_TYPES.index(number.type)))


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of every trade message: everything before its lines."""

    document: Document = one(DOCUMENT)
    dates: tuple[Date, ...] = many(DATE)
    amounts: tuple[Amount, ...] = many(AMOUNT, without=codes.TOTALS)
    remarks: tuple[Remark, ...] = many(REMARK)
    references: tuple[Reference, ...] = many(REFERENCE)
    parties: tuple[Party, ...] = many(PARTY)
    taxes: tuple[Tax, ...] = many(TAX)
    currencies: tuple[Currencies, ...] = many(CURRENCIES)
    terms: tuple[Terms, ...] = many(TERMS)
    transports: tuple[Transport, ...] = many(TRANSPORT)
    splits: tuple[Split, ...] = many(SPLIT)
    charges: tuple[Charge, ...] = many(CHARGE)

    def date(self, qualifier: str) -> Date | None:
        """Returns the first date (DTM) with this qualifier."""
        return next((each for each in self.dates if each.qualifier == qualifier), None)

    def reference(self, qualifier: str) -> str:
        """Returns the first non-empty reference (RFF) with this qualifier, or ""."""
        return next((each.number for each in self.references if each.qualifier == qualifier and each.number.strip()), "")

    def party(self, *qualifiers: str) -> Party | None:
        """Returns the first party of the first qualifier that the message has."""
        return next((each for kind in qualifiers for each in self.parties if each.qualifier == kind), None)

    def coded(self, *lists: str) -> tuple[str, ...]:
        """Returns the codes (FTX) of these EDItEUR lists."""
        return tuple(each.code for each in self.remarks if each.list in lists and each.code.strip())

    @property
    def currency(self) -> str:
        """The reference currency (CUX 6345), or ""."""
        return next((each.code for each in self.currencies if each.code), "")

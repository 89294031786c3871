"""An ONIX product record, as far as an order needs it. Codes are ONIX's own (the list numbers are given at the fields)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Contributor:
    """One role of a contributor: list 17 (A01 author, B01 editor), the name as given, and the inverted form if any."""

    role: str
    name: str
    inverted: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """A price: type of list 58 (02 recommended retail price with tax), amount, ISO 4217 currency, and the days it is valid."""

    type: str
    amount: Decimal
    currency: str
    valid_from: date | None = None
    valid_until: date | None = None  # inclusive


@dataclass(frozen=True, slots=True)
class Product:
    """One product record. A text is empty where the record does not state it, which a block update (notification 04) may do."""

    reference: str
    notification: str  # list 1; 04 is a block update, 05 a deletion
    isbn: str  # as given: the first that is an ISBN of ISBN-13, GTIN-13, ISBN-10 and the other GTINs, else the first of them
    title: str
    subtitle: str
    contributors: tuple[Contributor, ...]  # by their SequenceNumber
    publisher: str
    published: str  # ISO date, year-month or year; other words as given
    form: str  # list 150 (list 7 in 2.1), such as BC
    prices: tuple[Price, ...]

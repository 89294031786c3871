"""An ONIX product record, as far as an order needs it. Codes are ONIX's own (the list numbers are given at the fields)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Contributor:
    """A contributor: role of list 17 (A01 author, B01 editor), the name as given, and its inverted form where there is one."""

    role: str
    name: str
    inverted: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """A price: type of list 58 (02 recommended retail price with tax), amount, ISO 4217 currency."""

    type: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Product:
    """One product record. A text is empty where the record lacks it."""

    reference: str
    notification: str  # list 1; 05 is a deletion
    isbn: str  # as given: ISBN-13, else GTIN-13, else ISBN-10
    title: str
    subtitle: str
    contributors: tuple[Contributor, ...]
    publisher: str
    published: str  # ISO date, year-month or year
    form: str  # list 150, such as BC
    prices: tuple[Price, ...]

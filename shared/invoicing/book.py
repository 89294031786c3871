"""The part of the order book that invoices are matched with: lines, copies, and their charges. Amounts in minor units. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.which_copy import Marks

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of a copy that was not credited in full; `balance` is what is left of it."""

    entry_id: UUID
    invoice_id: UUID
    invoice_number: str
    currency: str
    balance: int


@dataclass(frozen=True, slots=True)
class BookedCopy:
    """One copy of the order book, with its current charge, if any."""

    copy_id: UUID
    copy_number: int
    branch: str
    state: CopyState
    barcode: str | None = None
    charge: Charge | None = None
    fund: str = ""
    sequence: str = ""
    # Refused or cancelled, if the copy was so when its goods came all the same.
    given_up_as: CopyState | None = None
    # The branches that it was for until they closed, the first one first.
    former: tuple[str, ...] = ()

    @property
    def marks(self) -> Marks:
        """What the copy can be recognised by in a supplier's document."""
        return Marks(self.copy_number, self.branch, self.fund, self.sequence, self.barcode, self.former)


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One ordered line with all its copies, by their numbers. `price` is the list price the council expects to pay."""

    line_key: str
    order_id: UUID
    order_number: str
    isbn: str
    price: Money | None
    copies: tuple[BookedCopy, ...]
    substitute_isbn: str | None = None

    @property
    def isbns(self) -> tuple[str, ...]:
        """The books that may be charged on the line: the ordered one, and the substitute that the supplier announced."""
        return (self.isbn, self.substitute_isbn) if self.substitute_isbn else (self.isbn,)


@dataclass(frozen=True)
class Book:
    """The lines of one council and supplier that an invoice may be about, indexed: an invoice may have thousands of lines."""

    lines: tuple[BookedLine, ...]

    def with_key(self, line_key: str | None) -> list[BookedLine]:
        """Returns the line with a line key, if there is one."""
        return self._by_key.get(line_key, [])

    def of_order(self, order_number: str | None, isbn: str) -> list[BookedLine]:
        """Returns the lines of an order for one ISBN-13."""
        return self._by_order.get((order_number, isbn), [])

    def with_barcodes(self, barcodes: Iterable[str]) -> list[BookedLine]:
        """Returns the lines whose copies have these barcodes."""
        owning = [line for barcode in barcodes for line in self._by_barcode.get(barcode, [])]
        return list({line.line_key: line for line in owning}.values())

    @cached_property
    def _by_key(self) -> dict[str | None, list[BookedLine]]:
        return _grouped((line.line_key, line) for line in self.lines)

    @cached_property
    def _by_order(self) -> dict[tuple[str | None, str], list[BookedLine]]:
        return _grouped(((line.order_number, isbn), line) for line in self.lines for isbn in line.isbns)

    @cached_property
    def _by_barcode(self) -> dict[str | None, list[BookedLine]]:
        return _grouped((copy.barcode, line) for line in self.lines for copy in line.copies)


def _grouped(lines: Iterable[tuple[Key, BookedLine]]) -> dict[Key, list[BookedLine]]:
    groups: dict[Key, list[BookedLine]] = {}
    for key, line in lines:
        groups.setdefault(key, []).append(line)
    return groups

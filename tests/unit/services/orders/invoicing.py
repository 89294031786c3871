"""Invoices and books to match them with, for tests of the matching."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.orders.domain.invoices.ledger import CostEntry, entries_of
from shared.contracts.base import Money
from shared.contracts.invoices import Cost, InvoicedCharge, InvoicedLine, TaxAtRate
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference
from shared.invoicing.book import Book, BookedCopy, BookedLine, Charge
from shared.invoicing.document import Document
from shared.invoicing.matching import DEFAULT_TERMS, Matching, match

ISBN, OTHER_ISBN = "9780141439518", "9780141439600"
LINE_KEY = "SB-1"


def cost(net: int = 800, **parts: int) -> Cost:
    """A copy's cost: its list price is the net price unless `list_price` and `discount` are given."""
    return Cost(**{"list_price": net, "net": net, **parts})


def copies(*states: CopyState, branches: str = "ABCDEFGH") -> tuple[BookedCopy, ...]:
    """Copies with numbers from 1, one per state, each for a branch of its own."""
    return tuple(BookedCopy(UUID(int=n), n, branches[n - 1], state, f"B{n}") for n, state in enumerate(states, start=1))


def booked(*held: BookedCopy, key: str = LINE_KEY, isbn: str = ISBN, price: int | None = None) -> BookedLine:
    """A line of order PO-1."""
    return BookedLine(key, UUID(int=99), "PO-1", isbn, None if price is None else Money(minor=price), held)


def line(quantity: int = 1, *, net: int = 800, number: int = 1, **fields: object) -> InvoicedLine:
    """An invoice's line that names its line key unless `fields` give another."""
    costs = tuple(cost(net) for _ in range(quantity))
    given = {"line_number": number, "line_key": LINE_KEY, "quantity": quantity, "costs": costs}
    return InvoicedLine.model_validate({**given, **fields})


def document(
    *lines: InvoicedLine,
    total: int | None = None,
    number: str = "INV-1",
    credit: bool = False,
    credits_invoice: str | None = None,
    charges: tuple[InvoicedCharge, ...] = (),
    taxes: tuple[TaxAtRate, ...] = (),
) -> Document:
    """An invoice whose total is right unless it is given."""
    together = sum(part.total for one in lines for part in one.costs) + sum(charge.total for charge in charges)
    given = together if total is None else total
    return Document("national", number, credit, credits_invoice, date(2026, 11, 24), "GBP", given, (), lines, charges, taxes)


def ref(number: int | None = None, *, branch: str | None = None, barcode: str | None = None) -> CopyReference:
    """A supplier's reference to a copy."""
    return CopyReference(copy_number=number, branch=branch, barcode=barcode)


def codes(matching: Matching) -> list[str]:
    """The codes of the queries."""
    return [query.code.value for query in matching.queries]


def numbers(matching: Matching) -> list[int]:
    """The numbers of the copies that are charged or credited."""
    return [share.copy.copy_number for one in matching.lines for share in one.shares]


class Ledger:
    """A book that keeps what was charged, as the database does."""

    def __init__(self, lines: Sequence[BookedLine]) -> None:
        self.lines = list(lines)
        self.entries: list[CostEntry] = []

    @property
    def book(self) -> Book:
        """The lines as the next invoice finds them."""
        return Book(tuple(self.lines))

    def copies(self) -> list[BookedCopy]:
        """All copies of all lines."""
        return [copy for one in self.lines for copy in one.copies]

    def costs_of(self, copy: BookedCopy) -> int:
        """What a copy costs by all its entries."""
        return sum(entry.total for entry in self.entries if entry.copy_id == copy.copy_id)

    def count(self, of: Document) -> tuple[Matching, list[CostEntry]]:
        """Matches a document and makes it count, as it does without queries or when a person accepts it."""
        matching = match(of, self.book, DEFAULT_TERMS)
        entries = entries_of(of, matching)
        self.entries += entries
        self.lines = [replace(one, copies=tuple(self._after(copy, of, entries) for copy in one.copies)) for one in self.lines]
        return matching, entries

    def _after(self, copy: BookedCopy, of: Document, entries: Sequence[CostEntry]) -> BookedCopy:
        for entry in entries:
            if entry.copy_id == copy.copy_id and entry.reverses is None:
                assert copy.charge is None, "charged twice"
                copy = replace(copy, charge=Charge(entry.entry_id, UUID(int=7), of.invoice_number, of.currency, entry.total))
            elif entry.copy_id == copy.copy_id:
                assert copy.charge is not None
                assert entry.reverses == copy.charge.entry_id
                left = copy.charge.balance + entry.total
                assert left >= 0, "more was given back than was charged"
                assert entry.settles is (left == 0)
                copy = replace(copy, charge=None if entry.settles else replace(copy.charge, balance=left))
        return copy

"""A library's own book of what it ordered: what became of each copy as far as this system understood. Pure.

It is filled by what the system read and by what its staff scanned, never by asking the other side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from local.simulators.library.basket import Basket


class CopyState(StrEnum):
    """What the library knows of a copy."""

    ORDERED = "ordered"
    CANCELLED = "cancelled"
    RECEIVED = "received"


@dataclass(eq=False)
class OwnCopy:
    """One copy on order. `pence`: what its invoice charged; None before."""

    branch: str
    state: CopyState = CopyState.ORDERED
    barcode: str = ""
    pence: int | None = None


@dataclass
class OwnLine:
    """One line on order. `reference` is what the system writes in RFF+LI; `notes` are the reports that staff read."""

    order: int
    position: int
    reference: str
    isbn: str
    copies: list[OwnCopy]
    notes: list[str] = field(default_factory=list)
    expected: str = ""

    def open_copies(self) -> list[OwnCopy]:
        """Returns the copies that are still awaited, oldest first."""
        return [copy for copy in self.copies if copy.state is CopyState.ORDERED]


@dataclass
class Ledger:
    """Lines by reference, invoices by number, titles quoted, what could not be used, and how often staff put it right."""

    lines: dict[str, OwnLine] = field(default_factory=dict)
    invoices: dict[str, int] = field(default_factory=dict)
    quoted: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    put_right: int = 0

    def note_ordered(self, basket: Basket, references: Iterable[str]) -> None:
        """Enters a basket that is being sent. `references`: one for each line, as its file has them."""
        for position, (line, reference) in enumerate(zip(basket.lines, references, strict=True), start=1):
            copies = [OwnCopy(wanted.branch) for wanted in line.copies]
            self.lines[reference] = OwnLine(basket.number, position, reference, line.book.isbn, copies)

    def of_order(self, number: int) -> list[OwnLine]:
        """Returns the lines of one order."""
        return [line for line in self.lines.values() if line.order == number]

    def copies(self) -> Iterator[OwnCopy]:
        """Yields all copies."""
        for line in self.lines.values():
            yield from line.copies

    def scan(self, order: int, isbn: str, branch: str, barcode: str) -> bool:
        """Receives a book that a branch unpacked: by its barcode if known, else the oldest copy awaited there; False if none.

        `order` is the number on its slip. Where the system cancelled a copy here instead of one elsewhere, staff put it right.
        """
        lines = [line for line in self.of_order(order) if line.isbn == isbn]
        awaited = [copy for line in lines for copy in line.open_copies() if copy.branch == branch]
        known = [copy for copy in awaited if copy.barcode == barcode]
        for copy in [*known, *(copy for copy in awaited if not copy.barcode), *awaited][:1]:
            copy.state, copy.barcode = CopyState.RECEIVED, copy.barcode or barcode
            return True
        if any(_put_right(line, branch, barcode) for line in lines):
            self.put_right += 1
            return True
        self.complaints.append(f"{branch} unpacked {isbn} ({barcode}), for which no line of order {order} is open")
        return False


def _put_right(line: OwnLine, branch: str, barcode: str) -> bool:
    """Receives a book for a branch whose copy was cancelled, and cancels an open one instead; returns whether there is one."""
    wrong = next((copy for copy in line.copies if copy.branch == branch and copy.state is CopyState.CANCELLED), None)
    instead = next(iter(line.open_copies()), None)
    if wrong is None or instead is None:
        return False
    wrong.state, wrong.barcode, instead.state = CopyState.RECEIVED, barcode, CopyState.CANCELLED
    wrong.pence, instead.pence = instead.pence, wrong.pence
    return True

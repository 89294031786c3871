"""Compares the libraries' own ledgers with the order book, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from local.demo.reckoning import GIVEN_UP, MOVING, RECEIVED, CopyNow
from local.lms.orders import CopyKey
from local.lms.sourcing import NATIONAL
from local.simulators.library.files import Name
from local.simulators.library.ledger import CopyState, OwnLine
from local.simulators.library.library import Library

Book = Mapping[CopyKey, CopyNow]


def order_number(library: Library, number: int) -> str:
    """Returns the number of an order as its system writes it."""
    return f"{number:011d}" if library.system.name is Name.KOHA else str(number)


def differences(library: Library, book: Book) -> list[str]:
    """Returns what the library believes and the order book does not, or the other way round, in words; empty at the end."""
    return [text for line in library.ledger.lines.values() for text in _differences(library, line, _in_book(library, line, book))]


def _in_book(library: Library, line: OwnLine, book: Book) -> list[tuple[str, CopyNow]]:
    number = order_number(library, line.order)
    return [(key.branch, now) for key, now in book.items() if (key.order_number, key.line_number) == (number, line.position)]


def _differences(library: Library, line: OwnLine, copies: Sequence[tuple[str, CopyNow]]) -> Iterator[str]:
    name = f"{library.system.name} {line.reference}"
    if Counter(copy.branch for copy in line.copies) != Counter(branch for branch, _ in copies):
        yield f"{name}: ordered for {[copy.branch for copy in line.copies]}, in the book for {[branch for branch, _ in copies]}"
        return
    if moving := [now.state for _, now in copies if now.state in MOVING]:
        yield f"{name}: still {moving}"
    received = Counter(branch for branch, now in copies if now.state == RECEIVED)
    own = Counter(copy.branch for copy in line.copies if copy.state is CopyState.RECEIVED)
    if received != own:
        yield f"{name}: received at {dict(own)}, in the book at {dict(received)}"
    yield from _charges(name, line, copies)
    yield from _refusals(library, name, line, copies)


def _charges(name: str, line: OwnLine, copies: Sequence[tuple[str, CopyNow]]) -> Iterator[str]:
    """The bookseller invoices what it sent; the consortium charges its members in another way."""
    charged = sum(copy.pence is not None for copy in line.copies)
    sold = sum(now.state == RECEIVED and now.supplier == NATIONAL for _, now in copies)
    if charged != sold:
        yield f"{name}: {charged} copies invoiced, {sold} received from the bookseller"


def _refusals(library: Library, name: str, line: OwnLine, copies: Sequence[tuple[str, CopyNow]]) -> Iterator[str]:
    """Koha can cancel a line as a whole alone, Evergreen any number of copies, and FOLIO learns of neither.

    Koha's lines that two suppliers serve are not compared: each answers for its part, and neither part is the whole line.
    """
    refused = sum(now.state in GIVEN_UP for _, now in copies)
    cancelled = sum(copy.state is CopyState.CANCELLED for copy in line.copies)
    name_of, parts = library.system.name, {now.supplier for _, now in copies}
    shown = {Name.KOHA: refused if refused == len(copies) else 0, Name.EVERGREEN: refused, Name.FOLIO: 0}
    if cancelled != shown[name_of] and not (name_of is Name.KOHA and len(parts) > 1):
        yield f"{name}: {cancelled} copies cancelled, {refused} of {len(copies)} refused in the book"

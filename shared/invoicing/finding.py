"""Finds the ordered line that an invoice's line is about: by line key, else by order number and ISBN, else by barcode. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.invoices import InvoicedLine, InvoiceQuery, QueryCode
from shared.invoicing.book import Book, BookedLine
from shared.values import article_number_or_none
from shared.which_copy import lines_with

_NAMELESS = "the line, which names neither order nor book"


class FoundBy(StrEnum):
    """How the ordered line of an invoice's line was found."""

    LINE_KEY = "line_key"
    ORDER_AND_ISBN = "order_and_isbn"
    BARCODE = "barcode"


@dataclass(frozen=True, slots=True)
class Found:
    """An ordered line and how it was found."""

    line: BookedLine
    by: FoundBy


def find_line(book: Book, line: InvoicedLine) -> Found | InvoiceQuery:
    """Returns the one ordered line that an invoice's line is about, or the query that says why there is none. Never guesses."""
    isbn = isbn_of(line)
    barcodes = [reference.barcode for reference in line.copies if reference.barcode]
    ways = (
        (FoundBy.LINE_KEY, book.with_key(line.line_key)),
        (FoundBy.ORDER_AND_ISBN, book.of_order(line.order_number, isbn)),
        (FoundBy.BARCODE, book.with_barcodes(barcodes)),
    )
    for by, candidates in ways:
        if candidates:
            return _only(lines_with(line.copies, candidates, lambda each: each.copies), by, line, isbn)
    return InvoiceQuery(code=QueryCode.UNKNOWN_LINE, text=_references(line), line_number=line.line_number)


def isbn_of(line: InvoicedLine) -> str:
    """Returns the ISBN-13 of an invoice's line, or the EAN of what is no book; empty where it gives neither."""
    return article_number_or_none(line.isbn) or ""


def _only(candidates: Sequence[BookedLine], by: FoundBy, line: InvoicedLine, isbn: str) -> Found | InvoiceQuery:
    first = candidates[0]
    if len(candidates) > 1:
        keys = ", ".join(sorted(candidate.line_key for candidate in candidates))
        text = f"several ordered lines match: {keys}"
    elif isbn and isbn not in first.isbns:
        # A cut or reused reference leads to a line of another book. Only a person can decide.
        text = f"{by.replace('_', ' ')} leads to line {first.line_key} for {first.isbn}, but {isbn} is charged"
    else:
        return Found(first, by)
    return InvoiceQuery(code=QueryCode.AMBIGUOUS, text=text, line_number=line.line_number)


def _references(line: InvoicedLine) -> str:
    given = [f"line {line.line_key}"] if line.line_key else []
    given += [f"order {line.order_number}"] if line.order_number else []
    given += [f"ISBN {line.isbn}"] if line.isbn else _names(line)
    return f"no line ordered from this supplier matches {', '.join(given) or _NAMELESS}"


def _names(line: InvoicedLine) -> list[str]:
    """Returns what people can tell a line by that names neither order nor book: its title, and what the supplier calls it."""
    theirs = line.supplier_references.in_words() if line.supplier_references else ""
    return [name for name in (f"{line.title!r}" if line.title else "", theirs) if name]

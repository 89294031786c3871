"""The bookseller's catalogue and record requests as texts, and the ONIX message that answers a request. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from local.simulators.bookseller.chance import pick, share
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.titles import book_of
from local.simulators.feeds.book import Book, Bookseller
from local.simulators.feeds.onix import beginning, ending, product, written
from local.simulators.feeds.spoil import OnixWay, spoiled_product

Row = Mapping[str, str]

# A reader can still take the record, and has something to say about it.
_WAYS = {way.name: way for way in (OnixWay.CONTROL_CHARACTER, OnixWay.UNDECLARED_ENTITY, OnixWay.IMPOSSIBLE_DATE)}


def read_catalogue(text: str) -> dict[str, Row]:
    """Returns rows by ISBN, in the order of the file. Columns are found by their headings; `titles` knows their meaning."""
    return {row["isbn"].strip(): row for row in csv.DictReader(io.StringIO(text)) if row.get("isbn")}


def read_request(body: bytes) -> list[str]:
    """Returns the ISBNs of a request, without its heading."""
    lines = [line.strip() for line in body.decode("ascii", "replace").splitlines()]
    return [line for line in lines if line and line != "isbn"]


def seller(options: Options) -> Bookseller:
    """Returns who sends the records."""
    return Bookseller(options.dialect.name, options.dialect.name.split()[0].lower())


def book(options: Options, row: Row) -> Book:
    """Returns the book of a row; of some rows only what a brief record states."""
    return book_of(row, options.seed, brief=share(options.seed, row["isbn"], "brief") < options.proportions.brief_record)


def onix(options: Options, rows: Iterable[Row], sent_at: datetime) -> bytes:
    """Returns an ONIX 3.0 message with reference tags; some products are spoiled."""
    by = seller(options)
    products = [_product(options, row, by) for row in rows]
    return b"".join([beginning(by.name, sent_at=f"{sent_at:%Y%m%dT%H%M%SZ}"), *products, ending()])


def _product(options: Options, row: Row, by: Bookseller) -> bytes:
    sound = written(product(book(options, row), by=by))
    if share(options.seed, row["isbn"], "spoiled") >= options.proportions.spoiled_record:
        return sound
    return spoiled_product(sound, _WAYS[pick(tuple(_WAYS), options.seed, row["isbn"], "way")])

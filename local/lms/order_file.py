"""Reads a council's order file: CSV, one row per line and branch. Reports all faults of a file at once. Uses no HTTP."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from local.lms.orders import Copies, Line, Order
from shared.money import to_minor
from shared.values import InvalidValue, to_isbn13

COLUMNS = (
    "order_number", "line_number", "isbn", "title", "author", "material", "branch", "fund", "sequence", "shelfmark",
    "servicing", "quantity", "price",
)  # fmt: skip
# Columns that must be equal in all rows of one order line.
_OF_LINE = ("isbn", "title", "author", "material", "price")
_ORDER_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,34}")
_BRANCH = re.compile(r"[A-Z0-9]{2,10}")
_PRICE = re.compile(r"\d{1,5}\.\d\d")
_LARGEST_LINE_NUMBER = 9_999
_LARGEST_QUANTITY = 200
_MOST_SHOWN = 40

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """One fault in a file. `line` is the line in the file, 1 for the header."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.text}" if self.column else f"line {self.line}: {self.text}"


class BadOrderFile(Exception):
    """The file cannot be used; `faults` lists everything that is wrong."""

    def __init__(self, path: Path, faults: Sequence[FileFault]) -> None:
        self.faults = tuple(sorted(faults))
        shown = [str(fault) for fault in self.faults[:_MOST_SHOWN]]
        if len(self.faults) > _MOST_SHOWN:
            shown.append(f"and {len(self.faults) - _MOST_SHOWN} more")
        super().__init__("\n  ".join([f"{path} cannot be used:", *shown]))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file. `line_facts` are the values that all rows of a line repeat: isbn, title, author, material, price."""

    at: int
    order_number: str
    line_number: int
    line_facts: tuple[str, str, str, str, int | None]
    copies: Copies


def read_orders(path: Path) -> tuple[Order, ...]:
    """Returns the orders of a file, in its order. Raises BadOrderFile, or OSError if it cannot be opened."""
    faults: list[FileFault] = []
    rows = list(_rows(_records(path), faults))
    if not faults:
        faults += _contradictions(rows)
    if not faults and not rows:
        faults.append(FileFault(2, "", "the file has no order; add at least one row below the header"))
    if faults:
        raise BadOrderFile(path, faults)
    return tuple(_orders(rows))


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """Returns line number and fields of every row that is not empty, the header first."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            return [(reader.line_num, [field.strip() for field in record]) for record in reader if any(record)]
    except UnicodeDecodeError as error:
        at = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadOrderFile(path, [FileFault(at, "", "not UTF-8 text; save the file as CSV in UTF-8")]) from error
    except csv.Error as error:
        raise BadOrderFile(path, [FileFault(reader.line_num, "", f"not CSV: {error}")]) from error


def _rows(records: Sequence[tuple[int, list[str]]], faults: list[FileFault]) -> Iterator[_Row]:
    at, header = records[0] if records else (1, [])
    faults += [FileFault(at, name, "the column is missing") for name in COLUMNS if name not in header]
    faults += [
        FileFault(at, name or "(no name)", "unknown column; local/demo/README.md lists the columns")
        for name in header
        if name not in COLUMNS
    ]
    faults += [FileFault(at, name, "the column occurs more than once") for name in COLUMNS if header.count(name) > 1]
    if faults:
        return
    for at, fields in records[1:]:
        if len(fields) != len(header):
            faults.append(FileFault(at, "", f"{len(fields)} fields, but the header has {len(header)}; quote fields with commas"))
            continue
        row = _read_row(at, dict(zip(header, fields, strict=True)), faults)
        if row is not None:
            yield row


def _read_row(at: int, fields: Mapping[str, str], faults: list[FileFault]) -> _Row | None:
    before = len(faults)

    def get(column: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(fields[column])
        except ValueError as error:
            faults.append(FileFault(at, column, str(error)))
            return otherwise

    row = _Row(
        at,
        get("order_number", _order_number, ""),
        get("line_number", _number_to(_LARGEST_LINE_NUMBER), 0),
        (get("isbn", to_isbn13, ""), fields["title"], fields["author"], get("material", _filled, ""), get("price", _pence, None)),
        Copies(
            branch=get("branch", _branch, ""),
            fund=get("fund", _filled, ""),
            sequence=fields["sequence"],
            shelfmark=fields["shelfmark"],
            servicing=tuple(fields["servicing"].split()),
            quantity=get("quantity", _number_to(_LARGEST_QUANTITY), 0),
        ),
    )
    return row if len(faults) == before else None


def _contradictions(rows: Sequence[_Row]) -> Iterator[FileFault]:
    """Yields rows that differ from an earlier row of the same line, and titles on two lines of one order."""
    first_of_line: dict[tuple[str, int], _Row] = {}
    first_of_title: dict[tuple[str, str], _Row] = {}
    for row in rows:
        first = first_of_line.setdefault((row.order_number, row.line_number), row)
        for column, this, that in zip(_OF_LINE, row.line_facts, first.line_facts, strict=True):
            if this != that:
                yield FileFault(row.at, column, f"differs from line {first.at}, which is for the same order line")
        title = first_of_title.setdefault((row.order_number, row.line_facts[0]), row)
        if title.line_number != row.line_number:
            yield FileFault(row.at, "isbn", f"the order already has this title, in line {title.at}; give it the same line_number")


def _orders(rows: Sequence[_Row]) -> Iterator[Order]:
    orders: dict[str, dict[int, list[_Row]]] = {}
    for row in rows:
        orders.setdefault(row.order_number, {}).setdefault(row.line_number, []).append(row)
    for number, lines in orders.items():
        yield Order(number, tuple(_line(line_number, of_line) for line_number, of_line in lines.items()))


def _line(number: int, rows: Sequence[_Row]) -> Line:
    isbn, title, author, material, pence = rows[0].line_facts
    return Line(number, isbn, title, author, material, pence, tuple(row.copies for row in rows))


def _order_number(text: str) -> str:
    if not _ORDER_NUMBER.fullmatch(text):
        raise InvalidValue(
            f"{text!r} is not an order number: use 1 to 35 letters, digits, spaces and ./_-, first a letter or digit"
        )
    return text


def _branch(text: str) -> str:
    if not _BRANCH.fullmatch(text):
        raise InvalidValue(f"{text!r} is not a branch code: use 2 to 10 capital letters and digits")
    return text


def _filled(text: str) -> str:
    if not text:
        raise InvalidValue("is empty; fill it in")
    return text


def _number_to(largest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= largest):
            raise InvalidValue(f"{text!r} is not a whole number from 1 to {largest}")
        return int(text)

    return read


def _pence(text: str) -> int | None:
    if not text:
        return None
    if not _PRICE.fullmatch(text):
        raise InvalidValue(f"{text!r} is not a price in pounds and pence, such as 9.99")
    return to_minor(Decimal(text), "GBP")

"""Reads a council's order file: one row per line and branch. Reports all faults of a file at once. Uses no HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from local.lms.branches import BRANCHES, read_branches
from local.lms.orders import Copies, Line, Order
from local.lms.sheet import BadFile, FileFault, SheetRow, read_sheet
from shared.money import to_minor
from shared.values import InvalidValue, to_article_number, to_isbn13

COLUMNS = (
    "order_number", "line_number", "isbn", "title", "author", "material", "branch", "fund", "sequence", "shelfmark",
    "servicing", "quantity", "price",
)  # fmt: skip
# Columns that must be equal in all rows of one order line.
_OF_LINE = ("isbn", "title", "author", "material", "price")
_ORDER_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,34}")
# Spreadsheets leave out zeros at the end, and write the currency and the decimal sign of the computer's region.
_PRICE = re.compile(r"£?\s*(\d{1,5})(?:[.,](\d{1,2}))?")
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_LARGEST_LINE_NUMBER = 9_999
_LARGEST_QUANTITY = 200
_MOST_LINES = 5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file. `line_facts` are the values that all rows of a line repeat: isbn, title, author, material, price."""

    at: int
    order_number: str
    line_number: int
    line_facts: tuple[str, str, str, str, int | None]
    copies: Copies


def read_orders(path: Path, branches: Path = BRANCHES) -> tuple[Order, ...]:
    """Returns the orders of a file, in its order. `branches`: the file of the branches that may order.

    Raises BadFile, or OSError if a file cannot be opened.
    """
    known = read_branches(branches)
    sheet = read_sheet(path, COLUMNS)
    faults = [*sheet.faults, *_unknown_branches(sheet.rows, known)]
    rows = [row for row in (_read_row(row.at, row.fields, faults) for row in sheet.rows) if row is not None]
    if not faults:
        faults += _contradictions(rows)
    if not faults and not rows:
        faults.append(FileFault(2, "", "the file has no order; add at least one row below the header"))
    if faults:
        raise BadFile(path, faults)
    return tuple(_orders(rows))


def _unknown_branches(rows: Iterable[SheetRow], known: Collection[str]) -> Iterator[FileFault]:
    """Yields one fault for each code that is not known, with the lines that name it."""
    places: dict[str, list[int]] = {}
    for row in rows:
        if (code := row.fields["branch"]) and code not in known:
            places.setdefault(code, []).append(row.at)
    for code, (first, *others) in places.items():
        shown = [*map(str, others[:_MOST_LINES]), *(["..."] if others[_MOST_LINES:] else [])]
        more = f" (also in line {', '.join(shown)})" if others else ""
        advice = "correct it, or list your own branches in a file (BRANCHES=my-branches.csv)"
        yield FileFault(first, "branch", f"{code!r} is not a branch{more}; the branches are {', '.join(sorted(known))}; {advice}")


def _read_row(at: int, fields: Mapping[str, str], faults: list[FileFault]) -> _Row | None:
    before = len(faults)

    def get(column: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(fields[column])
        except ValueError as error:
            faults.append(FileFault(at, column, str(error)))
            return otherwise

    number = _isbn if fields["material"].lower() in ("", "book") else _article_number
    row = _Row(
        at,
        get("order_number", _order_number, ""),
        get("line_number", _number_to(_LARGEST_LINE_NUMBER), 0),
        (get("isbn", number, ""), fields["title"], fields["author"], get("material", _filled, ""), get("price", _pence, None)),
        Copies(
            branch=get("branch", _filled, ""),
            fund=get("fund", _filled, ""),
            sequence=fields["sequence"],
            shelfmark=fields["shelfmark"],
            servicing=tuple(fields["servicing"].split()),
            quantity=get("quantity", _number_to(_LARGEST_QUANTITY), 0),
        ),
    )
    return row if len(faults) == before else None


def _contradictions(rows: Sequence[_Row]) -> Iterator[FileFault]:
    """Yields rows that differ from an earlier row of the same line. One title may be on several lines: one per fund, say."""
    first_of_line: dict[tuple[str, int], _Row] = {}
    for row in rows:
        first = first_of_line.setdefault((row.order_number, row.line_number), row)
        for column, this, that in zip(_OF_LINE, row.line_facts, first.line_facts, strict=True):
            if this != that:
                yield FileFault(row.at, column, f"differs from line {first.at}, which is for the same order line")


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


def _isbn(text: str) -> str:
    return to_isbn13(_as_typed(text))


def _article_number(text: str) -> str:
    return to_article_number(_as_typed(text))


def _as_typed(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise InvalidValue(f"{text!r} is what a spreadsheet makes of an ISBN; format the column as text and enter it again")
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
    price = _PRICE.fullmatch(text)
    if price is None:
        raise InvalidValue(f"{text!r} is not a price in pounds and pence, such as 9.99")
    if not (minor := to_minor(Decimal(f"{price[1]}.{price[2] or 0}"), "GBP")):
        raise InvalidValue("is no price; leave it empty where the price is not known")
    return minor

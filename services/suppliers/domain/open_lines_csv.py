"""Reads a supplier's list of open lines from CSV, and says line by line how to correct what cannot be read. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from services.suppliers.contract import OpenLine
from services.suppliers.domain.matching import LARGEST_QUANTITY
from shared.errors import DomainError, Fault, Kind
from shared.texts import has_nul

COLUMNS: Mapping[str, str] = {
    "line_key": "our key of the line",
    "order_number": "the council's number of the order",
    "isbn": "the book, ISBN-13 or ISBN-10",
    "quantity": "copies still to come; empty where the supplier does not say",
    "status_code": "order line status, EDItEUR list 12B; may be empty",
}
MOST_LINES = 50_000

_DELIMITERS = (",", ";", "\t")
_MOST_FAULTS = 50
_LONGEST = 100


def read_csv(body: bytes) -> tuple[OpenLine, ...]:
    """Returns the lines of a CSV file with a header row. Raises DomainError (422) naming line and column of each fault."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise _refused([Fault(f"/{line}", "not-utf-8", f"line {line} is not UTF-8; save the file as CSV UTF-8")]) from error
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[Fault] = []
    lines: list[OpenLine] = []
    try:
        names = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
        _check_header(names)
        for cells in rows:
            if any(cell.strip() for cell in cells):
                lines.append(_line(cells, names, rows.line_num, faults))
            if len(faults) >= _MOST_FAULTS or len(lines) > MOST_LINES:
                break
    except csv.Error as error:
        faults.append(Fault(f"/{rows.line_num}", "not-csv", f"line {rows.line_num}: {error}; check its quotation marks"))
    if len(lines) > MOST_LINES:
        faults.append(Fault(f"/{rows.line_num}", "too-many", f"more than {MOST_LINES} lines; send them in several files"))
    if faults:
        raise _refused(faults)
    return tuple(lines)


def _check_header(names: Sequence[str]) -> None:
    found = ", ".join(name for name in names if name) or "nothing"
    if "line_key" not in names and "isbn" not in names:
        wanted = "a column `isbn` with `order_number`, or `line_key`"
        raise _refused([Fault("/1", "no-such-column", f"line 1 needs {wanted}; it has {found}: rename or add columns")])
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise _refused([Fault("/1", "column-twice", f"line 1 has the column {twice[0]} twice; keep one")])


def _line(cells: Sequence[str], names: Sequence[str], number: int, faults: list[Fault]) -> OpenLine:
    values = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name in COLUMNS}

    def fault(column: str, code: str, text: str) -> None:
        faults.append(Fault(f"/{number}/{column}", code, f"line {number}, column {column}: {text}"))

    for column, value in values.items():
        if len(value) > _LONGEST or has_nul(value):
            fault(column, "not-a-reference", f"a value may have at most {_LONGEST} characters and no NUL")
    quantity = values.get("quantity", "")
    if quantity and not (quantity.isascii() and quantity.isdigit() and int(quantity[:9]) <= LARGEST_QUANTITY):
        text = f"{quantity[:_LONGEST]!r} is not a number of copies up to {LARGEST_QUANTITY}; write digits, or leave it empty"
        fault("quantity", "not-a-quantity", text)
        quantity = ""
    if not values.get("line_key") and not values.get("isbn"):
        fault("isbn" if "isbn" in names else "line_key", "names-nothing", "neither an ISBN nor a line key; fill in one")
    return OpenLine(
        line_key=values.get("line_key") or None,
        order_number=values.get("order_number") or None,
        isbn=values.get("isbn", ""),
        quantity=int(quantity) if quantity else None,
        status_code=values.get("status_code") or None,
    )


def _refused(faults: Sequence[Fault]) -> DomainError:
    more = f" ({len(faults)} faults)" if len(faults) > 1 else ""
    return DomainError("unreadable-list", f"The list cannot be read: {faults[0].detail}{more}.", Kind.INVALID, faults)

"""The council's branches as a file lists them. Uses no HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from local.lms.orders import Order
from local.lms.sheet import BadFile, FileFault, SheetRow, read_sheet
from shared.values import InvalidValue, check_gln

BRANCHES = Path(__file__).parent / "branches.csv"
"""The branches of the sample council."""

_COLUMNS = ("code", "name", "gln")
_CODE = re.compile(r"[A-Z0-9]{2,10}")

Branches = Mapping[str, dict[str, str]]
"""Branches by code, each in the form of the orders service."""


def read_branches(path: Path) -> Branches:
    """Returns the branches of a file (code,name,gln; the GLN may be empty). Raises BadFile, or OSError if it cannot be opened."""
    sheet = read_sheet(path, _COLUMNS)
    faults = [*sheet.faults, *_faults(sheet.rows)]
    if faults:
        raise BadFile(path, faults)
    return {row.fields["code"]: {column: text for column, text in row.fields.items() if text} for row in sheet.rows}


def _faults(rows: Iterable[SheetRow]) -> Iterator[FileFault]:
    lines: dict[str, int] = {}
    for row in rows:
        code, name, gln = (row.fields[column] for column in _COLUMNS)
        if not _CODE.fullmatch(code):
            yield FileFault(row.at, "code", f"{code!r} is not a branch code; use 2 to 10 capital letters and digits")
        if lines.setdefault(code, row.at) != row.at:
            yield FileFault(row.at, "code", f"{code!r} is on line {lines[code]} too; give each branch one line")
        if not name:
            yield FileFault(row.at, "name", "is empty; fill it in")
        if gln:
            yield from _gln_faults(row.at, gln)


def _gln_faults(at: int, gln: str) -> Iterator[FileFault]:
    try:
        check_gln(gln)
    except InvalidValue as error:
        yield FileFault(at, "gln", f"{error}; correct it, or leave it empty")


def branches_of(orders: Iterable[Order], path: Path) -> Branches:
    """Returns those branches of a file that the orders name, by code, sorted."""
    known = read_branches(path)
    codes = {part.branch for order in orders for line in order.lines for part in line.copies}
    return {code: known[code] for code in sorted(codes)}

"""Loads the titles that the consortium knows from a CSV file: one tuple per title, because a catalogue may be large."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Title(NamedTuple):
    """One row: isbn,title,author,publisher,year,binding,price (pounds, e.g. 12.99), and what else the consortium catalogued.

    `publisher` is the imprint, `house` its publisher. `contributors` are roles of ONIX list 17 with names as filed, separated by
    semicolons, as `headings` are. `series` has its number after a semicolon. `original` is the language translated from.
    """

    isbn: str
    title: str
    author: str
    publisher: str
    year: str
    binding: str
    price: str
    house: str = ""
    place: str = ""
    language: str = ""
    contributors: str = ""
    series: str = ""
    dewey: str = ""
    headings: str = ""
    ages: str = ""
    original: str = ""


def load_catalogue(path: Path | None) -> Mapping[str, Title]:
    """Returns titles by ISBN; none without a file. Raises ValueError when one of the first seven columns is missing."""
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        needed = (column for column in Title._fields if column not in Title._field_defaults)
        missing = [column for column in needed if column not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path} has no column {', '.join(missing)}")
        return {row["isbn"]: Title(*(row.get(column) or "" for column in Title._fields)) for row in rows}

"""Loads the titles that the consortium knows from a CSV file: one tuple per title, because a catalogue may be large."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Title(NamedTuple):
    """One row: isbn,title,author,publisher,year,binding,price (pounds, e.g. 12.99)."""

    isbn: str
    title: str
    author: str
    publisher: str
    year: str
    binding: str
    price: str


def load_catalogue(path: Path | None) -> Mapping[str, Title]:
    """Returns titles by ISBN; none without a file. Raises ValueError when a column is missing."""
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = [column for column in Title._fields if column not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path} has no column {', '.join(missing)}")
        return {row["isbn"]: Title(*(row[column] or "" for column in Title._fields)) for row in rows}


def record_of(title: Title) -> dict[str, object]:
    """Returns the record of a title as the consortium's JSON; the subtitle is the text after the first colon and space."""
    name, _, subtitle = title.title.partition(": ")
    pounds, _, pence = title.price.partition(".")
    price = {"minor": int(pounds) * 100 + int(f"{pence:0<2}"[:2]), "currency": "GBP"} if pounds.isdigit() else None
    return {
        "isbn": title.isbn,
        "title": name,
        "subtitle": subtitle,
        "author": title.author,
        "publisher": title.publisher,
        "published": title.year,
        "form": title.binding,
        "list_price": price,
    }

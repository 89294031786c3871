"""Orders for the tests: small ones, with many titles and branches, the same in every run."""

from __future__ import annotations

import csv
from pathlib import Path

from local.lms.branches import BRANCHES
from local.lms.orders import Copies, Line, Order
from local.simulators import CATALOGUE


def _column(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


ISBNS = _column(CATALOGUE, "isbn")
CODES = _column(BRANCHES, "code")
# Prefixes of order numbers, with the number of orders that each test places.
ORDERS = {"KILL": 24, "BROKER": 8, "DATABASE": 8, "CRASH": 15, "CLUSTER": 6, "FULL": 10, "CLOCK": 6}


def some_orders(prefix: str, count: int, *, lines: int = 1) -> list[Order]:
    """Returns `count` orders, numbered from 1 after the prefix.

    Each has `lines` titles, or one more, for one to three branches each.
    """
    return [_order(prefix, number, lines) for number in range(1, count + 1)]


def _order(prefix: str, number: int, count: int) -> Order:
    lines = tuple(_line(number, place) for place in range(1, 1 + count + number % 2))
    return Order(f"{prefix}-{number:04d}", lines)


def _line(number: int, place: int) -> Line:
    isbn = ISBNS[(7 * number + place) % len(ISBNS)]
    branches = [CODES[(number + place + step) % len(CODES)] for step in range(1 + number % 3)]
    copies = tuple(Copies(branch, "ADULT-FIC", "", "", ("BC",), 1 + (number + at) % 2) for at, branch in enumerate(branches))
    return Line(place, isbn, "", "", "childrens" if number % 5 == 0 else "book", 899, copies)

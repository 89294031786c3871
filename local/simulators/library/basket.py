"""What the staff of a library want to order, before any system writes it as a message. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from random import Random

_MOST_LINES = 4
_MOST_COPIES = 3
_SEQUENCES = ("AF", "ANF", "JF")
_FUNDS = ("ADULT-FIC", "ADULT-NF", "CHILDREN")


@dataclass(frozen=True, slots=True)
class Book:
    """One title, as the library's own record has it."""

    isbn: str
    title: str
    author: str
    publisher: str = ""
    year: str = ""
    pence: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One copy that is wanted: the branch it is for, and what its record already says."""

    branch: str
    fund: str
    sequence: str = ""
    shelfmark: str = ""
    item_type: str = "BK"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One title of a basket. `number` is the system's own, unique in it. All copies of one line are paid from one fund."""

    number: int
    book: Book
    copies: tuple[Wanted, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """A purchase order: `number` is the system's own."""

    number: int
    lines: tuple[BasketLine, ...]
    rush: bool = False


def books_of(catalogue: str) -> list[Book]:
    """Returns the books of a catalogue: text of CSV with isbn, title, author, publisher, year and price in pounds."""
    return [
        Book(row["isbn"], row["title"], row["author"], row["publisher"], row["year"], int(Decimal(row["price"]) * 100))
        for row in csv.DictReader(StringIO(catalogue))
    ]


def fill_baskets(
    books: Sequence[Book], branches: Sequence[str], count: int, *, seed: int, first: int = 4_211, own_copies: bool = True
) -> Iterator[Basket]:
    """Yields baskets with invented wishes; the same seed wishes the same. `first` is the number of the first.

    Without `own_copies`, each copy of a line is for another branch: such a system names branches without numbers of copies.
    """
    chance = Random(seed)
    line_number = first * 10
    for number in range(first, first + count):
        lines = []
        for book in chance.sample(books, chance.randint(1, _MOST_LINES)):
            line_number += 1
            lines.append(BasketLine(line_number, book, _copies(chance, book.author, branches, repeat=own_copies)))
        yield Basket(number, tuple(lines))


def _copies(chance: Random, author: str, branches: Sequence[str], *, repeat: bool) -> tuple[Wanted, ...]:
    count = chance.randint(1, _MOST_COPIES)
    chosen = chance.choices(branches, k=count) if repeat else chance.sample(branches, count)
    fund, sequence = chance.choice(_FUNDS), chance.choice(_SEQUENCES)
    shelfmark = f"{sequence} {author.rpartition(' ')[2][:3].upper()}"
    return tuple(Wanted(branch, fund, sequence, shelfmark) for branch in chosen)

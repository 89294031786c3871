"""Purchase orders of the LMS, and the keys of their copies. Pure; must not know files or HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class CopyKey(NamedTuple):
    """The key of a copy, the same in every run, unlike ids and line keys. `nth` counts from 1 within the branch."""

    order_number: str
    line_number: int
    branch: str
    nth: int

    def __str__(self) -> str:
        return f"{self.order_number}|{self.line_number}|{self.branch}|{self.nth}"


@dataclass(frozen=True, slots=True)
class Copies:
    """`quantity` copies for one branch and fund."""

    branch: str
    fund: str
    sequence: str
    shelfmark: str
    servicing: tuple[str, ...]
    quantity: int


@dataclass(frozen=True, slots=True)
class Line:
    """One title of an order. `pence` is the price of one copy, or None."""

    number: int
    isbn: str
    title: str
    author: str
    material: str
    pence: int | None
    copies: tuple[Copies, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase order."""

    number: str
    lines: tuple[Line, ...]


def copy_keys(orders: Iterable[Order]) -> list[CopyKey]:
    """Returns the keys of all copies in the orders."""
    return [
        key
        for order in orders
        for line in order.lines
        for key in number_copies(order.number, line.number, [part.branch for part in line.copies for _ in range(part.quantity)])
    ]


def number_copies(order_number: str, line_number: int, branches: Sequence[str]) -> list[CopyKey]:
    """Returns the keys of a line's copies. `branches`: the branch of each copy, in the order of copies."""
    seen: Counter[str] = Counter()
    keys = []
    for branch in branches:
        seen[branch] += 1
        keys.append(CopyKey(order_number, line_number, branch, seen[branch]))
    return keys

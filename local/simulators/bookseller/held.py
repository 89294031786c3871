"""The copies that the bookseller holds for a council: those still to be sent, and those already sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from local.simulators.bookseller.wire import WireCopy


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """One copy that was accepted or back ordered.

    `status`: of list 12B, where it is back ordered. `leaves`: when it is sent, in seconds since 1970; None for never.
    """

    line_key: str
    number: int
    branch: str
    buyer: str
    order_number: str
    position: int
    isbn: str
    status: str
    leaves: float | None


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One line at some moment: how many copies were ordered and sent, and which are still to come."""

    key: str
    order_number: str
    position: int
    isbn: str
    ordered: int
    sent: int
    waiting: tuple[WireCopy, ...]
    status: str

    @property
    def cancelled(self) -> int:
        """The number of copies that will not be sent."""
        return self.ordered - self.sent - len(self.waiting)


def held_lines(copies: Iterable[tuple[HeldCopy, int]], now: float) -> list[HeldLine]:
    """Returns the lines of copies that are sorted by line; each copy has the number of copies ordered on its line."""
    return [
        _line([copy for copy, _ in both], ordered, now)
        for (_, ordered), both in (
            (key, list(group)) for key, group in groupby(copies, key=lambda pair: (pair[0].line_key, pair[1]))
        )
    ]


def _line(copies: list[HeldCopy], ordered: int, now: float) -> HeldLine:
    first = copies[0]
    waiting = [copy for copy in copies if copy.leaves is None or copy.leaves > now]
    return HeldLine(
        key=first.line_key,
        order_number=first.order_number,
        position=first.position,
        isbn=first.isbn,
        ordered=ordered,
        sent=len(copies) - len(waiting),
        waiting=tuple(WireCopy(copy.number, copy.branch) for copy in waiting),
        status=next((copy.status for copy in waiting if copy.status), ""),
    )

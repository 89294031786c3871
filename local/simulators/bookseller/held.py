"""What the bookseller holds for a council: the copies it still owes, and those that have left. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from local.simulators.bookseller.wire import WireCopy


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """One copy that was accepted or back ordered.

    `status`: of list 12B, where it is back ordered. `leaves`: seconds of the epoch; none where it never does.
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
    """One line as it stands at some moment: how many copies were ordered and sent, and which are still to come."""

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
        """Copies that will not come."""
        return self.ordered - self.sent - len(self.waiting)


def held_lines(copies: Iterable[tuple[HeldCopy, int]], now: float) -> list[HeldLine]:
    """The lines of copies that stand together by line, each with how many copies of its line were ordered."""
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

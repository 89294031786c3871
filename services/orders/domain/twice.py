"""Warnings that a title is ordered twice: again, while copies of it from another order are still to come. Pure.

The order is placed all the same: a council may well want more copies. Titles are compared by ISBN-13, so that an ISBN-10 of the
same book is the same title.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from services.orders.domain.contracts import ContractCode
from services.orders.domain.placing import AskedOrder, PlacedOrder
from shared.wording import counted

_MOST_NAMED = 3


class Twice(StrEnum):
    """For whom copies of the title are on the way already."""

    BRANCH = "open-for-the-branch"
    COUNCIL = "open-for-the-council"


class OrderWarning(BaseModel):
    """Something that the council may not have meant. `pointer` (RFC 6901) leads to the line of its request."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    code: Twice | ContractCode
    detail: str


@dataclass(frozen=True, slots=True)
class OpenCopies:
    """Copies of a title for one branch that an earlier order still waits for."""

    council: str
    isbn: str
    order_number: str
    supplier_id: str
    branch: str
    copies: int


class OpenTitles:
    """What is still to come of titles, by council and ISBN."""

    def __init__(self, known: Iterable[OpenCopies] = ()) -> None:
        self._known: defaultdict[tuple[str, str], list[OpenCopies]] = defaultdict(list)
        for each in known:
            self._known[each.council, each.isbn].append(each)

    def add(self, order: PlacedOrder) -> None:
        """Adds what a new order waits for."""
        for line in order.lines:
            for branch, copies in Counter(copy.branch.code for copy in line.copies).items():
                new = OpenCopies(order.council, line.isbn, order.order_number, line.supplier_id, branch, copies)
                self._known[order.council, line.isbn].append(new)

    def warnings_about(self, asked: AskedOrder, placed: PlacedOrder) -> tuple[OrderWarning, ...]:
        """Returns a warning for each line whose title other orders wait for; for the same branches, if any."""
        isbns = {line.asked.line_number: line.isbn for line in placed.lines}
        found = (
            _warning(
                index,
                isbns[line.line_number],
                {copy.branch for copy in line.copies},
                self._others(placed, isbns[line.line_number]),
            )
            for index, line in enumerate(asked.lines)
        )
        return tuple(warning for warning in found if warning is not None)

    def _others(self, placed: PlacedOrder, isbn: str) -> list[OpenCopies]:
        known = self._known.get((placed.council, isbn), ())
        return [other for other in known if other.order_number != placed.order_number]


def _warning(index: int, isbn: str, branches: set[str], others: Sequence[OpenCopies]) -> OrderWarning | None:
    if not others:
        return None
    same = [other for other in others if other.branch in branches]
    about = same or others
    total = sum(other.copies for other in about)
    are = "is" if total == 1 else "are"
    text = (
        f"{counted(total, 'copy')} of {isbn} {are} open already, {_where(about)}. "
        "The order was placed; cancel what is not wanted twice."
    )
    return OrderWarning(pointer=f"/lines/{index}", code=Twice.BRANCH if same else Twice.COUNCIL, detail=text)


def _where(about: Sequence[OpenCopies]) -> str:
    orders: dict[tuple[str, str], dict[str, None]] = {}
    for other in about:
        orders.setdefault((other.order_number, other.supplier_id), {})[other.branch] = None
    named = [
        f"for {_few(list(branches))} in order {number} ({supplier})" for (number, supplier), branches in sorted(orders.items())
    ]
    return _few(named)


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join([*names[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])

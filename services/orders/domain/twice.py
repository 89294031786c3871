"""Warnings that a title is ordered twice: again, while copies of it from another order are still to come. Pure.

The order is placed all the same: a council may well want more copies. Titles are compared by ISBN-13, so that an ISBN-10 of the
same book is the same title, and by work: another edition may do as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from services.orders.domain.asked import AskedOrder
from services.orders.domain.contracts import ContractCode
from services.orders.domain.placing import PlacedOrder
from services.orders.domain.rush import RushCode
from shared.wording import counted

_MOST_NAMED = 3


class Twice(StrEnum):
    """For whom copies of the title are on the way already, or of another edition of it."""

    BRANCH = "open-for-the-branch"
    COUNCIL = "open-for-the-council"
    EDITION_FOR_BRANCH = "edition-open-for-the-branch"
    EDITION_FOR_COUNCIL = "edition-open-for-the-council"


class OrderWarning(BaseModel):
    """Something that the council may not have meant. `pointer` (RFC 6901) leads to the part of its request that it is about."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(description="Leads to what it is about in the request (RFC 6901)", examples=["/lines/0"])
    code: Twice | ContractCode | RushCode = Field(description="What it warns of, for programs")
    detail: str = Field(
        description="The same for people, with the orders or days that it is about",
        examples=[
            "1 copy of 9780141439518 is open already, for IPSW in order SFK-2026-0031 (consortium). "
            "The order was placed; cancel what is not wanted twice."
        ],
    )


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
    """What is still to come of titles, by council and work. `works`: of each edition of a work that has several."""

    def __init__(self, known: Iterable[OpenCopies], works: Mapping[str, str]) -> None:
        self._works = works
        self._known: defaultdict[tuple[str, str], list[OpenCopies]] = defaultdict(list)
        for each in known:
            self._note(each)

    def add(self, order: PlacedOrder) -> None:
        """Adds what a new order waits for."""
        for line in order.lines:
            for branch, copies in Counter(copy.branch.code for copy in line.copies).items():
                self._note(OpenCopies(order.council, line.isbn, order.order_number, line.supplier_id, branch, copies))

    def _note(self, copies: OpenCopies) -> None:
        self._known[copies.council, self._works.get(copies.isbn, copies.isbn)].append(copies)

    def warnings_about(self, asked: AskedOrder, placed: PlacedOrder) -> tuple[OrderWarning, ...]:
        """Returns warnings for each line whose title other orders wait for: one of the title, one of its other editions.

        Each is about the same branches, if there are any of these.
        """
        isbns = {line.asked.line_number: line.isbn for line in placed.lines}
        found = (
            _warnings(
                f"/lines/{index}",
                isbns[line.line_number],
                {copy.branch for copy in line.copies},
                self._others(placed.council, placed.order_number, isbns[line.line_number]),
            )
            for index, line in enumerate(asked.lines)
        )
        return tuple(warning for of_line in found for warning in of_line)

    def warnings_of(self, council: str, order_number: str, isbn: str, branches: set[str]) -> tuple[OrderWarning, ...]:
        """Returns warnings for a substitute that was accepted for branches in an order. Their `pointer` is "": the request."""
        others = self._others(council, order_number, isbn)
        return tuple(_warnings("", isbn, branches, others, done="The substitute was accepted"))

    def _others(self, council: str, order_number: str, isbn: str) -> list[OpenCopies]:
        known = self._known.get((council, self._works.get(isbn, isbn)), ())
        return [other for other in known if other.order_number != order_number]


def _warnings(
    pointer: str, isbn: str, branches: set[str], others: Sequence[OpenCopies], *, done: str = "The order was placed"
) -> Iterator[OrderWarning]:
    if title := [other for other in others if other.isbn == isbn]:
        about = _nearest(title, branches)
        code = Twice.BRANCH if about.same_branch else Twice.COUNCIL
        yield OrderWarning(pointer=pointer, code=code, detail=_detail(isbn, about.copies, done))
    if editions := [other for other in others if other.isbn != isbn]:
        about = _nearest(editions, branches)
        named = list(dict.fromkeys(other.isbn for other in about.copies))
        kind = "another edition" if len(named) == 1 else "other editions"
        code = Twice.EDITION_FOR_BRANCH if about.same_branch else Twice.EDITION_FOR_COUNCIL
        text = _detail(f"{_few(named)}, {kind} of {isbn},", about.copies, done)
        yield OrderWarning(pointer=pointer, code=code, detail=text)


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Open copies for the branches of a line or, where there are none, for other branches of the council."""

    copies: Sequence[OpenCopies]
    same_branch: bool


def _nearest(others: Sequence[OpenCopies], branches: set[str]) -> _Nearest:
    same = [other for other in others if other.branch in branches]
    return _Nearest(same or others, bool(same))


def _detail(what: str, about: Sequence[OpenCopies], done: str) -> str:
    total = sum(other.copies for other in about)
    are = "is" if total == 1 else "are"
    return f"{counted(total, 'copy')} of {what} {are} open already, {_where(about)}. {done}; cancel what is not wanted twice."


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

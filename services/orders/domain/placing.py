"""Placing an order: the order as requested, all its faults at once, and its lines per supplier.

Pure. Uses only the document and the branches and sourcing rules that the caller passes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Money, Place
from shared.errors import Fault
from shared.ids import new_id, new_line_key
from shared.texts import Text
from shared.values import InvalidValue, to_isbn13

MOST_LINES = 500
MOST_COPIES_PER_LINE = 200
_ORDER_NUMBER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,34}$")

# Branch code and material -> supplier, or none where no rule covers them.
ChooseSupplier = Callable[[str, str], str | None]


ServicingCode = Annotated[Text, Field(max_length=20)]


class AskedCopy(BaseModel):
    """Copies for one branch and fund: `quantity` books with the same sequence, shelfmark and servicing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: Text = Field(examples=["IPSW"], max_length=20)
    fund: Text = Field(examples=["ADULT-FIC"], min_length=1, max_length=30)
    sequence: Text = Field(default="", max_length=30, description="Collection within the branch")
    shelfmark: Text = Field(default="", max_length=60)
    servicing: tuple[ServicingCode, ...] = Field(default=(), max_length=20, description="BIC servicing codes")
    quantity: int = 1


class AskedLine(BaseModel):
    """One title of an order as the LMS sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_number: int = Field(ge=1, le=9_999, description="The council's own line number, unique in the order")
    isbn: Text = Field(examples=["9780141439518"], description="ISBN-13 or ISBN-10, hyphens allowed", max_length=20)
    title: Text = Field(default="", max_length=500)
    author: Text = Field(default="", max_length=300)
    material: Text = Field(default="book", max_length=30)
    unit_price: Money | None = None
    copies: tuple[AskedCopy, ...]


class AskedOrder(BaseModel):
    """A purchase order as the LMS sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_number: Text = Field(examples=["SFK-2026-0042"], description="The council's own number, unique for ever", max_length=35)
    lines: tuple[AskedLine, ...]

    def fingerprint(self) -> bytes:
        """Returns a digest of the content: two orders with the same digest ask for the same copies."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()


@dataclass(frozen=True, slots=True)
class PlacedCopy:
    """A copy of a new order."""

    copy_id: UUID
    copy_number: int
    branch: Place
    asked: AskedCopy


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """The copies of one requested line that one supplier serves. A line is split if its branches have different suppliers."""

    line_key: str
    supplier_id: str
    isbn: str
    asked: AskedLine
    copies: tuple[PlacedCopy, ...]
    quote_reference: str = ""


@dataclass(frozen=True, slots=True)
class QuotedLines:
    """References that a supplier gave when it selected the titles, by line number of the order."""

    supplier_id: str = ""
    references: Mapping[int, str] = field(default_factory=dict)

    def reference(self, line: AskedLine, supplier_id: str) -> str:
        """Returns the reference of a line; empty for every supplier but the one that gave it."""
        return self.references.get(line.line_number, "") if supplier_id == self.supplier_id else ""


NOTHING_QUOTED = QuotedLines()


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was accepted into the order book."""

    order_id: UUID
    council: str
    order_number: str
    placed_at: datetime
    lines: tuple[PlacedLine, ...]


def faults_of(document: object, branches: Mapping[str, Place]) -> list[Fault]:
    """Returns a fault for each rule of the trade that `document` breaks, with a JSON pointer (RFC 6901).

    Takes the parsed JSON as it arrived, so that a malformed request gets all its other faults named too. Skips malformed
    parts: the schema has already named them.
    """
    if not isinstance(document, dict):
        return []
    return [*_number_faults(document.get("order_number")), *_lines_faults(document.get("lines"), branches)]


def _number_faults(number: object) -> Iterator[Fault]:
    if isinstance(number, str) and not _ORDER_NUMBER.match(number):
        yield Fault(
            "/order_number", "bad-order-number", "Use 1 to 35 letters, digits, spaces and ./_-; begin with a letter or digit."
        )


def _lines_faults(lines: object, branches: Mapping[str, Place]) -> Iterator[Fault]:
    if not isinstance(lines, list):
        return
    if not lines:
        yield Fault("/lines", "empty-order", "Order at least one line.")
    if len(lines) > MOST_LINES:
        yield Fault("/lines", "too-many-lines", f"An order has {MOST_LINES} lines at most; split it.")
    seen_isbns: dict[str, int] = {}
    seen_numbers: dict[object, int] = {}
    for index, line in enumerate(lines):
        if isinstance(line, dict):
            yield from _isbn_faults(line.get("isbn"), index, seen_isbns)
            yield from _line_number_faults(line.get("line_number"), index, seen_numbers)
            yield from _copies_faults(line.get("copies"), f"/lines/{index}/copies", branches)


def _isbn_faults(isbn: object, index: int, seen: dict[str, int]) -> Iterator[Fault]:
    if not isinstance(isbn, str):
        return
    pointer = f"/lines/{index}/isbn"
    try:
        isbn13 = to_isbn13(isbn)
    except InvalidValue as error:
        yield Fault(pointer, "bad-isbn", f"{error}.")
        return
    first = seen.setdefault(isbn13, index)
    if first != index:
        yield Fault(pointer, "duplicate-line", f"Line at /lines/{first} orders the same title; order all its copies there.")


def _line_number_faults(number: object, index: int, seen: dict[object, int]) -> Iterator[Fault]:
    if isinstance(number, int) and seen.setdefault(number, index) != index:
        yield Fault(f"/lines/{index}/line_number", "duplicate-line-number", f"Line at /lines/{seen[number]} has the same number.")


def _copies_faults(copies: object, pointer: str, branches: Mapping[str, Place]) -> Iterator[Fault]:
    if not isinstance(copies, list):
        return
    if not copies:
        yield Fault(pointer, "no-copies", "Name the branch of each copy; a line needs at least one copy.")
    total = 0
    for index, copy in enumerate(copies):
        if not isinstance(copy, dict):
            continue
        branch = copy.get("branch")
        if isinstance(branch, str) and branch not in branches:
            yield Fault(f"{pointer}/{index}/branch", "unknown-branch", f"No branch {branch!r}; see GET /v1/branches.")
        quantity = copy.get("quantity", 1)
        if isinstance(quantity, int):
            total += quantity
            if not 1 <= quantity <= MOST_COPIES_PER_LINE:
                yield Fault(f"{pointer}/{index}/quantity", "absurd-quantity", f"Order 1 to {MOST_COPIES_PER_LINE} copies.")
    if total > MOST_COPIES_PER_LINE and len(copies) > 1:
        yield Fault(pointer, "absurd-quantity", f"A line has {MOST_COPIES_PER_LINE} copies at most; this one has {total}.")


def sourcing_faults(asked: AskedOrder, choose: ChooseSupplier) -> list[Fault]:
    """Returns a fault for each copy that no sourcing rule covers."""
    return [
        Fault(
            f"/lines/{i}/copies/{j}/branch",
            "no-sourcing-rule",
            f"No sourcing rule names a supplier of {line.material!r} for {copy.branch!r}; add one with POST /v1/sourcing-rules.",
        )
        for i, line in enumerate(asked.lines)
        for j, copy in enumerate(line.copies)
        if choose(copy.branch, line.material) is None
    ]


def place(
    asked: AskedOrder,
    *,
    council: str,
    at: datetime,
    branches: Mapping[str, Place],
    choose: ChooseSupplier,
    quoted: QuotedLines = NOTHING_QUOTED,
) -> PlacedOrder:
    """Turns an order without faults into lines per supplier with numbered copies."""
    parts = [part for line in asked.lines for part in _parts(line, branches, choose)]
    lines = tuple(replace(part, quote_reference=quoted.reference(part.asked, part.supplier_id)) for part in parts)
    return PlacedOrder(new_id(), council, asked.order_number, at, lines)


def _parts(line: AskedLine, branches: Mapping[str, Place], choose: ChooseSupplier) -> list[PlacedLine]:
    by_supplier: dict[str, list[AskedCopy]] = {}
    for asked in line.copies:
        supplier = choose(asked.branch, line.material) or ""
        by_supplier.setdefault(supplier, []).extend([asked] * asked.quantity)
    isbn = to_isbn13(line.isbn)
    return [
        PlacedLine(new_line_key(), supplier, isbn, line, _numbered(copies, branches)) for supplier, copies in by_supplier.items()
    ]


def _numbered(copies: Sequence[AskedCopy], branches: Mapping[str, Place]) -> tuple[PlacedCopy, ...]:
    return tuple(PlacedCopy(new_id(), number, branches[copy.branch], copy) for number, copy in enumerate(copies, start=1))

"""Placing an order: all its faults at once, and its lines per supplier.

Pure. Uses only the document, and the register of branches and funds and the sourcing rules that the caller passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.orders.domain.asked import BOOK, MOST_COPIES_PER_LINE, MOST_LINES, ORDER_NUMBER, AskedCopy, AskedLine, AskedOrder
from services.orders.domain.register import Register
from shared.contracts.base import Place
from shared.contracts.stated import SupplierReferences
from shared.contracts.trials import TrialArm
from shared.errors import Fault
from shared.ids import new_id, new_line_key
from shared.sourcing.contract_ends import ContractEnd
from shared.sourcing.trials import Choice, Chooser, Units
from shared.values import InvalidValue, to_article_number, to_isbn13


@dataclass(frozen=True, slots=True)
class PlacedCopy:
    """A copy of a new order. `deliver_to` is where to unpack it; None where neither the council nor a delivery rule says so.

    `deliver_to_asked`: the council named that place in its order. `route_trial` is the trial of deliveries that drew it, and the
    copy's arm.
    """

    copy_id: UUID
    copy_number: int
    branch: Place
    asked: AskedCopy
    deliver_to: Place | None = None
    route_trial: TrialArm | None = None
    deliver_to_asked: bool = False


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """The copies of one requested line that one supplier serves. A line is split if its branches have different suppliers.

    `trial` is that which drew the supplier: copies that are in a trial are never on one line with others.
    """

    line_key: str
    supplier_id: str
    isbn: str
    asked: AskedLine
    copies: tuple[PlacedCopy, ...]
    quote_reference: str = ""
    supplier_references: SupplierReferences | None = None
    trial: TrialArm | None = None


@dataclass(frozen=True, slots=True)
class QuotedLines:
    """References that a supplier gave when it selected the titles, by line number of the order."""

    supplier_id: str = ""
    references: Mapping[int, str] = field(default_factory=dict)
    supplier_references: Mapping[int, SupplierReferences] = field(default_factory=dict)

    def quoted(self, line: PlacedLine) -> PlacedLine:
        """Returns a line with its references; unchanged for every supplier but the one that gave them."""
        if line.supplier_id != self.supplier_id:
            return line
        number = line.asked.line_number
        return replace(
            line,
            quote_reference=self.references.get(number, ""),
            supplier_references=self.supplier_references.get(number),
        )


NOTHING_QUOTED = QuotedLines()
# Branch, material and units -> the contract end because of which the rule for them decides no more; None for none.
OverChooser = Callable[[str, str, Units], ContractEnd | None]


def _nothing_over(_: str, __: str, ___: Units) -> None:
    """Says that no contract has ended."""


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was accepted into the order book."""

    order_id: UUID
    council: str
    order_number: str
    placed_at: datetime
    lines: tuple[PlacedLine, ...]
    rush: bool = False


def faults_of(document: object, register: Register) -> list[Fault]:
    """Returns a fault for each rule of the trade that `document` breaks, with a JSON pointer (RFC 6901).

    Takes the parsed JSON as it arrived, so that a malformed request gets all its other faults named too. Skips malformed
    parts: the schema has already named them.
    """
    if not isinstance(document, dict):
        return []
    return [*_number_faults(document.get("order_number")), *_lines_faults(document.get("lines"), register)]


def _number_faults(number: object) -> Iterator[Fault]:
    if isinstance(number, str) and not ORDER_NUMBER.fullmatch(number.strip()):
        yield Fault(
            "/order_number", "bad-order-number", "Use 1 to 35 letters, digits, spaces and ./_-; begin with a letter or digit."
        )


def _lines_faults(lines: object, register: Register) -> Iterator[Fault]:
    if not isinstance(lines, list):
        return
    if not lines:
        yield Fault("/lines", "empty-order", "Order at least one line.")
    if len(lines) > MOST_LINES:
        yield Fault("/lines", "too-many-lines", f"An order has {MOST_LINES} lines at most; split it.")
    seen_numbers: dict[object, int] = {}
    for index, line in enumerate(lines):
        if isinstance(line, dict):
            yield from _isbn_faults(line.get("isbn"), line.get("material", BOOK), index)
            yield from _line_number_faults(line.get("line_number"), index, seen_numbers)
            yield from _copies_faults(line.get("copies"), f"/lines/{index}/copies", register)


def _isbn_faults(isbn: object, material: object, index: int) -> Iterator[Fault]:
    if not isinstance(isbn, str) or not isinstance(material, str):
        return
    try:
        _article_number(isbn, material)
    except InvalidValue as error:
        yield Fault(f"/lines/{index}/isbn", "bad-isbn", f"{error}.")


def _article_number(text: str, material: str) -> str:
    """Returns the ISBN-13 of a book, the ISBN-13 or EAN of another article. Raises InvalidValue."""
    if material.strip().lower() == BOOK:
        return to_isbn13(text)
    return to_article_number(text)


def _line_number_faults(number: object, index: int, seen: dict[object, int]) -> Iterator[Fault]:
    if isinstance(number, int) and seen.setdefault(number, index) != index:
        yield Fault(f"/lines/{index}/line_number", "duplicate-line-number", f"Line at /lines/{seen[number]} has the same number.")


def _copies_faults(copies: object, pointer: str, register: Register) -> Iterator[Fault]:
    if not isinstance(copies, list):
        return
    if not copies:
        yield Fault(pointer, "no-copies", "Name the branch of each copy; a line needs at least one copy.")
    total = 0
    for index, copy in enumerate(copies):
        if not isinstance(copy, dict):
            continue
        yield from _register_faults(copy, f"{pointer}/{index}", register)
        quantity = copy.get("quantity", 1)
        if isinstance(quantity, int):
            total += quantity
            if not 1 <= quantity <= MOST_COPIES_PER_LINE:
                yield Fault(f"{pointer}/{index}/quantity", "absurd-quantity", f"Order 1 to {MOST_COPIES_PER_LINE} copies.")
    if total > MOST_COPIES_PER_LINE and len(copies) > 1:
        yield Fault(pointer, "absurd-quantity", f"A line has {MOST_COPIES_PER_LINE} copies at most; this one has {total}.")


def _register_faults(copy: Mapping[object, object], pointer: str, register: Register) -> Iterator[Fault]:
    """Yields the faults of a copy whose branch, fund or place of delivery the council does not have, or has closed."""
    branch, fund, place = copy.get("branch"), copy.get("fund"), copy.get("deliver_to")
    if isinstance(branch, str) and (fault := register.branch_fault(branch.strip(), f"{pointer}/branch")):
        yield fault
    if isinstance(fund, str) and (fault := register.funds.fault(fund.strip(), f"{pointer}/fund")):
        yield fault
    if isinstance(place, str) and (fault := register.place_fault(place.strip(), f"{pointer}/deliver_to")):
        yield fault


def sourcing_faults(asked: AskedOrder, choose: Chooser, over: OverChooser = _nothing_over) -> list[Fault]:
    """Returns a fault for each copy that no sourcing rule covers, or only that of a trial in whose control arm it is.

    `over` returns the contract end because of which a rule decides no more.
    """
    return [
        _unserved(
            f"/lines/{i}/copies/{j}/branch", copy.branch, line.material, choice.trial, over(copy.branch, line.material, units)
        )
        for i, line in enumerate(asked.lines)
        for units in (units_of(asked.order_number, line.line_number),)
        for j, copy in enumerate(line.copies)
        for case in ((copy.branch, line.material, units),)
        if (choice := choose(*case)).supplier_id is None
    ]


def _unserved(pointer: str, branch: str, material: str, trial: TrialArm | None, over: ContractEnd | None) -> Fault:
    if over is None:
        return Fault(pointer, "no-sourcing-rule", _uncovered(branch, material, trial))
    text = (
        f"The contract with {over.supplier_id} ended on {over.last_day}, and no other sourcing rule names a supplier of "
        f"{material!r} for {branch!r}: add one with POST /v1/sourcing-rules, or name who follows with POST /v1/contract-ends."
    )
    return Fault(pointer, "contract-ended", text)


def _uncovered(branch: str, material: str, trial: TrialArm | None) -> str:
    if trial is None:
        return f"No sourcing rule names a supplier of {material!r} for {branch!r}; add one with POST /v1/sourcing-rules."
    return (
        f"Trial {trial.trial!r} drew its control arm for this, and the control arm has no rule: no other sourcing rule names a "
        f"supplier of {material!r} for {branch!r}; add one with POST /v1/sourcing-rules."
    )


def units_of(order_number: str, line_number: int) -> Units:
    """Returns what a trial draws by: the council's own numbers, so that a repeated request gets the same suppliers."""
    return Units(line=(order_number, str(line_number)), order=(order_number,))


def place(
    asked: AskedOrder,
    *,
    council: str,
    at: datetime,
    branches: Mapping[str, Place],
    choose: Chooser,
    quoted: QuotedLines = NOTHING_QUOTED,
) -> PlacedOrder:
    """Turns an order without faults into lines per supplier with numbered copies."""
    parts = [
        part for line in asked.lines for part in _parts(line, branches, choose, units_of(asked.order_number, line.line_number))
    ]
    return PlacedOrder(new_id(), council, asked.order_number, at, tuple(map(quoted.quoted, parts)), asked.rush)


def _parts(line: AskedLine, branches: Mapping[str, Place], choose: Chooser, units: Units) -> list[PlacedLine]:
    by_choice: dict[Choice, list[AskedCopy]] = {}
    for asked in line.copies:
        by_choice.setdefault(choose(asked.branch, line.material, units), []).extend([asked] * asked.quantity)
    isbn = _article_number(line.isbn, line.material)
    return [
        PlacedLine(new_line_key(), choice.supplier_id or "", isbn, line, _numbered(copies, branches), trial=choice.trial)
        for choice, copies in by_choice.items()
    ]


def _numbered(copies: Sequence[AskedCopy], branches: Mapping[str, Place]) -> tuple[PlacedCopy, ...]:
    return tuple(PlacedCopy(new_id(), number, branches[copy.branch], copy) for number, copy in enumerate(copies, start=1))

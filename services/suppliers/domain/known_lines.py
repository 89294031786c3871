"""Finds the ordered line that a supplier's references mean. Never guesses. Pure.

A line that is not found, or not with certainty, is held with a reason that names what is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from services.suppliers.contract import AcknowledgementFact, DespatchFact, Fact, InvoiceFact, OpenLinesFact, ResponseFact
from services.suppliers.domain.messages import State
from shared.contracts.base import Place, PlaceKind
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import CopyReference
from shared.values import isbn13_or_text
from shared.which_copy import Marks, lines_with


@dataclass(frozen=True, slots=True)
class KnownLine:
    """One line that was ordered from this supplier. `rerouted_to`: places and branches that copies were to go to since."""

    line_key: str
    order_id: UUID
    order_number: str
    council: str
    supplier_reference: str
    message_id: UUID
    ordered: OrderedLine
    substitute_isbn: str | None = None
    part: int = 1
    rerouted_to: tuple[Place, ...] = ()

    @property
    def isbns(self) -> set[str]:
        """The books that the line can be about: the ordered one, and the one that the supplier announced instead."""
        return {self.ordered.isbn, *([self.substitute_isbn] if self.substitute_isbn else [])}


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of ours, as far as an acknowledgement needs it."""

    id: UUID
    reference: int
    state: State
    order_ids: tuple[UUID, ...] = ()
    line_keys: tuple[str, ...] = ()
    councils: tuple[str, ...] = ()


class Referring(Protocol):
    """Anything that names an ordered line by the references a supplier uses."""

    @property
    def line_key(self) -> str | None:
        """Our key of the line."""

    @property
    def order_number(self) -> str | None:
        """The council's number of the order."""

    @property
    def isbn(self) -> str:
        """The book, as the supplier names it."""

    @property
    def copies(self) -> tuple[CopyReference, ...]:
        """The copies that the supplier names."""


@dataclass(slots=True)
class References:
    """All references in some facts, to fetch the lines and messages that they could mean."""

    line_keys: set[str] = field(default_factory=set)
    order_numbers: set[str] = field(default_factory=set)
    supplier_references: set[str] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Held:
    """A part of a message that cannot be applied. `may_arrive`: the order or outcome it needs may still be on its way to us.

    `councils` are those whose lines it names, as far as they are known.
    """

    reason: str
    may_arrive: bool = False
    councils: frozenset[str] = frozenset()


def references_of(facts: Iterable[Fact]) -> References:
    """Collects the references of facts."""
    found = References()
    for fact in facts:
        if isinstance(fact, ResponseFact):
            _collect(found, fact.lines, fact.order_number)
            if fact.order_number:
                found.order_numbers.add(fact.order_number)
            if fact.supplier_reference:
                found.supplier_references.add(fact.supplier_reference)
        elif isinstance(fact, DespatchFact):
            for parcel in fact.parcels:
                _collect(found, parcel.lines, None)
        elif isinstance(fact, InvoiceFact | OpenLinesFact):
            _collect(found, fact.lines, None)
        elif isinstance(fact, AcknowledgementFact):
            found.messages.add(fact.reference)
    return found


def _collect(found: References, lines: Iterable[Referring], order_number: str | None) -> None:
    for line in lines:
        if line.line_key:
            found.line_keys.add(line.line_key)
        number = line.order_number or order_number
        if number:
            found.order_numbers.add(number)


class KnownLines:
    """The ordered lines that facts could mean, by each kind of reference, and the messages of ours that they acknowledge."""

    def __init__(self, lines: Iterable[KnownLine], sent: Iterable[SentMessage] = ()) -> None:
        self._by_key: dict[str, KnownLine] = {}
        self._by_number: dict[tuple[str, str], list[KnownLine]] = defaultdict(list)
        self._by_supplier: dict[tuple[str, str], list[KnownLine]] = defaultdict(list)
        self._numbers: set[str] = set()
        self._sent = {message.reference: message for message in sent}
        for line in lines:
            self._by_key[line.line_key] = line
            for isbn in line.isbns:
                self._by_number[line.order_number, isbn].append(line)
                self._by_supplier[line.supplier_reference, isbn].append(line)
            self._numbers.add(line.order_number)

    def of_order(self, order_number: str) -> list[KnownLine]:
        """Returns every known line with this order number."""
        return [line for line in self._by_key.values() if line.order_number == order_number]

    def of_council(self, council: str) -> KnownLines:
        """Returns the lines of one council."""
        return KnownLines(line for line in self._by_key.values() if line.council == council)

    def sent(self, reference: int) -> SentMessage | None:
        """Returns the message that was sent under a reference of ours."""
        return self._sent.get(reference)

    def find(self, line: Referring, *, order_number: str | None = None, supplier_reference: str = "") -> KnownLine | Held:
        """Finds a line by line key, else by order number and ISBN, else by the supplier's reference and ISBN."""
        number = line.order_number or order_number
        if line.line_key:
            known = self._by_key.get(line.line_key)
            if known is not None:
                return self._check_order_number(known, number)
        isbn = isbn13_or_text(line.isbn)
        if number and (found := self._by_number.get((number, isbn))):
            return _unambiguous(lines_with(line.copies, found, _copies_by_code_or_gln), f"order {number} and ISBN {isbn}")
        if supplier_reference and (found := self._by_supplier.get((supplier_reference, isbn))):
            named = f"the supplier's reference {supplier_reference} and ISBN {isbn}"
            return _unambiguous(lines_with(line.copies, found, _copies_by_code_or_gln), named)
        return self._missing(line.line_key, number, isbn)

    def _missing(self, line_key: str | None, number: str | None, isbn: str) -> Held:
        if number and number in self._numbers:
            reason = f"order {number} has no line {line_key or f'with ISBN {isbn}'}"
            return Held(reason, councils=_councils(self.of_order(number)))
        if not line_key and not number:
            return Held(f"ISBN {isbn} has neither a line key nor an order number")
        named = " and ".join(
            text for text in (f"line key {line_key}" if line_key else "", f"order {number}" if number else "") if text
        )
        verb = "are" if line_key and number else "is"
        return Held(f"{named} (ISBN {isbn}) {verb} not known here", may_arrive=True)

    def _check_order_number(self, known: KnownLine, number: str | None) -> KnownLine | Held:
        """Holds a line key that the order number contradicts: suppliers' systems cut identifiers short.

        Many also write in capitals, and repeated spaces as one: with the key, that is the same number.
        """
        if number and number.casefold().split() != known.order_number.casefold().split():
            reason = f"line key {known.line_key} belongs to order {known.order_number}, not to {number}"
            return Held(reason, councils=_councils([known, *self.of_order(number)]))
        return known


def _councils(lines: Iterable[KnownLine]) -> frozenset[str]:
    return frozenset(line.council for line in lines)


def with_branch_code(copy: CopyReference, line: KnownLine) -> CopyReference:
    """Replaces a branch's GLN with the council's own code of the branch."""
    for branch in (*(ordered.branch for ordered in line.ordered.copies), *line.rerouted_to):
        if copy.branch is not None and copy.branch == branch.gln:
            return copy.model_copy(update={"branch": branch.code})
    return copy


@dataclass(frozen=True, slots=True)
class _Marked:
    marks: Marks


def _copies_by_code_or_gln(line: KnownLine) -> list[_Marked]:
    """Returns the copies of a line, each by the code of its branch and by its GLN, and by those of branches that took over."""
    since = [place for place in line.rerouted_to if place.kind is PlaceKind.BRANCH]
    return [
        _Marked(Marks(copy.copy_number, name, copy.fund, copy.sequence))
        for copy in line.ordered.copies
        for branch in (copy.branch, *since)
        for name in (branch.code, branch.gln)
        if name
    ]


def _unambiguous(found: Sequence[KnownLine], named: str) -> KnownLine | Held:
    councils = _councils(found)
    if len(councils) > 1:
        return Held(f"{named} match orders of several councils: {', '.join(sorted(councils))}", councils=councils)
    if len(found) > 1:
        return Held(f"{named} match several lines: {', '.join(sorted(line.line_key for line in found))}", councils=councils)
    return found[0]

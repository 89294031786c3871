"""Finds the ordered lines that a supplier's facts mean, by every reference it gives. Pure.

A line that is not found, or not for certain, is never guessed at: it is held with a reason that names what is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from services.suppliers.contract import (
    AcknowledgementFact,
    AdvisedLine,
    DespatchFact,
    Fact,
    InvoiceFact,
    LineAnswer,
    OpenLinesFact,
    ResponseFact,
)
from services.suppliers.domain import State
from shared.contracts.base import Place, PlaceKind
from shared.contracts.orders import OrderedLine
from shared.contracts.suppliers import CopyReference
from shared.values import InvalidValue, to_isbn13

LARGEST_QUANTITY = 10_000


@dataclass(frozen=True, slots=True)
class KnownLine:
    """One line that was ordered from this supplier."""

    line_key: str
    order_id: UUID
    order_number: str
    council: str
    supplier_reference: str
    message_id: UUID
    ordered: OrderedLine


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of ours, as an acknowledgement finds it."""

    id: UUID
    reference: int
    state: State
    order_ids: tuple[UUID, ...] = ()
    line_keys: tuple[str, ...] = ()
    councils: tuple[str, ...] = ()


class Referring(Protocol):
    """Whatever names an ordered line by the references a supplier has."""

    @property
    def line_key(self) -> str | None:
        """Our key of the line."""

    @property
    def order_number(self) -> str | None:
        """The council's number of the order."""

    @property
    def isbn(self) -> str:
        """The book, as the supplier names it."""


@dataclass(slots=True)
class References:
    """Every reference that facts use, to fetch the lines and messages that they could mean."""

    line_keys: set[str] = field(default_factory=set)
    order_numbers: set[str] = field(default_factory=set)
    supplier_references: set[str] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Held:
    """A part of a message that cannot be applied. `may_come`: the order it names may still be on its way to us."""

    reason: str
    may_come: bool = False


@dataclass(frozen=True, slots=True)
class MatchedAnswer:
    """An answer and the line it is about; `place` is its position in the fact."""

    place: int
    answer: LineAnswer
    line: KnownLine


@dataclass(frozen=True, slots=True)
class MatchedAdvice:
    """Advised copies of one title in one parcel, and the line they belong to."""

    parcel_id: str
    advised: AdvisedLine
    line: KnownLine


@dataclass(frozen=True, slots=True)
class Hub:
    """The central stock unit as the supplier's profile knows it."""

    code: str | None = None
    gln: str | None = None


def references_of(facts: Iterable[Fact]) -> References:
    """Collect the references of facts."""
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


def isbn13(text: str) -> str:
    """The ISBN in the form the order has it; unchanged where it is none."""
    try:
        return to_isbn13(text)
    except InvalidValue:
        return text


class KnownLines:
    """The ordered lines that facts could mean, by each way to name one, and the messages of ours they acknowledge."""

    def __init__(self, lines: Iterable[KnownLine], sent: Iterable[SentMessage] = ()) -> None:
        self._by_key: dict[str, KnownLine] = {}
        self._by_number: dict[tuple[str, str], list[KnownLine]] = defaultdict(list)
        self._by_supplier: dict[tuple[str, str], list[KnownLine]] = defaultdict(list)
        self._numbers: set[str] = set()
        self._sent = {message.reference: message for message in sent}
        for line in lines:
            self._by_key[line.line_key] = line
            self._by_number[line.order_number, line.ordered.isbn].append(line)
            self._by_supplier[line.supplier_reference, line.ordered.isbn].append(line)
            self._numbers.add(line.order_number)

    def of_order(self, order_number: str) -> list[KnownLine]:
        """Every line known under an order number."""
        return [line for line in self._by_key.values() if line.order_number == order_number]

    def of_council(self, council: str) -> KnownLines:
        """The lines of one council alone."""
        return KnownLines(line for line in self._by_key.values() if line.council == council)

    def sent(self, reference: int) -> SentMessage | None:
        """The message that went out under a reference of ours."""
        return self._sent.get(reference)

    def find(self, line: Referring, *, order_number: str | None = None, supplier_reference: str = "") -> KnownLine | Held:
        """The line meant: by line key, then order number and ISBN, then the supplier's own reference and ISBN."""
        number = line.order_number or order_number
        if line.line_key:
            known = self._by_key.get(line.line_key)
            if known is not None:
                return _agreeing(known, number)
        isbn = isbn13(line.isbn)
        if number and (found := self._by_number.get((number, isbn))):
            return _only(found, f"order {number} and ISBN {isbn}")
        if supplier_reference and (found := self._by_supplier.get((supplier_reference, isbn))):
            return _only(found, f"the supplier's reference {supplier_reference} and ISBN {isbn}")
        return self._missing(line.line_key, number, isbn)

    def _missing(self, line_key: str | None, number: str | None, isbn: str) -> Held:
        if number and number in self._numbers:
            return Held(f"order {number} has no line {line_key or f'with ISBN {isbn}'}")
        if not line_key and not number:
            return Held(f"ISBN {isbn} comes without a line key and without an order number")
        named = " and ".join(
            text for text in (f"line key {line_key}" if line_key else "", f"order {number}" if number else "") if text
        )
        return Held(f"{named} (ISBN {isbn}) is not known here", may_come=True)


def _agreeing(known: KnownLine, number: str | None) -> KnownLine | Held:
    """A line key alone is not trusted where the order number contradicts it: identifiers get cut short on the way."""
    if number and number != known.order_number:
        return Held(f"line key {known.line_key} belongs to order {known.order_number}, not to {number}")
    return known


def _only(found: Sequence[KnownLine], named: str) -> KnownLine | Held:
    councils = sorted({line.council for line in found})
    if len(councils) > 1:
        return Held(f"{named} fit orders of several councils: {', '.join(councils)}")
    if len(found) > 1:
        return Held(f"{named} fit several lines: {', '.join(sorted(line.line_key for line in found))}")
    return found[0]


def match_response(fact: ResponseFact, known: KnownLines) -> tuple[list[MatchedAnswer], list[Held]]:
    """Pair each answer of a response with its line; what cannot be paired is held."""
    matched: list[MatchedAnswer] = []
    held: list[Held] = []
    for place, answer in enumerate(_whole_order(fact, known)):
        line = known.find(answer, order_number=fact.order_number, supplier_reference=fact.supplier_reference)
        if isinstance(line, Held):
            held.append(line)
        else:
            copies = tuple(_in_our_codes(copy, line) for copy in answer.copies)
            matched.append(MatchedAnswer(place, replace(answer, copies=copies), line))
    if not matched and not held:
        held.append(_nothing_named(fact, known))
    return matched, held


def _whole_order(fact: ResponseFact, known: KnownLines) -> Sequence[LineAnswer]:
    """A stopped account is said of a whole order without naming its lines: every line of it is meant."""
    if fact.lines or not fact.account_stopped or fact.order_number is None:
        return fact.lines
    lines = sorted(known.of_order(fact.order_number), key=lambda line: line.line_key)
    if len({line.council for line in lines}) > 1:
        return ()
    return [LineAnswer(line.line_key, line.order_number, line.ordered.isbn) for line in lines]


def _nothing_named(fact: ResponseFact, known: KnownLines) -> Held:
    if fact.order_number is None:
        return Held("the response names neither an order nor a line")
    if known.of_order(fact.order_number):
        return Held(f"the response says nothing about the lines of order {fact.order_number}")
    return Held(f"order {fact.order_number} is not known here", may_come=True)


def match_despatch(fact: DespatchFact, known: KnownLines) -> tuple[list[MatchedAdvice], list[Held]]:
    """Pair each line of each parcel with what was ordered; what cannot be paired is held."""
    matched: list[MatchedAdvice] = []
    held: list[Held] = []
    for parcel in fact.parcels:
        for advised in parcel.lines:
            line = _believable(advised) or known.find(advised)
            if isinstance(line, Held):
                held.append(replace(line, reason=f"parcel {parcel.parcel_id}: {line.reason}"))
            else:
                copies = tuple(_in_our_codes(copy, line) for copy in advised.copies)
                matched.append(MatchedAdvice(parcel.parcel_id, replace(advised, copies=copies), line))
    if not matched and not held:
        held.append(Held(f"despatch {fact.despatch_number} contains nothing"))
    return matched, held


def _believable(advised: AdvisedLine) -> Held | None:
    if 1 <= advised.quantity <= LARGEST_QUANTITY:
        return None
    return Held(f"a quantity of {advised.quantity} for ISBN {advised.isbn} cannot be meant")


def _in_our_codes(copy: CopyReference, line: KnownLine) -> CopyReference:
    """A branch named by its GLN, in the council's own code."""
    for ordered in line.ordered.copies:
        if copy.branch is not None and copy.branch == ordered.branch.gln:
            return copy.model_copy(update={"branch": ordered.branch.code})
    return copy


def find_place(fact: DespatchFact, lines: Iterable[KnownLine], hub: Hub) -> Place | Held:
    """Where the despatch goes: the hub, or a branch that the lines' copies are for, named by code or GLN."""
    named = fact.deliver_to
    if fact.deliver_to_kind is not PlaceKind.BRANCH and named and named in (hub.code, hub.gln):
        return Place(code=hub.code or named, kind=PlaceKind.HUB, gln=hub.gln)
    if fact.deliver_to_kind is not PlaceKind.HUB:
        branches = (copy.branch for line in lines for copy in line.ordered.copies)
        for branch in branches:
            if named and named in (branch.code, branch.gln):
                return branch
    return Held(f"{named or 'the place to deliver to'} is neither the hub nor a branch that the lines were ordered for")

"""Pairs answers and advised goods with the ordered lines they mean, and finds where goods go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.suppliers.contract import (
    AdvisedLine,
    DespatchFact,
    LineAnswer,
    ResponseFact,
)
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines
from shared.contracts.base import Place, PlaceKind
from shared.contracts.suppliers import CopyReference

LARGEST_QUANTITY = 10_000


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

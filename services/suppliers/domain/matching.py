"""Pairs answers and advised goods with the ordered lines they mean, and finds the place that goods go to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from services.suppliers.contract import (
    AdvisedLine,
    DespatchFact,
    LineAnswer,
    OrderPlaces,
    ResponseFact,
)
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines, with_branch_code
from services.suppliers.domain.places import of_part
from shared.contracts.base import Place, PlaceKind

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
    """The central stock unit, as named in the supplier's profile."""

    code: str | None = None
    gln: str | None = None


def match_response(fact: ResponseFact, known: KnownLines, carries: OrderPlaces) -> tuple[list[MatchedAnswer], list[Held]]:
    """Pairs each answer of a response with its line, and of a line in several messages with the copies in the one it answers.

    Holds each answer that cannot be paired.
    """
    # The number of an order without a place is that of the part whose message names none.
    part = "" if fact.part is None and fact.order_number else fact.part
    matched: list[MatchedAnswer] = []
    held: list[Held] = []
    for place, answer in enumerate(_answers_of(fact, known)):
        found = known.find(answer, order_number=fact.order_number, supplier_reference=fact.supplier_reference)
        line = _possible(answer.isbn, answer.quantities.model_dump().values(), found)
        if isinstance(line, Held):
            held.append(line)
        else:
            copies = tuple(with_branch_code(copy, line) for copy in answer.copies)
            about = of_part(replace(answer, copies=copies), line.ordered, part, carries)
            matched.append(MatchedAnswer(place, about, line))
    if not matched and not held:
        held.append(_names_no_line(fact, known))
    return matched, held


def _answers_of(fact: ResponseFact, known: KnownLines) -> Sequence[LineAnswer]:
    """Returns the answers of a response. A stopped account without lines means every line of the order."""
    if fact.lines or not fact.account_stopped or fact.order_number is None:
        return fact.lines
    lines = sorted(known.of_order(fact.order_number), key=lambda line: line.line_key)
    if len({line.council for line in lines}) > 1:
        return ()
    return [LineAnswer(line.line_key, line.order_number, line.ordered.isbn) for line in lines]


def _names_no_line(fact: ResponseFact, known: KnownLines) -> Held:
    if fact.order_number is None:
        return Held("the response names neither an order nor a line")
    if lines := known.of_order(fact.order_number):
        councils = frozenset(line.council for line in lines)
        return Held(f"the response names no line of order {fact.order_number}", councils=councils)
    return Held(f"order {fact.order_number} is not known here", may_arrive=True)


def match_despatch(fact: DespatchFact, known: KnownLines) -> tuple[list[MatchedAdvice], list[Held]]:
    """Pairs each line of each parcel with its ordered line. Holds each one that cannot be paired.

    Which copies of the line are in the parcel, delivery decides: `services/delivery/domain/allocation.py`.
    """
    matched: list[MatchedAdvice] = []
    held: list[Held] = []
    for parcel in fact.parcels:
        for advised in parcel.lines:
            line = _possible(advised.isbn, [advised.quantity], known.find(advised), least=1)
            if isinstance(line, Held):
                held.append(replace(line, reason=f"parcel {parcel.parcel_id}: {line.reason}"))
            else:
                copies = tuple(with_branch_code(copy, line) for copy in advised.copies)
                matched.append(MatchedAdvice(parcel.parcel_id, replace(advised, copies=copies), line))
    if not matched and not held:
        held.append(Held(f"despatch {fact.despatch_number} has no lines"))
    return matched, held


def _possible(isbn: str, quantities: Iterable[int | None], line: KnownLine | Held, *, least: int = 0) -> KnownLine | Held:
    """Returns what was found for answered or advised copies, or why their quantity cannot be right."""
    wrong = [quantity for quantity in quantities if quantity is not None and not least <= quantity <= LARGEST_QUANTITY]
    if not wrong:
        return line
    reason = f"the quantity {wrong[0]} for ISBN {isbn} is not between {least} and {LARGEST_QUANTITY}"
    return Held(reason, councils=line.councils if isinstance(line, Held) else frozenset({line.council}))


def find_place(fact: DespatchFact, lines: Iterable[KnownLine], hub: Hub, others: Iterable[Place] = ()) -> Place | Held:
    """Returns where the despatch goes: a hub, or a branch named by code or GLN.

    The hub is the supplier's. Any other place is one that the lines' copies are for or were ever to be unpacked at, else one of
    `others`: goods may be redirected within the council.
    """
    named = fact.deliver_to
    if fact.deliver_to_kind is not PlaceKind.BRANCH and named and named in (hub.code, hub.gln):
        return Place(code=hub.code or named, kind=PlaceKind.HUB, gln=hub.gln)
    known = list(lines)
    copies = [copy for line in known for copy in line.ordered.copies]
    said = (copy.deliver_to for copy in copies if copy.deliver_to is not None)
    since = (place for line in known for place in line.rerouted_to)
    for place in chain((copy.branch for copy in copies), said, since, others):
        if fact.deliver_to_kind in (None, place.kind) and named and named in (place.code, place.gln):
            return place
    return Held(f"{named or 'the place to deliver to'} is neither the hub nor a branch that was ever ordered for")

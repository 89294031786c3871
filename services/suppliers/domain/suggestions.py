"""Suggests which reference of ours a supplier's reference means, by what else the message says of the same line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, product

from services.suppliers.contract import AdvisedLine, DespatchFact, Fact, InvoiceFact, OpenLinesFact, ResponseFact
from services.suppliers.domain.known_lines import KnownLine, Referring
from services.suppliers.domain.mapping import MappedField, normal
from shared.values import isbn13_or_text

MOST_SUGGESTED = 20
# References that look the same in fewer of their characters than this are not similar.
_SIMILAR = 0.6
# Of a reference in very many lines of a message, so many lines are enough to suggest by.
_MOST_NAMINGS = 50


@dataclass(frozen=True, slots=True)
class Naming:
    """What one line of a message names; "" for what it does not name. `place` is where its goods go."""

    order_number: str
    line_key: str
    isbn: str
    place: str = ""

    def has(self, field: MappedField, theirs: str) -> bool:
        """Whether it names this reference."""
        named = {
            MappedField.ORDER_NUMBER: self.order_number,
            MappedField.LINE_KEY: self.line_key,
            MappedField.ISBN: self.isbn,
            MappedField.PLACE: self.place,
        }
        return field in named and normal(field, named[field]) == theirs


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reference of ours that may be meant, why, and the line it is of; `fit` is higher for what fits better."""

    ours: str
    why: str
    fit: float
    line: KnownLine | None = None


def namings_of(facts: Iterable[Fact], field: MappedField, theirs: str) -> list[Naming]:
    """Returns what the lines of the message name that name this reference, at most 50 different ones."""
    found = dict.fromkeys(naming for fact in facts for naming in _namings(fact) if naming.has(field, theirs))
    return list(found)[:_MOST_NAMINGS]


def _namings(fact: Fact) -> Iterator[Naming]:
    match fact:
        case ResponseFact():
            yield from (_naming(line, fact.order_number or "") for line in fact.lines)
        case DespatchFact():
            advised: Iterable[AdvisedLine] = chain.from_iterable(parcel.lines for parcel in fact.parcels)
            yield from (_naming(line, "", fact.deliver_to) for line in advised)
        case InvoiceFact() | OpenLinesFact():
            yield from (_naming(line, "") for line in fact.lines)


def _naming(line: Referring, order_number: str, place: str = "") -> Naming:
    places = [copy.branch for copy in line.copies if copy.branch]
    return Naming(line.order_number or order_number, line.line_key or "", isbn13_or_text(line.isbn), place or "".join(places[:1]))


def suggest(field: MappedField, theirs: str, namings: Iterable[Naming], lines: Collection[KnownLine]) -> list[Suggestion]:
    """Returns what may be meant, the best first, each reference of ours once."""
    pairs = product(namings, lines)
    fits = (_fit(field, theirs, naming, line, ours) for naming, line in pairs for ours in _names(field, line))
    best: dict[str, Suggestion] = {}
    for found in fits:
        if found is not None and (found.ours not in best or best[found.ours].fit < found.fit):
            best[found.ours] = found
    return sorted(best.values(), key=lambda each: (-each.fit, each.ours))[:MOST_SUGGESTED]


def _names(field: MappedField, line: KnownLine) -> Sequence[str]:
    match field:
        case MappedField.ORDER_NUMBER:
            return [line.order_number]
        case MappedField.LINE_KEY:
            return [line.line_key]
        case MappedField.ISBN:
            return [line.ordered.isbn]
        case _:
            places = (copy.deliver_to or copy.branch for copy in line.ordered.copies)
            return list(dict.fromkeys(place.code for place in places))


def _fit(field: MappedField, theirs: str, naming: Naming, line: KnownLine, ours: str) -> Suggestion | None:
    """Returns how well a line fits what a line of the message names beside the wrong reference; None where nothing fits."""
    if ours == theirs:
        return None
    reasons = {
        "the line key is the same": field is not MappedField.LINE_KEY and naming.line_key == line.line_key,
        "the ISBN is the same": field is not MappedField.ISBN and naming.isbn in line.isbns,
        "the order is the same": field is not MappedField.ORDER_NUMBER and naming.order_number == line.order_number,
    }
    whys = [why for why, holds in reasons.items() if holds]
    likeness = SequenceMatcher(None, theirs.upper(), ours.upper(), autojunk=False).ratio()
    if likeness >= _SIMILAR:
        whys.append("it is written alike")
    if not whys:
        return None
    return Suggestion(ours, " and ".join(whys), len(whys) + likeness, line)


def suggest_among(known: Mapping[str, str], theirs: str) -> list[Suggestion]:
    """Returns everything of a short list of ours with its words, what is written like `theirs` first."""
    found = [
        Suggestion(ours, words, SequenceMatcher(None, theirs, ours, autojunk=False).ratio()) for ours, words in known.items()
    ]
    return sorted(found, key=lambda each: (-each.fit, each.ours))

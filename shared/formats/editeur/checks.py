"""Checks that a message is complete enough to be useful and does not contradict itself. `amounts` checks the amounts."""

from __future__ import annotations

from collections.abc import Iterator

from shared.findings import Finding, Severity
from shared.formats.edifact import Segment, number
from shared.formats.editeur.messages import Despatch, LibraryMessage, Report, Response, Trade
from shared.formats.editeur.odd import Odd, odd
from shared.formats.editeur.parts import Line
from shared.formats.editeur.segments import Document
from shared.formats.editeur.verdicts import Acknowledgement, Objections

_LINE_REFERENCES = ("LI", "QLI", "SLI", "ON", "SNA", "SNL")
_SBN_DIGITS = 9
_COUNTED = ("1", "12", "21", "47")
_ANSWERED = (("12", "113"), ("83",), ("85",))
_REFUSING = ("2", "7", "10")
"""LIN actions that decide for all copies of the line: cancelled, not accepted, not found."""


def check(value: LibraryMessage, header: Segment) -> Iterator[Finding]:
    """Yields findings about a message as a whole and about each of its lines; `header` is its UNH."""
    if isinstance(value, Acknowledgement):
        if not value.interchange.reference:
            yield odd(Odd.NO_DOCUMENT, "the acknowledgement names no interchange (UCI 0020)", header, Severity.ERROR)
        return
    if isinstance(value, Objections):
        yield from _check_number(value.document, header)
        return
    yield from _check_heading(value, header)
    for line in value.all_lines if isinstance(value, Despatch) else value.lines:
        yield from _check_line(line, referred=any(value.reference(kind) for kind in ("ON", "QLI")))
        if isinstance(value, Response | Report):
            yield from _check_answer(line)


def _check_number(document: Document, header: Segment) -> Iterator[Finding]:
    if not document.number.strip():
        yield odd(Odd.NO_DOCUMENT, "the message has no number (BGM 1004)", header)


def _check_heading(value: Trade, header: Segment) -> Iterator[Finding]:
    yield from _check_number(value.document, header)
    for qualifier, name in (("BY", "buyer"), ("SU", "supplier")):
        parties = [party for party in value.parties if party.qualifier == qualifier]
        if not parties:
            yield odd(Odd.NO_PARTY, f"the {name} is not named", header, Severity.INFO)
        for party in parties[1:]:
            if any(before.agency == party.agency and before.id != party.id for before in parties):
                yield odd(Odd.REPEATED_PARTY, f"a second {name} is named: {party.id!r}", party.at, Severity.INFO)


def _check_numbers(line: Line) -> Iterator[Finding]:
    named = [(line.item, line.item_type), *((each.value, each.type) for numbers in line.numbers for each in numbers.numbers)]
    for value, kind in named:
        if kind == "EN" and len(value.replace("-", "").replace(" ", "")) == _SBN_DIGITS:
            text = f"line {line.number}: {value!r} under EN has nine digits, as an SBN has, and not 13; it is not read as an ISBN"
            yield odd(Odd.SHORT_NUMBER, text, line.at)


def _check_line(line: Line, *, referred: bool) -> Iterator[Finding]:
    yield from _check_numbers(line)
    if not line.item.strip() and not any(number.value.strip() for numbers in line.numbers for number in numbers.numbers):
        yield odd(Odd.NO_ITEM, f"line {line.number} names no article", line.at)
    if not referred and not any(line.reference(kind) for kind in _LINE_REFERENCES):
        yield odd(Odd.NO_REFERENCE, f"line {line.number} refers to no order, line or quotation", line.at)
    seen: dict[str, object] = {}
    for quantity in line.quantities:
        if seen.setdefault(quantity.qualifier, quantity.value) != quantity.value:
            yield odd(Odd.REPEATED_QUANTITY, f"line {line.number} has a second, different QTY {quantity.qualifier}", line.at)
    counted = [abs(value) for kind in _COUNTED if (value := line.quantity(kind)) is not None]
    named = sum(copy.count or 0 for copy in line.copies)
    if counted and named > max(counted):
        yield odd(Odd.COPIES_DISAGREE, f"line {line.number} names {named} copies, but counts {number(max(counted))}", line.at)


def _check_answer(line: Line) -> Iterator[Finding]:
    """Checks that ordered (QTY 21) is the sum of accepted (12, 113), back ordered (83) and cancelled (85), if any is given."""
    ordered = line.quantity("21")
    parts = [value for kinds in _ANSWERED if (value := line.quantity(*kinds)) is not None]
    if line.action in _REFUSING and not any(parts):
        return
    if ordered is not None and parts and sum(parts) != ordered:
        text = f"line {line.number}: {number(ordered)} ordered, but the answers add up to {number(sum(parts, ordered * 0))}"
        yield odd(Odd.QUANTITIES_DISAGREE, text, line.at)

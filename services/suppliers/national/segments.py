"""What single segments say in a bookseller's answer: book, references, dates, quantities, copies. Pure and tolerant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from services.suppliers.national.codes import COPY_CODES, Odd, odd
from shared.contracts.suppliers import CopyReference
from shared.findings import Finding, Severity
from shared.formats.edifact import Segment, parse_number
from shared.values import InvalidValue, to_isbn13

Segments = Sequence[Segment]
Findings = list[Finding]

_DATE_FORMATS = {"102": "%Y%m%d", "203": "%Y%m%d%H%M", "204": "%Y%m%d%H%M%S", "101": "%y%m%d", "201": "%y%m%d%H%M"}
_BOOK_TYPES = ("EN", "IB", "IS", "UP", "")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class References:
    """RFF of a line or a header: our line key and the order number."""

    line_key: str | None
    order_number: str | None


def body_of(segments: Segments) -> Segments:
    """The segments before the summary section (UNS or CNT)."""
    end = next((index for index, segment in enumerate(segments) if segment.tag in ("UNS", "CNT")), len(segments))
    return segments[:end]


def blocks(segments: Segments, *tags: str) -> tuple[Segments, list[Segments]]:
    """What stands before the first segment with one of `tags`, and the blocks that each such segment begins."""
    starts = [index for index, segment in enumerate(segments) if segment.tag in tags]
    if not starts:
        return segments, []
    ends = [*starts[1:], len(segments)]
    return segments[: starts[0]], [segments[start:end] for start, end in zip(starts, ends, strict=True)]


def first(segments: Segments, tag: str, qualifier: str) -> Segment | None:
    """The first segment of a tag whose first component is `qualifier`."""
    return next((segment for segment in segments if segment.tag == tag and segment.get(0) == qualifier), None)


def isbn_of(line: Segments, findings: Findings) -> str:
    """The ISBN-13 of the ordered book: LIN, else PIA 5, else PIA 1, and never PIA 3, which is another book.

    A number that is no ISBN is kept as it is; "" when there is none. EAN goes before ISBN-10 at each place.
    """
    numbers = [*_item_numbers(line, "LIN", ""), *_item_numbers(line, "PIA", "5"), *_item_numbers(line, "PIA", "1")]
    if not numbers:
        findings.append(odd(Odd.NO_ISBN, "the line names no book", line[0], Severity.ERROR))
        return ""
    for text in numbers:
        try:
            return to_isbn13(text)
        except InvalidValue:
            continue
    findings.append(odd(Odd.INVALID_ISBN, f"{numbers[0]!r} is not an ISBN", line[0]))
    return numbers[0]


def substitute_of(line: Segments) -> str | None:
    """The book offered or sent instead (PIA 3), as ISBN-13 where it is one."""
    numbers = _item_numbers(line, "PIA", "3")
    if not numbers:
        return None
    try:
        return to_isbn13(numbers[0])
    except InvalidValue:
        return numbers[0]


def _item_numbers(line: Segments, tag: str, function: str) -> list[str]:
    """C212 numbers of LIN (element 2), or of PIA with a function (elements 1 to 5), books' kinds of numbers only."""
    found: list[tuple[int, str]] = []
    for segment in line:
        if segment.tag != tag or (tag == "PIA" and segment.get(0) != function):
            continue
        for element in [2] if tag == "LIN" else range(1, len(segment.elements)):
            text, kind = segment.get(element, 0).strip(), segment.get(element, 1)
            if text and kind in _BOOK_TYPES:
                found.append((_BOOK_TYPES.index(kind), text))
    return [text for _, text in sorted(found, key=lambda pair: pair[0])]


def references_of(segments: Segments) -> References:
    """LI and ON, as they stand: slashes and leading zeros are part of a key."""
    return References(_reference(segments, "LI"), _reference(segments, "ON"))


def _reference(segments: Segments, qualifier: str) -> str | None:
    segment = first(segments, "RFF", qualifier)
    return (segment.get(0, 1).strip() or None) if segment is not None else None


def moment_of(segments: Segments, qualifier: str, findings: Findings) -> datetime | None:
    """A DTM as a moment. The messages name no time zone; it is taken for UTC, and a bare date for its midnight."""
    segment = first(segments, "DTM", qualifier)
    if segment is None:
        return None
    text, kind = segment.get(0, 1).strip(), segment.get(0, 2) or "102"
    try:
        return datetime.strptime(text, _DATE_FORMATS[kind]).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        findings.append(odd(Odd.INVALID_DATE, f"DTM+{qualifier}: {text!r} in format {kind!r} is no date", segment))
        return None


def count_of(segment: Segment, findings: Findings) -> int | None:
    """A QTY as a number of copies."""
    value = parse_number(segment.get(0, 1))
    if value is None or value < 0 or value != value.to_integral_value():
        text = f"QTY+{segment.get(0)}: {segment.get(0, 1)!r} is not a number of copies"
        findings.append(odd(Odd.INVALID_QUANTITY, text, segment))
        return None
    return int(value)


def copies_of(line: Segments, findings: Findings) -> tuple[CopyReference, ...]:
    """The copies GIR names. Segments with one number are one copy; a set with several barcodes is as many copies."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for segment in line:
        if segment.tag == "GIR":
            pairs.setdefault(segment.get(0), []).extend(_pairs(segment, findings))
    return tuple(reference for label, values in pairs.items() for reference in _copies(label, values))


def _pairs(segment: Segment, findings: Findings) -> Iterable[tuple[str, str]]:
    for element in range(1, len(segment.elements)):
        value, qualifier = segment.get(element, 0).strip(), segment.get(element, 1)
        if qualifier not in COPY_CODES:
            text = f"GIR {qualifier!r} ({value!r}) is not in the library set"
            findings.append(odd(Odd.UNKNOWN_COPY_CODE, text, segment, Severity.INFO))
        yield qualifier, value


def _copies(label: str, pairs: Sequence[tuple[str, str]]) -> list[CopyReference]:
    number = int(label) if label.isascii() and label.isdigit() and int(label) > 0 else None
    branch = next((value for qualifier, value in pairs if qualifier == "LLO" and value), None)
    barcodes = [value for qualifier, value in pairs if qualifier == "LAC" and value]
    if not barcodes and number is None and branch is None:
        return []
    if len(barcodes) > 1:
        return [CopyReference(branch=branch, barcode=barcode) for barcode in barcodes]
    return [CopyReference(copy_number=number, branch=branch, barcode=barcodes[0] if barcodes else None)]

"""Reads a bookseller's files of records: ONIX, MARC 21 in ISO 2709, MARCXML. Pure. Knows no parser and no catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from services.suppliers.contract import Kind, Reading
from services.suppliers.national.read.codes import Odd, odd
from shared.findings import Finding, FindingList, Severity
from shared.formats import marc, onix
from shared.formats.forms import Form, form_of, root_of
from shared.records import KeptAside, Record
from shared.values import isbn13_or_none

_CHUNK = 1 << 16
_HEAD = 8_192
_NOT_CARRIED = frozenset({onix.Code.NOT_CARRIED, marc.Code.NOT_CARRIED})

Item = Record | KeptAside | Finding
_Reader = Callable[[Iterable[bytes], int], Iterator[Item]]


def is_feed(head: bytes) -> bool:
    """Returns whether a file that begins with these bytes is one of records."""
    return _reader_of(head) is not None


def read_feed(parts: Iterable[bytes], after: int) -> Iterator[Item]:
    """Yields the records of a file, whose bytes arrive in parts, and what cannot become one; leaves out the first `after`."""
    stream = iter(parts)
    head = b""
    while len(head) < _HEAD and (part := next(stream, None)) is not None:
        head += part
    read = _reader_of(head[:_HEAD]) or onix.read_records
    yield from read(chain([head], stream), after)


def read_records(body: bytes) -> Reading:
    """Reads a whole file of records, for those that need it whole: the conformance kit, and the page that explains a message."""
    facts: list[Record] = []
    findings = FindingList()
    left_out = False
    for item in read_feed((body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)), 0):
        if isinstance(item, Record):
            facts.append(item)
            # Nobody need act on what our description has no field for: it is kept.
            findings += (finding for finding in item.findings if finding.code not in _NOT_CARRIED)
        else:
            findings.append(item.finding if isinstance(item, KeptAside) else item)
            left_out = left_out or (isinstance(item, KeptAside) and item.finding.severity is Severity.WARNING)
    if left_out and not facts:
        findings.append(odd(Odd.NO_ISBN, "the file contains no record of a book", severity=Severity.ERROR))
    return Reading(Kind.RECORD, tuple(facts), tuple(findings))


def of_book(record: Record, isbn: str) -> Record:
    """Returns a record as one of the book with this ISBN where it names that book, else of its own."""
    named = (isbn13_or_none(one.value) for one in record.description.identifiers if not one.invalid)
    return replace(record, isbn=isbn) if isbn in {record.isbn, *named} else record


def _reader_of(head: bytes) -> _Reader | None:
    form = form_of(head)
    if form is Form.MARC:
        return marc.read_records
    root = root_of(head) if form is Form.XML else ""
    if root in onix.ROOTS:
        return onix.read_records
    return marc.read_xml_records if root in marc.ROOTS else None

"""Reads ISO 2709, the binary form of MARC 21. pymarc cuts the records, this module decodes them, `facts` interprets them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pymarc
from pymarc.marc8 import marc8_to_unicode

from shared.findings import Finding, FindingList, Severity
from shared.formats.marc.facts import Code, Field, Reading, Record, facts_of

_END_OF_RECORD = b"\x1d"


def read(raw: bytes) -> Reading:
    """Reads the records of a file. Never raises for content: a record that cannot be cut becomes a finding, and the next is read.

    A finding's `segment` is the 1-based number of the record, `offset` its first byte. pymarc's own decoding silently replaces
    what it cannot read by blanks and question marks: here that is a finding.
    """
    read_records: list[Record] = []
    findings: list[Finding] = FindingList()
    for number, (offset, chunk) in enumerate(_chunks(raw), start=1):
        cut = _cut(chunk)
        if isinstance(cut, str):
            findings.append(Finding(Code.UNREADABLE, cut, Severity.ERROR, number, offset))
            continue
        fields, odd = _decoded(cut, number)
        record, more = facts_of(fields, place=number)
        read_records.append(record)
        findings += odd + more
    if not read_records and not findings:
        findings.append(Finding(Code.NOT_MARC, "the file contains no MARC record", Severity.ERROR))
    return Reading(tuple(read_records), tuple(findings))


def _chunks(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields each record with its offset: up to and including the end-of-record byte, without line breaks between records."""
    start = 0
    for piece in raw.split(_END_OF_RECORD):
        chunk = piece.lstrip(b"\r\n\0 \x1a")
        if chunk:
            offset = start + len(piece) - len(chunk)
            yield offset, raw[offset : start + len(piece) + 1]
        start += len(piece) + 1


def _cut(chunk: bytes) -> pymarc.Record | str:
    """Returns the record with its subfields as bytes, or the reason why it cannot be cut."""
    reader = pymarc.MARCReader(chunk, to_unicode=False, permissive=True)
    with warnings.catch_warnings():
        # pymarc warns of subfield codes that are not ASCII; none of those is read here.
        warnings.simplefilter("ignore")
        record: pymarc.Record | None = next(reader, None)
    if record is None:
        error = reader.current_exception
        return f"the record cannot be cut: {type(error).__name__}: {error}"
    return record


def _decoded(record: pymarc.Record, number: int) -> tuple[list[Field], list[Finding]]:
    text = _Text(declared_utf8=record.leader[9] == "a")
    fields = []
    for field in record.fields:
        second = field.indicators[1] if field.indicators else " "
        parts = [(str(code), text(value)) for code, value in field.subfields] or [("", text(field.data or b""))]
        fields.append(Field(field.tag, tuple(parts), second))
    findings = []
    if text.utf8_undeclared:
        wrong = "LDR/09 declares MARC-8, but the bytes are UTF-8"
        findings.append(Finding(Code.CHARSET, wrong, Severity.INFO, number))
    if text.blanked:
        wrong = "some characters are not in MARC-8 and were replaced by blanks"
        findings.append(Finding(Code.REPLACED, wrong, Severity.WARNING, number))
    return fields, findings


class _Text:
    """Decodes the texts of one record and remembers what was unusual about them."""

    def __init__(self, *, declared_utf8: bool) -> None:
        self.utf8_undeclared = False
        self.blanked = False
        self._declared_utf8 = declared_utf8

    def __call__(self, raw: object) -> str:
        if not isinstance(raw, bytes):
            return str(raw)
        if self._declared_utf8:
            return raw.decode("utf-8", "replace")
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode("ascii")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._marc8(raw)
        if b"\x1b" in raw:
            return self._marc8(raw)
        self.utf8_undeclared = True
        return text

    def _marc8(self, raw: bytes) -> str:
        try:
            text: str = marc8_to_unicode(raw, hide_utf8_warnings=True)
        except UnicodeDecodeError:
            return raw.decode("ascii", "replace")
        self.blanked = self.blanked or text.count(" ") > raw.count(b" ")
        return text

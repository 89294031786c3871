"""Reads and writes ISO 2709, the binary form of MARC 21. pymarc cuts and joins the records; `charsets` decodes their texts."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import cast
from unicodedata import is_normalized

import pymarc
from pymarc.exceptions import (
    BaseAddressInvalid,
    BaseAddressNotFound,
    EndOfRecordNotFound,
    NoFieldsFound,
    RecordDirectoryInvalid,
    RecordLeaderInvalid,
    RecordLengthInvalid,
    TruncatedRecord,
)

from shared.findings import Finding, Severity
from shared.formats.marc.charsets import Charset, charset_of
from shared.formats.marc.codes import Code
from shared.formats.marc.copies import KOHA, CopyFields
from shared.formats.marc.fields import Field, MadeField, MarcRecord, is_control
from shared.formats.marc.records import CutRecord, Origin, marc_of, record_of
from shared.records import KeptAside, Record
from shared.texts import plain

LONGEST_RECORD = 99_999
"""The length of a record has five digits (LDR/00-04)."""
LONGEST_FIELD = 9_999
"""The length of a field has four digits in the directory."""
LONGEST_RUN = 1 << 20
"""Bytes without an end of record that are kept aside as one part."""

_END_OF_RECORD, _END_OF_FIELD = b"\x1d", b"\x1e"
_BETWEEN_RECORDS = b"\r\n\0 \x1a"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LEADER, _ENTRY = 24, 12
# The leader of a record of MARC 21, by what is the same in all of them (LDR/10-11, 20-23).
_BEGIN = re.compile(rb"\d{5}[a-z ][a-z][a-z ][a-z ][a ]22\d{5}[0-9A-Za-z #]{3}45[0 ]0")
# All that is printable in Latin-1.
_PRINTABLE = bytes(byte for byte in range(256) if chr(byte).isprintable())
_NO_RECORD = Finding(Code.NOT_MARC, "the file contains no MARC record", Severity.ERROR)
_CODE_NOT_ASCII = re.compile(rb"\x1f[\x80-\xff]")
# Why pymarc cannot divide a record, in words for the supplier; the first that fits counts.
_FAULTS: Mapping[type[Exception], str] = {
    RecordLengthInvalid: "LDR/00-04 is not a length",
    TruncatedRecord: "it has fewer bytes than LDR/00-04 states, so it is cut off, or the length is wrong",
    EndOfRecordNotFound: "the byte that ends a record (1D) is missing",
    RecordLeaderInvalid: "its leader has fewer than 24 characters",
    BaseAddressNotFound: "the address in LDR/12-16 is not inside the record",
    BaseAddressInvalid: "the address in LDR/12-16 is not inside the record",
    RecordDirectoryInvalid: "its directory is not made of entries of 12 characters, or LDR/12-16 does not state where it ends",
    NoFieldsFound: "it has a leader and no field",
    UnicodeDecodeError: "its leader, its directory or an indicator has a byte that is not ASCII",
    ValueError: "a length or an address in its leader or directory is not a number",
}


class TooLong(ValueError):
    """A record is too long for ISO 2709. It is not shortened: whoever writes it decides what to leave out, or takes MARCXML."""


def read_records(chunks: Iterable[bytes], after: int = 0) -> Iterator[Record | KeptAside | Finding]:
    """Yields the records of a file as they arrive. Never raises for content: what cannot become a record is kept aside.

    Leaves out the first `after` records. Memory holds one chunk and at most 1 MiB. A finding is about the file. That of a record
    names, as `segment`, the 1-based number of the record.
    """
    number = 0
    for number, (offset, raw) in enumerate(_runs(chunks), start=1):
        if number > after:
            yield _read(raw, number, offset)
    if not number:
        yield _NO_RECORD


def cut_records(chunks: Iterable[bytes]) -> Iterator[CutRecord | KeptAside | Finding]:
    """Yields the records of a file as `read_records` does, cut into fields, also those that the table does not carry."""
    number = 0
    for number, (offset, raw) in enumerate(_runs(chunks), start=1):
        yield _cut_record(raw, number, offset)
    if not number:
        yield _NO_RECORD


def _runs(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yields each record with its offset: up to and including the end-of-record byte, without line breaks between records."""
    rest, start = b"", 0
    for chunk in chunks:
        *pieces, rest = (rest + chunk).split(_END_OF_RECORD)
        for piece in pieces:
            record = piece + _END_OF_RECORD
            if record[:5] == b"%05d" % len(record):
                yield start, record
            else:
                yield from _parts(record, start)
            start += len(record)
        while len(rest) > LONGEST_RUN:
            yield from _parts(rest[:LONGEST_RUN], start)
            rest, start = rest[LONGEST_RUN:], start + LONGEST_RUN
    yield from _parts(rest, start)


def _parts(piece: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    for at in range(0, len(piece), LONGEST_RUN):
        part = piece[at : at + LONGEST_RUN]
        begun = part.removeprefix(_BYTE_ORDER_MARK) if start + at == 0 else part
        begun = begun.lstrip(_BETWEEN_RECORDS)
        if begun and begun != _END_OF_RECORD:
            yield from _apart(begun, start + at + len(part) - len(begun))


def _apart(run: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yields the records in a run, of which all but the last lack their end: a cut one must not take the next one with it."""
    if run[:5] == b"%05d" % len(run):
        yield start, run
        return
    begins = [0, *(found.start() for found in _BEGIN.finditer(run, 1)), len(run)]
    for begin, end in pairwise(begins):
        record = run[begin:end]
        yield start + begin, record if end == len(run) else record.rstrip(_BETWEEN_RECORDS) + _END_OF_RECORD


def _read(raw: bytes, number: int, offset: int) -> Record | KeptAside:
    cut = _cut_record(raw, number, offset)
    found = cut if isinstance(cut, KeptAside) else record_of(*cut)
    return KeptAside(number=number, offset=offset, raw=raw, finding=found) if isinstance(found, Finding) else found


def _cut_record(raw: bytes, number: int, offset: int) -> CutRecord | KeptAside:
    findings: list[Finding] = []
    charset = charset_of(raw, declared_utf8=raw[9:10] == b"a")
    cut = _cut(raw, findings, number, decoded=charset.valid_utf8)
    if isinstance(cut, str):
        finding = Finding(Code.UNREADABLE, cut, Severity.ERROR, number, offset)
        return KeptAside(number=number, offset=offset, raw=raw, finding=finding)
    marc = MarcRecord(str(cut.leader), _fields(cut.fields, charset))
    findings += charset.findings(number)
    return CutRecord(marc, Origin(number, offset, segment=number, encoding_true=charset.declared, findings=findings))


def _fields(cut: Sequence[pymarc.Field | pymarc.RawField], charset: Charset) -> Sequence[Field]:
    """Returns the fields with plain texts: those of pymarc where its texts are plain, as nearly all are, else others."""
    if charset.valid_utf8 and _are_plain(cut):
        return cast("Sequence[Field]", cut)
    return [_field(field, charset) for field in cut]


def _are_plain(cut: Sequence[pymarc.Field | pymarc.RawField]) -> bool:
    """Returns whether `plain` would leave all texts as they are. It is asked of all at once, which is much faster."""
    text = " ".join([subfield[1] for field in cut for subfield in field.subfields])
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        return False
    try:
        # Nearly all texts are in Latin-1, where nothing is left to compose; its bytes are checked faster than characters.
        return not text.encode("latin-1").translate(None, _PRINTABLE)
    except UnicodeEncodeError:
        return text.isprintable() and is_normalized("NFC", text)


def _field(field: pymarc.Field | pymarc.RawField, charset: Charset) -> Field:
    if field.indicators is None:
        return MadeField(field.tag, data=_text(field.data or "", charset))
    subfields = [(code, plain(_text(value, charset))) for code, value in field.subfields]
    return MadeField(field.tag, "".join(field.indicators), subfields)


def _text(value: str | bytes, charset: Charset) -> str:
    return value if isinstance(value, str) else charset.decode(value)


def _cut(raw: bytes, findings: list[Finding], number: int, *, decoded: bool) -> pymarc.Record | str:
    """Returns the record, its texts `decoded` from UTF-8 or as bytes; the reason where it cannot be cut."""
    if len(raw) > LONGEST_RECORD:
        return f"it cannot be divided into fields: it has {len(raw)} bytes, and ISO 2709 holds {LONGEST_RECORD}"
    if raw[:5] != b"%05d" % len(raw) and _has_true_directory(raw):
        text = f"the record has {len(raw)} bytes, but says {raw[:5].decode('ascii', 'replace')!r} (LDR/00-04)"
        findings.append(Finding(Code.LENGTH, text, Severity.WARNING, number))
        raw = b"%05d" % len(raw) + raw[5:]
    reader = pymarc.MARCReader(raw, to_unicode=decoded, force_utf8=decoded, permissive=True)
    record: pymarc.Record | None = _next(reader, ascii_codes=raw.isascii() or _CODE_NOT_ASCII.search(raw) is None)
    if record is None:
        return f"it cannot be divided into fields: {_fault_in_words(reader.current_exception)}"
    if raw.count(_END_OF_FIELD) != len(record.fields) + 1 and not _has_true_directory(raw):
        return "it cannot be divided into fields: its directory does not agree with its fields"
    return record


def _fault_in_words(error: Exception | None) -> str:
    return next((words for kind, words in _FAULTS.items() if isinstance(error, kind)), f"its structure is damaged ({error!r})")


def _next(reader: pymarc.MARCReader, *, ascii_codes: bool) -> pymarc.Record | None:
    if ascii_codes:
        return next(reader, None)
    with warnings.catch_warnings():
        # pymarc warns of subfield codes that are not ASCII; they stay in the remainder.
        warnings.simplefilter("ignore")
        return next(reader, None)


def _has_true_directory(raw: bytes) -> bool:
    """Returns whether each field ends where the directory says."""
    base = raw[12:17]
    start = int(base) if base.isdigit() else 0
    directory = raw[_LEADER : start - 1]
    if not directory or len(directory) % _ENTRY or not directory[3:].isalnum():
        return False
    for at in range(0, len(directory), _ENTRY):
        size, place = directory[at + 3 : at + 7], directory[at + 7 : at + _ENTRY]
        if not (size.isdigit() and place.isdigit()):
            return False
        end = start + int(place) + int(size)
        if raw[end - 1 : end] != _END_OF_FIELD:
            return False
    return True


def write_binary(records: Iterable[Record], copies: CopyFields = KOHA) -> Iterator[bytes]:
    """Yields each record in ISO 2709, in UTF-8 (LDR/09 `a`), its copies in the fields of `copies`.

    Raises TooLong for a record over 99,999 bytes, or with a field over 9,999. Summary and contents are cut into several fields
    and so never too long for one.
    """
    for record in records:
        yield _written(marc_of(record, copies))


def _written(marc: MarcRecord) -> bytes:
    fields = [_pymarc_field(field) for field in marc.fields]
    raw: bytes = pymarc.Record(fields=fields, leader=marc.leader).as_marc()
    if len(raw) <= LONGEST_FIELD:
        return raw
    number = next((field.data for field in marc.fields if field.tag == "001"), "")
    if len(raw) > LONGEST_RECORD:
        raise TooLong(f"the record {number!r} has {len(raw)} bytes, and ISO 2709 holds {LONGEST_RECORD}")
    for field in fields:
        size = len(field.as_marc("utf-8"))
        if size > LONGEST_FIELD:
            raise TooLong(f"field {field.tag} of the record {number!r} has {size} bytes, and ISO 2709 holds {LONGEST_FIELD}")
    return raw


def _pymarc_field(field: Field) -> pymarc.Field:
    if is_control(field.tag):
        return pymarc.Field(field.tag, data=field.data)
    subfields = [pymarc.Subfield(code, text) for code, text in field.subfields]
    return pymarc.Field(field.tag, pymarc.Indicators(*field.indicators), subfields)

"""All records of a file: the titles that it proposes to order, and the records that are kept aside, each with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.findings import Finding, Severity
from shared.formats.marc.binary import cut_records
from shared.formats.marc.marcxml import cut_xml_records
from shared.formats.marc.order_data.mapping import OrderMapping
from shared.formats.marc.order_data.titles import OrderedTitle, tag_for, title_of
from shared.formats.marc.order_data.words import RecordFinding
from shared.formats.marc.records import CutRecord
from shared.records import KeptAside

BINARY, XML = "application/marc", "application/marcxml+xml"
# White space, and the marks with which UTF-8 and UTF-16 begin.
_BEFORE_XML = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
_Cutter = Callable[[Iterable[bytes]], Iterator[CutRecord | KeptAside | Finding]]
_CUTTERS: Mapping[str, _Cutter] = {BINARY: cut_records, XML: cut_xml_records}


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file proposes. Each of its records is in `titles` or in exactly one finding of severity `error`."""

    records: int
    titles: tuple[OrderedTitle, ...]
    findings: tuple[RecordFinding, ...]

    @property
    def kept_aside(self) -> int:
        """The number of records that became no title."""
        return self.records - len(self.titles)


def form_of(raw: bytes) -> str:
    """Returns the media type that a file has by its bytes, whatever it was called: programs mix the two up."""
    return XML if raw.lstrip(_BEFORE_XML)[:1] == b"<" else BINARY


def read_file(raw: bytes, mapping: OrderMapping, supplier_id: str) -> FileRead:
    """Reads a file in ISO 2709 or MARCXML. Never raises for content: a bad record holds up no other."""
    titles: list[OrderedTitle] = []
    findings: list[RecordFinding] = []
    records = 0
    for each in _CUTTERS[form_of(raw)]([raw]):
        found = _of_file(each) if isinstance(each, Finding) else _of_record(each, mapping, supplier_id)
        if isinstance(found, OrderedTitle):
            titles.append(found)
            findings += found.findings
        else:
            findings.append(found)
        records += not isinstance(each, Finding)
    return FileRead(records, tuple(titles), tuple(findings))


def _of_file(finding: Finding) -> RecordFinding:
    return RecordFinding(None, "", finding.code, Severity.ERROR, f"{finding.text}; ask for the file again")


def _of_record(each: CutRecord | KeptAside, mapping: OrderMapping, supplier_id: str) -> OrderedTitle | RecordFinding:
    if isinstance(each, CutRecord):
        return title_of(each, mapping, supplier_id)
    text = f"{each.finding.text}; ask the supplier for the record again"
    return RecordFinding(each.number, tag_for(each.finding), each.finding.code, Severity.ERROR, text)

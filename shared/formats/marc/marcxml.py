"""Reads MARCXML, and writes it through lxml. Knows no supplier; `records` interprets the fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from lxml import etree

from shared.findings import Finding, FindingList, Severity
from shared.formats.marc.codes import Code
from shared.formats.marc.copies import KOHA, CopyFields
from shared.formats.marc.fields import BLANK_LEADER, Field, MadeField, MarcRecord, is_control
from shared.formats.marc.records import CutRecord, Origin, marc_of, record_of
from shared.formats.xml import Element, Refused, records
from shared.formats.xml_records import Broken, Parsed, Piece, of_format, read_elements
from shared.formats.xml_records import Refused as Unfit
from shared.records import KeptAside, Record
from shared.texts import UNREADABLE, plain

ROOTS = frozenset({"collection", "record"})
_RECORDS = {"collection": "record"}

_NAMESPACE = "http://www.loc.gov/MARC21/slim"
_FIELDS = frozenset({"leader", "controlfield", "datafield"})
_DEFAULT: dict[str, str] = {None: _NAMESPACE}  # type: ignore[dict-item]  # lxml-stubs lack the default namespace
_LINE_ENDS = "\r\n\t"
_NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Reading:
    """All records of a document, and findings about the document and what in it became no record.

    What is wrong or unusual in a record is in its own `findings`.
    """

    records: tuple[Record, ...]
    findings: tuple[Finding, ...]


def read_xml_records(chunks: Iterable[bytes], after: int = 0) -> Iterator[Record | KeptAside | Finding]:
    """Yields the records of a stream, a `collection` or one `record`, as `binary.read_records` does."""
    for each in _cut_each(chunks, after):
        if isinstance(each, _CutPiece):
            found = record_of(*each.cut)
            yield _aside(each.piece, found) if isinstance(found, Finding) else found
        else:
            yield each


def cut_xml_records(chunks: Iterable[bytes]) -> Iterator[CutRecord | KeptAside | Finding]:
    """Yields the records of a stream, a `collection` or one `record`, as `binary.cut_records` does."""
    for each in _cut_each(chunks, 0):
        yield each.cut if isinstance(each, _CutPiece) else each


class _CutPiece(NamedTuple):
    """A record cut into its fields, and the piece of the document that it is."""

    cut: CutRecord
    piece: Piece


def _cut_each(chunks: Iterable[bytes], after: int) -> Iterator[_CutPiece | KeptAside | Finding]:
    try:
        for each in read_elements(chunks, _RECORDS, after=after):
            if isinstance(each, Parsed):
                yield _of_parsed(each)
            elif isinstance(each, Broken):
                (named,) = of_format([each.finding], "marc")
                yield _aside(each.piece, named)
    except Unfit as unfit:
        yield Finding(Code.REFUSED if unfit.dangerous else Code.NOT_XML, str(unfit), Severity.ERROR)


def _of_parsed(parsed: Parsed) -> _CutPiece:
    piece, findings = parsed.piece, of_format(parsed.findings, "marc")
    origin = Origin(piece.number, piece.offset, piece.number, encoding_true=parsed.encoding_true, findings=findings)
    return _CutPiece(_cut_element(parsed.element, origin), piece)


def _aside(piece: Piece, finding: Finding) -> KeptAside:
    return KeptAside(number=piece.number, offset=piece.offset, raw=piece.raw, finding=finding)


def read_xml(text: str | bytes, *, isbn: str = "") -> Reading:
    """Reads the records of a `collection`, or a single `record`, in any namespace. Never raises for content.

    Text is read as it is, whatever encoding it declares; bytes are read in the encoding that they declare. A finding's `segment`
    is the line of its record. `isbn` is that of the book which a record without ISBN is about.
    """
    raw = text.lstrip().encode("utf-8", "replace") if isinstance(text, str) else text.lstrip()
    found: list[Element] = []
    broken: list[Finding] = []
    try:
        found.extend(records([raw], _FIELDS | {"record"}, {}, encoding="utf-8" if isinstance(text, str) else None))
    except Refused as refused:
        code = Code.REFUSED if refused.dangerous else Code.NOT_XML
        broken.append(Finding(code, str(refused), Severity.ERROR, refused.line))
    elements = _records(found)
    reading = of_elements(elements, isbn=isbn)
    if not elements and not broken:
        broken.append(Finding(Code.NOT_MARC, "the document contains no MARC record", Severity.ERROR))
    return Reading(reading.records, (*reading.findings, *broken))


def of_elements(found: Iterable[Element], *, isbn: str = "") -> Reading:
    """Reads records from `record` elements that are already parsed; one without ISBN is a finding, unless `isbn` is given."""
    read: list[Record] = []
    findings: list[Finding] = FindingList()
    for number, element in enumerate(found, start=1):
        marc, line = _neutral(element), element.line or None
        one = record_of(marc, Origin(number, segment=line, isbn=isbn, findings=_replaced(marc, line)))
        if isinstance(one, Finding):
            findings.append(one)
        else:
            read.append(one)
    return Reading(tuple(read), tuple(findings))


def _records(found: list[Element]) -> list[Element]:
    """Returns the `record` elements of a document; a root that is itself the record gets its fields as children."""
    root, children = (found[0], found[1:]) if found else (Element(""), [])
    if root.name == "record":
        root.children = [child for child in children if child.name in _FIELDS]
        return [root]
    return [child for child in children if child.name == "record"]


def _neutral(record: Element) -> MarcRecord:
    leader, fields = BLANK_LEADER, []
    for child in record.children:
        if child.name == "leader":
            leader = child.text.strip(_LINE_ENDS)
        elif child.name == "controlfield":
            fields.append(_control(child.attributes.get("tag"), child.text))
        elif child.name == "datafield":
            indicators = child.attributes.get("ind1"), child.attributes.get("ind2")
            pairs = [(_code(part.attributes.get("code")), plain(part.text)) for part in child.all("subfield")]
            fields.append(MadeField(child.attributes.get("tag", ""), _indicators(*indicators), pairs))
    return MarcRecord(leader, fields)


def _replaced(marc: MarcRecord, segment: int | None) -> list[Finding]:
    """Returns the finding that whoever made the document could not read some characters; none where all are there."""
    if not any(UNREADABLE in text for field in marc.fields for _, text in field.subfields):
        return []
    text = "some characters could not be read and were replaced"
    return [Finding(Code.REPLACED, text, Severity.WARNING, segment)]


def _control(tag: str | None, text: str) -> Field:
    return MadeField(tag or "", data=text.strip(_LINE_ENDS))


def _code(code: str | None) -> str:
    return (code or " ")[:1]


def _indicators(first: str | None, second: str | None) -> str:
    return (first or " ")[:1] + (second or " ")[:1]


def record_of_element(element: etree._Element, origin: Origin = _NOWHERE) -> Record | Finding:
    """Reads one `record` element of lxml, in any namespace; a finding where it has no valid ISBN."""
    return record_of(*_cut_element(element, origin))


def _cut_element(element: etree._Element, origin: Origin) -> CutRecord:
    leader, fields = BLANK_LEADER, []
    for child in element:
        name = _local(child)
        if name == "leader":
            leader = _text(child).strip(_LINE_ENDS)
        elif name == "controlfield":
            fields.append(_control(child.get("tag"), _text(child)))
        elif name == "datafield":
            pairs = [(_code(part.get("code")), plain(_text(part))) for part in child if _local(part) == "subfield"]
            fields.append(MadeField(child.get("tag") or "", _indicators(child.get("ind1"), child.get("ind2")), pairs))
    marc = MarcRecord(leader, fields)
    return CutRecord(marc, replace(origin, findings=(*origin.findings, *_replaced(marc, origin.segment))))


def _local(element: etree._Element) -> str:
    """Returns the local name; "" of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str:
    return (element.text or "") if not len(element) else "".join(map(str, element.itertext()))


def write_xml(found: Iterable[Record], copies: CopyFields = KOHA) -> bytes:
    """Writes a `collection` in UTF-8, copies in the fields of `copies`. Raises ValueError for text that XML cannot hold."""
    root = etree.Element(f"{{{_NAMESPACE}}}collection", nsmap=_DEFAULT)
    root.extend(element_of(record, copies) for record in found)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def element_of(record: Record, copies: CopyFields = KOHA) -> etree._Element:
    """Returns a record as a `record` element, its copies in the fields of `copies`.

    Raises ValueError for text that XML cannot hold.
    """
    marc = marc_of(record, copies)
    element = etree.Element(f"{{{_NAMESPACE}}}record", nsmap=_DEFAULT)
    etree.SubElement(element, f"{{{_NAMESPACE}}}leader").text = marc.leader
    for field in marc.fields:
        _write_field(element, field)
    return element


def _write_field(record: etree._Element, field: Field) -> None:
    if is_control(field.tag):
        etree.SubElement(record, f"{{{_NAMESPACE}}}controlfield", {"tag": field.tag}).text = field.data
        return
    attributes = {"tag": field.tag, "ind1": field.indicators[0], "ind2": field.indicators[1]}
    element = etree.SubElement(record, f"{{{_NAMESPACE}}}datafield", attributes)
    for code, text in field.subfields:
        etree.SubElement(element, f"{{{_NAMESPACE}}}subfield", {"code": code}).text = text

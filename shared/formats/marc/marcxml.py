"""Reads MARCXML through the hardened XML reader, and writes it. Knows no supplier; `facts` interprets the fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.findings import Finding, FindingList, Severity
from shared.formats.marc.facts import Code, Field, Reading, Record, facts_of
from shared.formats.xml import Element, Refused, XmlWriter, records

ROOTS = frozenset({"collection", "record"})

_NAMESPACE = "http://www.loc.gov/MARC21/slim"
_FIELDS = frozenset({"leader", "controlfield", "datafield"})
_LEADER = "00000nam a2200000 i 4500"


def read_xml(text: str | bytes) -> Reading:
    """Reads the records of a `collection`, or a single `record`, in any namespace. Never raises for content.

    Text is read as it is, whatever encoding it declares; bytes are read in the encoding that they declare. A finding's `segment`
    is the line of its record.
    """
    raw = text.lstrip().encode("utf-8", "replace") if isinstance(text, str) else text.lstrip()
    found: list[Element] = []
    broken: list[Finding] = []
    try:
        found.extend(records([raw], _FIELDS | {"record"}, {}, encoding="utf-8" if isinstance(text, str) else None))
    except Refused as refused:
        code = Code.REFUSED if refused.dangerous else Code.NOT_XML
        broken.append(Finding(code, str(refused), Severity.ERROR, refused.line))
    reading = of_elements(_records(found))
    if not reading.records and not broken:
        broken.append(Finding(Code.NOT_MARC, "the document contains no MARC record", Severity.ERROR))
    return Reading(reading.records, (*reading.findings, *broken))


def of_elements(found: Iterable[Element]) -> Reading:
    """Reads records from `record` elements that are already parsed."""
    read: list[Record] = []
    findings: list[Finding] = FindingList()
    for element in found:
        record, odd = facts_of(list(_fields(element)), place=element.line or None)
        read.append(record)
        findings += odd
    return Reading(tuple(read), tuple(findings))


def write_xml(record: Record) -> str:
    """Writes a `collection` of one record; reading it gives the same facts. Raises ValueError for text that XML cannot hold."""
    out = XmlWriter("collection", {"xmlns": _NAMESPACE})
    with out.inside("record"):
        out.leaf("leader", _LEADER)
        if record.control_number:
            out.leaf("controlfield", record.control_number, {"tag": "001"})
        for field in _fields_of(record):
            _write_field(out, field)
    return out.finish().decode()


def _records(found: list[Element]) -> list[Element]:
    """Returns the `record` elements of a document; a root that is itself the record gets its fields as children."""
    root, children = (found[0], found[1:]) if found else (Element(""), [])
    if root.name == "record":
        root.children = [child for child in children if child.name in _FIELDS]
        return [root]
    return [child for child in children if child.name == "record"]


def _fields(record: Element) -> Iterator[Field]:
    for child in record.children:
        tag = child.attributes.get("tag", "")
        if child.name == "controlfield":
            yield Field(tag, (("", child.text.strip()),))
        elif child.name == "datafield":
            subfields = tuple((part.attributes.get("code", ""), part.text.strip()) for part in child.all("subfield"))
            yield Field(tag, subfields, child.attributes.get("ind2", " "))


def _fields_of(record: Record) -> Iterator[Field]:
    """Yields the fields that hold the facts, in the order of their tags."""
    isbns = record.isbns or ("",)
    for number, isbn in enumerate(isbns):
        price = record.list_price if number == 0 else None
        amount = f"{price.currency} {price.amount:f}" if price is not None else ""
        yield Field("020", (("a", isbn), ("q", record.form if number == 0 else ""), ("c", amount)))
    authors = [Field("100" if number == 0 else "700", (("a", author),)) for number, author in enumerate(record.authors)]
    yield from authors[:1]
    yield Field("245", (("a", record.title), ("b", record.subtitle)), "0")
    yield Field("264", (("b", record.publisher), ("c", record.year)), "1")
    yield from authors[1:]


def _write_field(out: XmlWriter, field: Field) -> None:
    filled = [(code, text) for code, text in field.subfields if text]
    if not filled:
        return
    with out.inside("datafield", {"tag": field.tag, "ind1": " ", "ind2": field.second}):
        for code, text in filled:
            out.leaf("subfield", text, {"code": code})

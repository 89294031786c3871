"""Renders SRU's answers to a search: records, diagnostics, the request repeated. Knows no table.

An element given here becomes part of the answer: it must not be used again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from shared.formats.cql import Code, Diagnostic
from shared.formats.sru.requests import Diagnostics, Explain, SearchRetrieve
from shared.formats.sru.words import EXPLAIN, SCHEMAS, Packing, Version
from shared.formats.xml import holdable

CONTENT_TYPE = "text/xml; charset=utf-8"

_FIRST = ("http://www.loc.gov/zing/srw/", "http://www.loc.gov/zing/srw/diagnostic/")
_SECOND = ("http://docs.oasis-open.org/ns/search-ws/sruResponse", "http://docs.oasis-open.org/ns/search-ws/diagnostic")
# version -> namespaces of the answer and of its diagnostics
NAMESPACES = {Version.V1_1: _FIRST, Version.V1_2: _FIRST, Version.V2_0: _SECOND}

# Of the repeated request, in the order of the schema.
_ECHOED = (
    *("query", "queryType", "startRecord", "maximumRecords"),
    *("recordPacking", "recordXMLEscaping", "recordSchema", "stylesheet"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """A found record in the schema of the request; `identifier` is what the catalogue calls it."""

    data: etree._Element
    identifier: str = ""


def search_answer(request: SearchRetrieve, number: int, records: Sequence[Record]) -> bytes:
    """Renders the records from `request.start` on, of `number` found in all; a start beyond the last one is diagnostic 61."""
    if request.start > max(number, 1):
        beyond = Diagnostic(Code.BEYOND_LAST, str(request.start))
        return refusal(Diagnostics(request.version, request.arguments, (beyond,)))
    out = _Writer(request.version)
    root = out.root("searchRetrieveResponse")
    out.leaf(root, "numberOfRecords", str(number))
    if records:
        parent = out.inside(root, "records")
        for position, record in enumerate(records, start=request.start):
            out.record(parent, SCHEMAS[request.schema].uri, request.packing, record, position)
        following = request.start + len(records)
        if following <= number:
            out.leaf(root, "nextRecordPosition", str(following))
    out.echo(root, request.arguments)
    return _finished(root)


def refusal(refused: Diagnostics) -> bytes:
    """Renders a search that found nothing, with the diagnostics."""
    out = _Writer(refused.version)
    root = out.root("searchRetrieveResponse")
    out.leaf(root, "numberOfRecords", "0")
    out.echo(root, refused.arguments)
    parent = out.inside(root, "diagnostics")
    for one in refused.items:
        out.diagnostic(parent, one)
    return _finished(root)


def explain_answer(request: Explain, record: etree._Element) -> bytes:
    """Renders an explain record."""
    out = _Writer(request.version)
    root = out.root("explainResponse")
    out.record(root, EXPLAIN, request.packing, Record(record))
    return _finished(root)


def _finished(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


class _Writer:
    """Writes elements in the namespaces of one version."""

    def __init__(self, version: Version) -> None:
        self._version = version
        self._namespace, self._diagnostics = NAMESPACES[version]

    def root(self, name: str) -> etree._Element:
        root = etree.Element(f"{{{self._namespace}}}{name}", nsmap={"srw": self._namespace})
        self.leaf(root, "version", self._version)
        return root

    def inside(self, parent: etree._Element, name: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{self._namespace}}}{name}")

    def leaf(self, parent: etree._Element, name: str, text: str) -> None:
        self.inside(parent, name).text = holdable(text)

    def record(self, parent: etree._Element, schema: str, packing: Packing, record: Record, position: int | None = None) -> None:
        element = self.inside(parent, "record")
        self.leaf(element, "recordSchema", schema)
        self.leaf(element, "recordXMLEscaping" if self._version is Version.V2_0 else "recordPacking", packing)
        data = self.inside(element, "recordData")
        if packing is Packing.XML:
            data.append(record.data)
        else:
            data.text = etree.tostring(record.data, encoding="unicode")
        # SRU 1.1 has no identifier of a record.
        if record.identifier and self._version is not Version.V1_1:
            self.leaf(element, "recordIdentifier", record.identifier)
        if position is not None:
            self.leaf(element, "recordPosition", str(position))

    def echo(self, root: etree._Element, arguments: Mapping[str, str]) -> None:
        """Repeats the request; one without a query has no place in the schema."""
        if "query" not in arguments:
            return
        element = self.inside(root, "echoedSearchRetrieveRequest")
        self.leaf(element, "version", self._version)
        for name in _ECHOED:
            if name in arguments:
                self.leaf(element, name, arguments[name])

    def diagnostic(self, parent: etree._Element, one: Diagnostic) -> None:
        element = etree.SubElement(parent, f"{{{self._diagnostics}}}diagnostic", nsmap={"diag": self._diagnostics})
        for name, text in (("uri", one.uri), ("details", one.details), ("message", one.message)):
            if text:
                etree.SubElement(element, f"{{{self._diagnostics}}}{name}").text = holdable(text)

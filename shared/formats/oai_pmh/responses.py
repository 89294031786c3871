"""Renders the answers of OAI-PMH 2.0. Knows no table; metadata is an element that the caller gives.

An element given here becomes part of the answer: it must not be used again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from shared.formats.oai_pmh.requests import (
    GetRecord,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListRecords,
    ListSets,
    Refused,
    Request,
)
from shared.formats.oai_pmh.tokens import Resumption, write_token
from shared.formats.oai_pmh.words import FORMATS, Code, Error, Format, Prefix, Repository
from shared.formats.xml import holdable

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
CONTENT_TYPE = "text/xml; charset=utf-8"

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA_LOCATION = f"{{{_XSI}}}schemaLocation"
_ROOT = f'<OAI-PMH xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}"/>'
_GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"


@dataclass(frozen=True, slots=True)
class Header:
    """A record's header. `datestamp` is aware; `deleted`: the record is no longer there."""

    identifier: str
    datestamp: datetime
    sets: tuple[str, ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A record; a deleted one has no metadata."""

    header: Header
    metadata: etree._Element | None = None


@dataclass(frozen=True, slots=True)
class SetEntry:
    """A set, by its setSpec, and its name for people."""

    spec: str
    name: str


@dataclass(frozen=True, slots=True)
class More:
    """What follows a part of a list: `position` of the next item, as the list's owner writes it; None after the last part.

    `size` is how many items the whole list has, if known.
    """

    position: str | None = None
    size: int | None = None


LAST = More()


class Answers:
    """Renders the answers of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def identify(self, request: Identify, now: datetime) -> bytes:
        """Renders who the repository is. `now` is aware, here and below: the moment of the answer."""
        root, answer = self._opened(request, now)
        _leaf(answer, "repositoryName", self._repository.name)
        _leaf(answer, "baseURL", self._repository.base_url)
        _leaf(answer, "protocolVersion", "2.0")
        for address in self._repository.admin_emails:
            _leaf(answer, "adminEmail", address)
        _leaf(answer, "earliestDatestamp", datestamp(self._repository.earliest))
        _leaf(answer, "deletedRecord", self._repository.deleted)
        _leaf(answer, "granularity", _GRANULARITY)
        return _finished(root)

    def metadata_formats(self, request: ListMetadataFormats, prefixes: Sequence[Prefix], now: datetime) -> bytes:
        """Renders formats; with none, the error noMetadataFormats."""
        if not prefixes:
            return self.refusal(_refused(request, Code.NO_METADATA_FORMATS, "The record has no metadata."), now)
        root, answer = self._opened(request, now)
        for prefix in prefixes:
            entry = etree.SubElement(answer, _tag("metadataFormat"))
            _leaf(entry, "metadataPrefix", prefix)
            _leaf(entry, "schema", FORMATS[prefix].schema)
            _leaf(entry, "metadataNamespace", FORMATS[prefix].namespace)
        return _finished(root)

    def sets(self, request: ListSets, sets: Sequence[SetEntry], more: More, now: datetime) -> bytes:
        """Renders sets; with none, the error noSetHierarchy."""
        if not sets:
            return self.refusal(_refused(request, Code.NO_SET_HIERARCHY, "This repository has no sets."), now)
        root, answer = self._opened(request, now)
        for one in sets:
            entry = etree.SubElement(answer, _tag("set"))
            _leaf(entry, "setSpec", one.spec)
            _leaf(entry, "setName", one.name)
        self._go_on(answer, request, len(sets), more)
        return _finished(root)

    def headers(self, request: ListIdentifiers, headers: Sequence[Header], more: More, now: datetime) -> bytes:
        """Renders headers; with none, the error noRecordsMatch."""
        if not headers:
            return self.refusal(_refused(request, Code.NO_RECORDS_MATCH, "No record matches the request."), now)
        root, answer = self._opened(request, now)
        for header in headers:
            _write_header(answer, header)
        self._go_on(answer, request, len(headers), more)
        return _finished(root)

    def records(self, request: ListRecords, records: Sequence[Record], more: More, now: datetime) -> bytes:
        """Renders records; with none, the error noRecordsMatch."""
        if not records:
            return self.refusal(_refused(request, Code.NO_RECORDS_MATCH, "No record matches the request."), now)
        root, answer = self._opened(request, now)
        for record in records:
            _write_record(answer, record, FORMATS[request.selection.prefix])
        self._go_on(answer, request, len(records), more)
        return _finished(root)

    def record(self, request: GetRecord, record: Record | None, now: datetime) -> bytes:
        """Renders a record; for None, the error idDoesNotExist."""
        if record is None:
            return self.refusal(_refused(request, Code.ID_DOES_NOT_EXIST, "There is no record with this identifier."), now)
        root, answer = self._opened(request, now)
        _write_record(answer, record, FORMATS[request.prefix])
        return _finished(root)

    def refusal(self, refused: Refused, now: datetime) -> bytes:
        """Renders the errors of a request."""
        root = self._root(refused.arguments, now)
        for error in refused.errors:
            _leaf(root, "error", error.text).set("code", error.code)
        return _finished(root)

    def _root(self, arguments: Mapping[str, str], now: datetime) -> etree._Element:
        root = etree.XML(_ROOT)
        root.set(_SCHEMA_LOCATION, f"{NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
        _leaf(root, "responseDate", datestamp(now))
        request = _leaf(root, "request", self._repository.base_url)
        for name, value in arguments.items():
            request.set(name, value)
        return root

    def _opened(self, request: Request, now: datetime) -> tuple[etree._Element, etree._Element]:
        root = self._root(request.arguments, now)
        return root, etree.SubElement(root, _tag(request.arguments["verb"]))

    def _go_on(self, answer: etree._Element, request: ListSets | ListIdentifiers | ListRecords, count: int, more: More) -> None:
        """Writes the resumptionToken: an empty one ends a list of several parts, none belongs to a list of one (section 3.5)."""
        resumed = request.resumed
        if more.position is None and resumed is None:
            return
        verb = request.arguments["verb"]
        arguments = resumed.arguments if resumed else {name: value for name, value in request.arguments.items() if name != "verb"}
        cursor = resumed.cursor if resumed else 0
        size = more.size if more.size is not None or resumed is None else resumed.size
        token = ""
        if more.position is not None:
            token = write_token(verb, Resumption(arguments, more.position, cursor + count, size), self._repository.key)
        element = _leaf(answer, "resumptionToken", token)
        if size is not None:
            element.set("completeListSize", str(size))
        element.set("cursor", str(cursor))


def datestamp(moment: datetime) -> str:
    """Returns an aware moment as OAI-PMH writes it, in UTC, without fractions of a second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _refused(request: Request, code: Code, text: str) -> Refused:
    return Refused((Error(code, text),), request.arguments)


def _write_record(parent: etree._Element, record: Record, form: Format) -> None:
    element = etree.SubElement(parent, _tag("record"))
    _write_header(element, record.header)
    if record.metadata is not None and not record.header.deleted:
        etree.SubElement(element, _tag("metadata")).append(record.metadata)
        # Section 3.4: the metadata names its schema itself.
        record.metadata.set(_SCHEMA_LOCATION, f"{form.namespace} {form.schema}")


def _write_header(parent: etree._Element, header: Header) -> None:
    element = etree.SubElement(parent, _tag("header"))
    if header.deleted:
        element.set("status", "deleted")
    _leaf(element, "identifier", header.identifier)
    _leaf(element, "datestamp", datestamp(header.datestamp))
    for spec in header.sets:
        _leaf(element, "setSpec", spec)


def _leaf(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, _tag(name))
    element.text = holdable(text)
    return element


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _finished(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

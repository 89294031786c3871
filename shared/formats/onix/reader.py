"""Reads a file of ONIX product by product. Tolerant: whatever is wrong or unusual becomes a finding. Knows no field of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from shared.findings import Finding, FindingList, Severity
from shared.formats.onix.draft import Code, Defaults
from shared.formats.onix.elements import Element, first
from shared.formats.onix.product import record_of
from shared.formats.xml_records import Broken, Parsed, Refused, Root, WrongRoot, of_format, read_elements
from shared.records import KeptAside, Record

_CHUNK = 1 << 16
_NAMESPACES = frozenset(
    f"http://ns.editeur.org/onix/{release}/{tags}" for release in ("3.0", "3.1") for tags in ("reference", "short")
) | {None}
ROOTS = {"ONIXMessage": "Product", "ONIXmessage": "product"}
"""Reference and short tags: the root -> its records."""
DOCTYPES = frozenset(ROOTS)
"""The roots that ONIX 2.1 names in its DOCTYPE. The DTD is never loaded."""

_RELEASES = ("", "2.0", "2.1", "3.0", "3.1")  # 2.1 need not state it


@dataclass(frozen=True, slots=True)
class Reading:
    """All records of a file, what could not become one, and findings about the file, in its order."""

    records: tuple[Record, ...]
    kept_aside: tuple[KeptAside, ...]
    findings: tuple[Finding, ...]


def read(raw: bytes) -> Reading:
    """Reads everything in `raw`. Never raises for content."""
    records: list[Record] = []
    kept_aside: list[KeptAside] = []
    findings = FindingList()
    for item in read_records(raw[start : start + _CHUNK] for start in range(0, len(raw), _CHUNK)):
        if isinstance(item, Record):
            records.append(item)
        elif isinstance(item, KeptAside):
            kept_aside.append(item)
        else:
            findings.append(item)
    return Reading(tuple(records), tuple(kept_aside), tuple(findings))


def read_records(chunks: Iterable[bytes], after: int = 0) -> Iterator[Record | KeptAside | Finding]:
    """Yields the records of a stream, the products that are none, and findings about the file, in order.

    Leaves out the first `after` products. Memory holds few of them. Never raises for content. A finding about a product has its
    number as `segment`.
    """
    defaults = Defaults()
    try:
        for each in read_elements(chunks, ROOTS, doctypes=DOCTYPES, after=after):
            match each:
                case Root(element=element):
                    yield from _root_findings(element)
                    header = first(element, "Header") if element is not None else None
                    defaults = Defaults.of(header) if header is not None else defaults
                case Parsed():
                    yield _record(each, defaults)
                case Broken(piece=piece, finding=finding):
                    (named,) = of_format([finding], "onix")
                    yield KeptAside(number=piece.number, offset=piece.offset, raw=piece.raw, finding=named)
    except WrongRoot as refused:
        yield Finding(Code.NOT_ONIX, str(refused), Severity.ERROR)
    except Refused as refused:
        yield Finding(Code.REFUSED if refused.dangerous else Code.NOT_XML, str(refused), Severity.ERROR)


def _record(parsed: Parsed, defaults: Defaults) -> Record | KeptAside:
    piece = parsed.piece
    found = record_of(parsed.element, defaults, number=piece.number, offset=piece.offset)
    if isinstance(found, Finding):
        return KeptAside(number=piece.number, offset=piece.offset, raw=piece.raw, finding=found)
    if not parsed.findings:
        return found
    findings = (*of_format(parsed.findings, "onix"), *found.findings)
    return replace(found, encoding_true=parsed.encoding_true, findings=findings)


def _root_findings(root: Element | None) -> Iterator[Finding]:
    if root is None:
        return
    release = root.get("release", "")
    if release not in _RELEASES:
        yield Finding(Code.RELEASE, f"release {release!r} is none of 2.1, 3.0 and 3.1", Severity.WARNING)
    namespace = etree.QName(root).namespace
    if namespace not in _NAMESPACES:
        yield Finding(Code.NAMESPACE, f"namespace {namespace!r} is not one of EDItEUR's", Severity.INFO)

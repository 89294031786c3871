"""Parses the records of a file with lxml, many at once, and each by itself where one of them is broken. Knows no format's tags.

A record is read in UTF-8 where it is valid UTF-8, whatever the file declares; else in the encoding declared; else in
Windows-1252. A named character of a DTD, such as `&eacute;`, is read as the character that HTML gives this name.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from html.entities import html5
from typing import cast
from xml.sax.saxutils import quoteattr

from lxml import etree

from shared.findings import Finding, Severity
from shared.formats.xml_records.cutting import Piece, Prologue, Refused, cut
from shared.formats.xml_records.faults import fault_in_words
from shared.frozen import dataclass
from shared.texts import UNREADABLE

_AT_ONCE = 256 * 1024
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_PREDEFINED = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_MOST_ENTITIES = 20
_UNREADABLE = UNREADABLE.encode()
# What XML 1.0 does not allow in text -> what it is read as. A reference to such a character is as wrong as the character.
_FLAWS = (
    (re.compile(rb"&(?!#?\w+;)"), b"&amp;", "an & that begins no reference is read as it is"),
    (re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"), _UNREADABLE, "control characters are read as U+FFFD"),
    (
        re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcBC]|[eE]|[fF]|1[0-9a-fA-F]));"),
        _UNREADABLE,
        "references to control characters are read as U+FFFD",
    ),
)
_FALLBACK = "cp1252"
_OPEN = b"<records>"


class Code(StrEnum):
    """Codes of findings about a record's XML."""

    CHARSET = "xml-charset"  # the bytes are in another encoding than the file declares; read anyway
    ENTITY = "xml-entity"  # a named character of a DTD, read by its HTML name
    MENDED = "xml-mended"  # a character that XML does not allow; the rest of the record is read
    BROKEN = "xml-not-well-formed"  # the record cannot be parsed


@dataclass(frozen=True, slots=True)
class Root:
    """The root element, with what precedes the first record as children; None where a record is the root itself."""

    element: etree._Element | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record that was parsed, and what was unusual about its bytes. The element is valid until the next one is taken.

    Its names are in no namespace where that is the root's default one.
    """

    piece: Piece
    element: etree._Element
    encoding_true: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be parsed, with its bytes, and the reason."""

    piece: Piece
    finding: Finding


def of_format(findings: Iterable[Finding], name: str) -> tuple[Finding, ...]:
    """Returns findings about a record's XML under the codes of a format: `xml-charset` becomes `onix-charset`."""
    return tuple(replace(each, code=f"{name}{each.code.removeprefix('xml')}") for each in findings)


def read_elements(
    chunks: Iterable[bytes], roots: Mapping[str, str], *, doctypes: frozenset[str] = frozenset(), after: int = 0
) -> Iterator[Root | Parsed | Broken]:
    """Yields the root, then each record in the order of the file. `roots`: the local name of a root -> that of its records.

    Leaves out the first `after` records. Raises Refused for what is wrong with the file as a whole, after the records before it.
    """
    parts = cut(chunks, roots, doctypes)
    prologue = cast(Prologue, next(parts))
    reader = _Reader(prologue)
    yield Root(reader.root(prologue.header) if prologue.root else None)
    try:
        for part in parts:
            if isinstance(part, Piece) and part.number > after:
                yield from reader.take(part)
    except Refused:
        yield from reader.finish()
        raise
    yield from reader.finish()


class _Reader:
    """Collects records and parses them together."""

    def __init__(self, prologue: Prologue) -> None:
        self._open = _utf8(prologue.root) or _OPEN
        self._name = re.split(rb"[\s>]", self._open[1:], maxsplit=1)[0]
        self._close = b"</" + self._name + b">"
        self._encoding = _known(prologue.encoding)
        self._parser = _parser()
        self._waiting: list[_Decoded] = []
        self._size = 0

    def root(self, header: bytes) -> etree._Element:
        """Returns the root with this header; without it where that is broken. Raises Refused for a root that is.

        Records are then parsed inside of a root without attributes. The prefixes that this one declares hold for them; its
        default namespace, which no record needs, does not: lxml takes half as long for names without one.
        """
        for inside in (_decoded(Piece(0, 0, header), self._encoding).text, b""):
            with suppress(etree.XMLSyntaxError):
                root = etree.fromstring(b"".join((self._open, inside, self._close)), self._parser)
                prefixes = (f" xmlns:{prefix}={quoteattr(name)}" for prefix, name in root.nsmap.items() if prefix)
                self._open = b"<" + self._name + "".join(prefixes).encode() + b">"
                return root
        raise Refused("it is not well-formed XML: its root cannot be parsed")

    def take(self, piece: Piece) -> Iterator[Parsed | Broken]:
        """Adds a record; yields those that waited when they are many enough."""
        self._waiting.append(_decoded(piece, self._encoding))
        self._size += len(piece.raw)
        if self._size >= _AT_ONCE:
            yield from self.finish()

    def finish(self) -> Iterator[Parsed | Broken]:
        """Yields the records that wait."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        elements = self._parse([each.text for each in waiting]) if not any(each.piece.flaw for each in waiting) else None
        for place, each in enumerate(waiting):
            if elements is not None:
                yield Parsed(each.piece, elements[place], each.encoding_true, each.findings)
            else:
                yield self._alone(each)

    def _parse(self, texts: Sequence[bytes]) -> list[etree._Element] | None:
        """Returns an element for each text; None where one of them is broken."""
        try:
            elements = list(etree.fromstring(b"".join((self._open, *texts, self._close)), self._parser))
        except etree.XMLSyntaxError:
            return None
        return elements if len(elements) == len(texts) else None

    def _alone(self, each: _Decoded) -> Parsed | Broken:
        if each.piece.flaw:
            return Broken(each.piece, _broken(each.piece, each.piece.flaw))
        text, findings = _mended(each)
        try:
            elements = list(etree.fromstring(b"".join((self._open, text, self._close)), self._parser))
        except etree.XMLSyntaxError as error:
            return Broken(each.piece, _broken(each.piece, fault_in_words(error, self._open)))
        if len(elements) != 1:
            return Broken(each.piece, _broken(each.piece, "it has a text outside its element, or more than one element"))
        return Parsed(each.piece, elements[0], each.encoding_true, (*each.findings, *findings))


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A record in UTF-8."""

    piece: Piece
    text: bytes
    encoding_true: bool
    findings: tuple[Finding, ...] = ()


def _decoded(piece: Piece, declared: str) -> _Decoded:
    raw = piece.raw
    if raw.isascii():
        return _Decoded(piece, raw, encoding_true=True)
    try:
        raw.decode()
    except UnicodeDecodeError:
        if declared != "utf-8" and (text := _read_as(raw, declared)) is not None:
            return _Decoded(piece, text.encode(), encoding_true=True)
        return _misdeclared(piece, declared, _FALLBACK, raw.decode(_FALLBACK, "replace").encode())
    return _Decoded(piece, raw, encoding_true=True) if declared == "utf-8" else _misdeclared(piece, declared, "utf-8", raw)


def _misdeclared(piece: Piece, declared: str, true: str, text: bytes) -> _Decoded:
    wrong = f"the file declares {declared}, but the record is in {true}"
    finding = Finding(Code.CHARSET, wrong, Severity.WARNING, piece.number, piece.offset)
    return _Decoded(piece, text, encoding_true=False, findings=(finding,))


def _read_as(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _known(encoding: str) -> str:
    """Returns Python's name of a declared encoding; as declared where there is none. ASCII is a part of UTF-8."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return encoding
    return "utf-8" if name in ("ascii", "utf-8-sig") or name.startswith("utf-16") else name


def _mended(each: _Decoded) -> tuple[bytes, list[Finding]]:
    """Returns the record with named characters, bare `&` and control characters as XML allows them, and findings about these."""
    names = {name for name in _ENTITY.findall(each.text) if name not in _PREDEFINED}
    characters = {name: _character_of(name.decode()) for name in sorted(names)}
    text = _ENTITY.sub(
        lambda found: f"&#{ord(characters[found[1]])};".encode() if found[1] in characters else found[0], each.text
    )
    findings = []
    for name, character in list(characters.items())[:_MOST_ENTITIES]:
        severity = Severity.WARNING if character == UNREADABLE else Severity.INFO
        said = f"&{name.decode()}; is declared by no DTD that is loaded; read as {character!r}"
        findings.append(Finding(Code.ENTITY, said, severity, each.piece.number, each.piece.offset))
    for pattern, by, said in _FLAWS:
        text, count = pattern.subn(by, text)
        if count:
            findings.append(Finding(Code.MENDED, said, Severity.WARNING, each.piece.number, each.piece.offset))
    return text, findings


def _character_of(entity: str) -> str:
    found = html5.get(f"{entity};", UNREADABLE)
    return found if len(found) == 1 else UNREADABLE


def _broken(piece: Piece, reason: str) -> Finding:
    return Finding(Code.BROKEN, reason, Severity.ERROR, piece.number, piece.offset)


def _utf8(tag: bytes) -> bytes:
    return tag.decode("utf-8", "replace").encode()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )

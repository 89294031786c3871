"""Parses foreign XML with the standard library, hardened: no declared entity, bounded depth and size, nothing fetched.

Knows no format's tags. A DOCTYPE is refused at its first characters, before anything in it is declared: without a declaration
there is nothing to expand. A reader may admit the DOCTYPE of its own root, which then must declare nothing itself. Its DTD is
never loaded; an entity of that DTD, such as `&eacute;`, is read as the character that HTML gives this name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from shared.texts import UNREADABLE

DEEPEST = 32
LARGEST_RECORD = 4 * 1024 * 1024
"""Limit of one record: characters of text plus 16 for each element."""

_MOST_ENTITIES = 20


class Refused(ValueError):
    """The XML is refused: it is broken, or (`dangerous`) holds what no honest sender needs. `line` is 1-based."""

    def __init__(self, text: str, line: int, *, dangerous: bool) -> None:
        super().__init__(text)
        self.line = line
        self.dangerous = dangerous


@dataclass(slots=True)
class Element:
    """An element of a record: local name, text, attributes, and its children in their order. `line` is 1-based.

    A record also has the names of the DTD's entities in its texts: the first 20, each once.
    """

    name: str
    line: int = 0
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    entities: tuple[str, ...] = ()

    def all(self, name: str) -> list[Element]:
        """Returns the direct children with this name."""
        return [child for child in self.children if child.name == name]

    def first(self, *path: str) -> Element | None:
        """Returns the first element at the end of a path of names, or None."""
        found: Element | None = self
        for name in path:
            found = next(iter(found.all(name)), None) if found is not None else None
        return found

    def words(self, *path: str) -> str:
        """Returns the text of the first element at the end of a path; "" when absent. White space is collapsed."""
        found = self.first(*path)
        return " ".join(found.text.split()) if found is not None else ""


def character_of(entity: str) -> str:
    """Returns the character that HTML gives this name, e.g. of `eacute`; U+FFFD where there is none, or more than one."""
    found = html5.get(f"{entity};", UNREADABLE)
    return found if len(found) == 1 else UNREADABLE


def records(
    chunks: Iterable[bytes],
    names: frozenset[str],
    rename: dict[str, str],
    *,
    encoding: str | None = None,
    doctypes: frozenset[str] = frozenset(),
) -> Iterator[Element]:
    """Yields the root (as it opens, without children) and then each child of the root whose local name is in `names`.

    `rename` maps local names to the names used here. `encoding` overrides the declared encoding where that is known to be wrong.
    `doctypes` are the roots whose DOCTYPE is admitted. Memory holds one record at a time. Raises Refused.
    """
    tree = _Tree(names, rename, encoding, doctypes)
    for chunk in chunks:
        tree.feed(chunk, final=False)
        yield from tree.take()
    tree.feed(b"", final=True)
    yield from tree.take()


class _Tree:
    """Builds one record after another from expat's events."""

    def __init__(self, names: frozenset[str], rename: dict[str, str], encoding: str | None, doctypes: frozenset[str]) -> None:
        self._names = names
        self._rename = rename
        self._doctypes = doctypes
        self._depth = 0
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._weight = 0
        self._failure: Refused | None = None
        self._parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._declaration
        self._parser.ElementDeclHandler = self._declaration
        self._parser.AttlistDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        if doctypes:
            # Entities of a DTD that is not loaded are then reported instead of ending the document.
            self._parser.UseForeignDTD(True)
            self._parser.SkippedEntityHandler = self._entity

    def feed(self, chunk: bytes, *, final: bool) -> None:
        """Parses more bytes. After a refusal, the records before it can still be taken; the next feed raises it."""
        if self._failure is not None:
            raise self._failure
        try:
            self._parser.Parse(chunk, final)
        except Refused as refused:
            self._failure = refused
        except (expat.ExpatError, ValueError, LookupError) as error:
            self._failure = Refused(str(error), self._parser.CurrentLineNumber, dangerous=False)

    def take(self) -> Iterator[Element]:
        """Yields the records finished since the last call; then raises the refusal, if there was one."""
        done, self._done = self._done, []
        yield from done
        if self._failure is not None:
            raise self._failure

    def _refuse(self, text: str) -> None:
        raise Refused(text, self._parser.CurrentLineNumber, dangerous=True)

    def _doctype(self, name: str, _: str | None, __: str | None, has_declarations: int) -> None:
        if has_declarations or name not in self._doctypes:
            self._refuse("a document type declaration is not allowed")

    def _declaration(self, *_: object) -> None:
        self._refuse("a declaration of elements, attributes or entities is not allowed")

    def _entity(self, name: str, _: int) -> None:
        if not self._open:
            return
        known = self._open[0].entities
        if name not in known and len(known) < _MOST_ENTITIES:
            self._open[0].entities = (*known, name)
        self._text(character_of(name))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(f"elements are nested deeper than {DEEPEST}")
        local = name.rpartition(" ")[2]
        element = Element(self._rename.get(local, local), self._parser.CurrentLineNumber, attributes=attributes)
        if self._open:
            self._weigh(16)
            self._open[-1].children.append(element)
            self._open.append(element)
        elif self._depth == 1:
            element.attributes = {**attributes, "xmlns": name.rpartition(" ")[0]}
            self._done.append(element)
        elif self._depth == 2 and element.name in self._names:
            self._weight = 0
            self._open.append(element)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        if not self._open:
            self._done.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._weigh(len(text))
            self._open[-1].text += text

    def _weigh(self, more: int) -> None:
        self._weight += more
        if self._weight > LARGEST_RECORD:
            self._refuse(f"a record is larger than {LARGEST_RECORD} characters")


class XmlWriter:
    """Writes a document of elements, line by line, in UTF-8. Raises ValueError for text that XML 1.0 cannot hold."""

    def __init__(self, root: str, attributes: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root}{_attributes(attributes)}>"]

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """Opens an element for everything written inside the `with` block, and closes it afterwards."""
        self._lines.append(f"<{name}{_attributes(attributes)}>")
        yield
        self._lines.append(f"</{name}>")

    def leaf(self, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
        """Writes an element that holds text."""
        self._lines.append(f"<{name}{_attributes(attributes)}>{escape(_checked(text))}</{name}>")

    def finish(self) -> bytes:
        """Closes the root and returns the document's bytes."""
        return "\n".join([*self._lines, f"</{self._root}>", ""]).encode()


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def holdable(text: str) -> str:
    """Returns the text with U+FFFD for each character that XML 1.0 cannot hold."""
    return _NOT_XML.sub(UNREADABLE, text)


def _checked(text: str) -> str:
    if found := _NOT_XML.search(text):
        raise ValueError(f"XML cannot hold {found[0]!r}")
    return text


def _attributes(attributes: Mapping[str, str] | None) -> str:
    return "".join(f" {name}={quoteattr(_checked(value))}" for name, value in (attributes or {}).items())

"""The content of a message as people read it: its bytes as lines, beside its tree with each finding where it is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.dashboard.domain.pages import Shape
from shared.texts import visible
from shared.values import isbn13_or_text


class Finding(Shape):
    """One thing wrong or unusual in a message. `advice`: what the supplier should do."""

    severity: str = ""
    code: str = ""
    text: str = ""
    advice: str = ""


class Node(Shape):
    """A part of a message's content; `offset` is the place of its first byte, where it has one of its own."""

    kind: str = ""
    label: str
    offset: int | None = None
    elements: Sequence[Sequence[str]] = ()
    findings: Sequence[Finding] = ()
    children: Sequence[Node] = ()

    def leaves(self) -> Iterator[Node]:
        """The parts without parts of their own, in order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class Tree(Shape):
    """A part of a message's content, node by node."""

    form: str = ""
    nodes: Sequence[Node]
    total: int
    note: str = ""

    @property
    def offsets(self) -> list[int]:
        """Where its leaves begin in the message, in order; none for a form whose tree knows no places."""
        return [leaf.offset for node in self.nodes for leaf in node.leaves() if leaf.offset is not None]


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of the bytes as it is shown. `offset`: where it begins in the message, where a node of the tree begins there too."""

    text: str
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Bytes:
    """A window of a message's bytes: where it begins, its lines, how it was read, and whether more follows."""

    start: int = 0
    lines: Sequence[RawLine] = ()
    encoding: str = "UTF-8"
    more: bool = False
    pretty: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What can be shown of a message's content. `problem`: why there is no tree. Neither while the message moves.

    `after`: how many parts are before those that are shown; `leaves`: how many are shown at most.
    """

    tree: Tree | None = None
    raw: Bytes = field(default_factory=Bytes)
    problem: str = ""
    after: int = 0
    leaves: int = 0

    @property
    def next_after(self) -> int | None:
        """How many parts are before the next ones; None where none follow."""
        following = self.after + self.leaves
        return following if self.tree is not None and following < self.tree.total else None


def text_shown(text: str) -> list[str]:
    """Returns a text line by line as people read it: JSON indented, other text as it is."""
    lines = _json_lines(text) if text.lstrip().startswith(("{", "[")) else text.splitlines()
    return [visible(line, keep="\t") for line in lines]


def bytes_shown(window: bytes, start: int, tree: Tree | None, *, more: bool) -> Bytes:
    """Returns a window of a message's bytes as lines: a segment each, or indented as its form is read, else as they are.

    Every character that nobody sees is shown by a sign.
    """
    text, encoding, codec = _decoded(window, more=more)
    form = "" if tree is None else tree.form
    if form in ("json", "xml") and start == 0:
        pretty = _json_lines(text) if form == "json" else _xml_lines(text)
        return Bytes(start, [RawLine(visible(line)) for line in pretty], encoding, more, pretty=True)
    places = [] if tree is None else [place for place in tree.offsets if start <= place < start + len(window)]
    return Bytes(start, list(_cut(window, start, places, codec)), encoding, more)


def _decoded(window: bytes, *, more: bool) -> tuple[str, str, str]:
    """Returns bytes as text, the name of their encoding, and Python's name of it."""
    try:
        return window.decode(), "UTF-8", "utf-8"
    except UnicodeDecodeError as error:
        # The end of a window, after which more follows, may be inside a character.
        if more and error.start >= len(window) - 3 and error.start > 0:
            return window[: error.start].decode(), "UTF-8", "utf-8"
        return window.decode("latin-1"), "Latin-1", "latin-1"


def _cut(window: bytes, start: int, places: Sequence[int], codec: str) -> Iterator[RawLine]:
    """Yields a line for each place at which a part begins, with the line breaks in it as signs; else the lines of the text."""
    if not places:
        yield from (RawLine(visible(line, keep="\t")) for line in window.decode(codec, "replace").splitlines())
        return
    before = window[: places[0] - start].decode(codec, "replace")
    if before.strip():
        yield RawLine(visible(before))
    ends = [*places[1:], start + len(window)]
    for place, end in zip(places, ends, strict=True):
        yield RawLine(visible(window[place - start : end - start].decode(codec, "replace")), place)


_JSON = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s"{}\[\],:]+')
_XML = re.compile(r"<!--.*?-->|<[^>]*>?|[^<]+", re.DOTALL)


def _json_lines(text: str) -> Iterator[str]:
    """Yields a JSON text line by line, indented. Values stay as they are written: a number is not read."""
    depth, line = 0, ""
    for piece in _JSON.findall(text):
        if piece in "}]":
            if line.strip():
                yield line
            depth = max(depth - 1, 0)
            line = "  " * depth + piece
        elif piece in "{[":
            yield f"{line or '  ' * depth}{piece}"
            depth, line = depth + 1, ""
        elif piece == ",":
            yield f"{line},"
            line = ""
        else:
            line = f"{line or '  ' * depth}{': ' if piece == ':' else piece}"
    if line.strip():
        yield line


def _xml_lines(text: str) -> Iterator[str]:
    """Yields an XML text line by line, indented; an element with nothing but text in it is one line. Entities stay as written."""
    depth, line = 0, ""
    for piece in _XML.findall(text):
        if not piece.strip():
            continue
        if piece.startswith("</"):
            depth = max(depth - 1, 0)
            yield f"{line}{piece}" if line else "  " * depth + piece
            line = ""
        elif piece.startswith("<"):
            if line:
                yield line
            line = "  " * depth + piece
            if piece.startswith(("<?", "<!")) or piece.endswith("/>"):
                yield line
                line = ""
            else:
                depth += 1
        else:
            line = f"{line or '  ' * depth}{piece.strip()}"
    if line:
        yield line


class Reference(Shape):
    """A reference of the supplier in a message, which a mapping can correct."""

    field: str
    theirs: str
    known: bool | None = None
    mapped_to: str | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether it is not known here, and nobody has mapped it yet."""
        return self.known is False and self.mapped_to is None


def references_by_value(references: Iterable[Reference]) -> Mapping[str, Reference]:
    """Returns references by the value that a tree shows; of one value for several fields, the first."""
    found: dict[str, Reference] = {}
    for reference in references:
        found.setdefault(reference.theirs, reference)
    return found


def reference_at(value: str, known: Mapping[str, Reference]) -> Reference | None:
    """Returns the reference that a value of the tree is; None for any other value."""
    return known.get(value.strip()) or known.get(isbn13_or_text(value.strip()))

"""Shows EDIFACT and X12 as trees: interchange, group, message, segment. Pure. Knows no message type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shared.findings import Finding
from shared.formats import edifact
from shared.formats.x12 import cutter
from shared.trees.nodes import Elements, Findings, Node, Tree, Window, shortened

_KINDS = ("interchange", "group", "message")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment of either syntax."""

    tag: str
    number: int
    offset: int
    elements: Elements

    def get(self, element: int) -> str:
        """Returns the first component of a 0-based element; "" when absent."""
        return self.elements[element][0] if element < len(self.elements) and self.elements[element] else ""


@dataclass(frozen=True, slots=True)
class _Syntax:
    """The segments that open and close the containers, outermost first, and how to label a container from its header."""

    form: str
    headers: tuple[str, str, str]
    trailers: tuple[str, str, str]
    labels: tuple[Callable[[_Segment], str], ...]


_EDIFACT = _Syntax(
    "edifact",
    ("UNB", "UNG", "UNH"),
    ("UNZ", "UNE", "UNT"),
    (
        lambda header: f"{header.get(1)} to {header.get(2)}, reference {header.get(4)}",
        lambda header: f"{header.get(0)}, reference {header.get(4)}",
        lambda header: f"{header.get(1)}, reference {header.get(0)}",
    ),
)
_X12 = _Syntax(
    "x12",
    ("ISA", "GS", "ST"),
    ("IEA", "GE", "SE"),
    (
        lambda header: f"{header.get(5)} to {header.get(7)}, reference {header.get(12)}",
        lambda header: f"{header.get(0)}, reference {header.get(5)}",
        lambda header: f"{header.get(0)}, reference {header.get(1)}",
    ),
)


@dataclass(slots=True)
class _Open:
    """An open container; it is put into the tree once a part of it is shown."""

    level: int
    node: Node
    placed: bool = False


def edifact_tree(body: bytes, findings: Findings, window: Window) -> Tree:
    """Shows the segments of an EDIFACT stream in their containers; segments outside any container are at the root."""
    return _tree(_EDIFACT, _edifact_segments(body), findings, window)


def x12_tree(body: bytes, findings: Findings, window: Window) -> Tree:
    """Shows the segments of an X12 stream in their containers; segments outside any container are at the root."""
    return _tree(_X12, _x12_segments(body), findings, window)


def _edifact_segments(body: bytes) -> Iterator[_Segment]:
    """Yields segments with their values as written; the occurrences of a repeated element follow each other."""
    for item in edifact.read_segments([body]):
        if not isinstance(item, Finding):
            elements = tuple(
                tuple(component for occurrence in item.occurrences(index) for component in occurrence)
                for index in range(len(item.elements))
            )
            yield _Segment(item.tag, item.position, item.offset, elements)


def _x12_segments(body: bytes) -> Iterator[_Segment]:
    for item in cutter.cut(body):
        if not isinstance(item, Finding):
            yield _Segment(item.tag, item.position, item.offset, tuple((element,) for element in item.elements))


def _tree(syntax: _Syntax, segments: Iterable[_Segment], findings: Findings, window: Window) -> Tree:
    roots: list[Node] = []
    path: list[_Open] = []
    total = 0
    for segment in segments:
        total += 1
        if segment.tag in syntax.headers:
            level = syntax.headers.index(segment.tag)
            path = [outer for outer in path if outer.level < level]
            label = shortened(syntax.labels[level](segment))
            path.append(_Open(level, Node(_KINDS[level], label, segment.number, segment.offset)))
        if window.holds(total):
            _attach(roots, path, _leaf(segment, findings))
        if segment.tag in syntax.trailers:
            path = [outer for outer in path if outer.level < syntax.trailers.index(segment.tag)]
    return Tree(syntax.form, roots, total)


def _attach(roots: list[Node], path: list[_Open], leaf: Node) -> None:
    siblings = roots
    for outer in path:
        if not outer.placed:
            siblings.append(outer.node)
            outer.placed = True
        siblings = outer.node.children
    siblings.append(leaf)


def _leaf(segment: _Segment, findings: Findings) -> Node:
    elements = tuple(tuple(shortened(component) for component in element) for element in segment.elements)
    return Node("segment", segment.tag, segment.number, segment.offset, elements, findings.about(segment.number))

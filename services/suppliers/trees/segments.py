"""An EDIFACT stream as a tree: interchange, group, message, segment. Pure; knows no message type."""

from __future__ import annotations

from dataclasses import dataclass

from services.suppliers.trees.nodes import Elements, Findings, Node, Tree, Window, shortened
from shared.findings import Finding
from shared.formats import edifact
from shared.formats.edifact import Segment

_LEVELS = {"UNB": 0, "UNG": 1, "UNH": 2}
_TRAILERS = {"UNZ": 0, "UNE": 1, "UNT": 2}
_KINDS = ("interchange", "group", "message")


@dataclass(slots=True)
class _Open:
    """A container that is open; it takes its place in the tree once something in it is shown."""

    level: int
    node: Node
    placed: bool = False


def edifact_tree(body: bytes, findings: Findings, window: Window) -> Tree:
    """The segments of a stream in their containers; what stands outside every container stands at the root."""
    roots: list[Node] = []
    path: list[_Open] = []
    total = 0
    for item in edifact.read_segments([body]):
        if isinstance(item, Finding):
            continue
        total += 1
        if item.tag in _LEVELS:
            level = _LEVELS[item.tag]
            path = [outer for outer in path if outer.level < level]
            path.append(_Open(level, _container(item, level)))
        if window.holds(total):
            _attach(roots, path, _leaf(item, findings))
        if item.tag in _TRAILERS:
            path = [outer for outer in path if outer.level < _TRAILERS[item.tag]]
    return Tree("edifact", roots, total)


def _attach(roots: list[Node], path: list[_Open], leaf: Node) -> None:
    siblings = roots
    for outer in path:
        if not outer.placed:
            siblings.append(outer.node)
            outer.placed = True
        siblings = outer.node.children
    siblings.append(leaf)


def _container(header: Segment, level: int) -> Node:
    if level == 0:
        label = f"{header.get(1)} to {header.get(2)}, reference {header.get(4)}"
    elif level == 1:
        label = f"{header.get(0)}, reference {header.get(4)}"
    else:
        label = f"{header.get(1)}, reference {header.get(0)}"
    return Node(_KINDS[level], shortened(label), header.position, header.offset)


def _leaf(segment: Segment, findings: Findings) -> Node:
    return Node("segment", segment.tag, segment.position, segment.offset, _elements(segment), findings.about(segment.position))


def _elements(segment: Segment) -> Elements:
    """Values as they stand; an element that repeats has its occurrences one after the other."""
    return tuple(
        tuple(shortened(component) for occurrence in segment.occurrences(index) for component in occurrence)
        for index in range(len(segment.elements))
    )

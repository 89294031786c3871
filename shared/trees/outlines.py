"""Shows XML, JSON and text as plain outlines. Pure. Knows no format's tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count

from shared.formats import onix
from shared.formats.xml import Element, Refused, records
from shared.trees.nodes import Findings, Node, Tree, Window, shortened

_TAG = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")
_DEEPEST = 32
# The records of one page show this many elements at most: nobody reads more, and a record can be of any size.
_MOST_ELEMENTS = 20_000


def xml_outline(body: bytes, findings: Findings, window: Window) -> Tree:
    """Shows the children of the root, each with its contents. Records are numbered as in findings."""
    names = frozenset(tag[1].decode("ascii", "replace") for tag in _TAG.finditer(body))
    roots: list[Node] = []
    total = -1
    room = count()
    note = ""
    try:
        for element in records([body], names, {}, doctypes=onix.DOCTYPES):
            total += 1
            if total == 0:
                roots.append(Node("element", element.name, elements=_attributes(element)))
            elif window.holds(total):
                node = _of_element(element, room)
                node.number, node.findings = total, findings.about(total)
                roots[0].children.append(node)
    except Refused as refused:
        note = f"the file cannot be read from line {refused.line} on: {refused}"
    return Tree("xml", roots, max(total, 0), note)


def _of_element(element: Element, room: Iterator[int]) -> Node:
    text = " ".join(element.text.split())
    values = (*_attributes(element), *(((shortened(text),),) if text else ()))
    children = [_of_element(child, room) for child in element.children if next(room) < _MOST_ELEMENTS]
    return Node("element", element.name, elements=values, children=children)


def _attributes(element: Element) -> tuple[tuple[str, ...], ...]:
    return tuple((f"@{name}", shortened(value)) for name, value in element.attributes.items() if value)


def json_outline(body: bytes, window: Window) -> Tree:
    """Shows every value under its key, in the order of the document; values are counted as leaves."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Tree("json", [], 0, f"it is not JSON: {error}")
    places = count(1)
    root = _field("", content, places, window)
    return Tree("json", root.children or [root] if root else [], next(places) - 1)


def _field(key: str, content: object, places: Iterator[int], window: Window, depth: int = 0) -> Node | None:
    """Returns a key with its contents, as far as the window shows them; None where it shows none of them."""
    inner: list[tuple[str, object]] = []
    if isinstance(content, dict) and depth < _DEEPEST:
        inner = list(content.items())
    elif isinstance(content, list) and depth < _DEEPEST:
        inner = [(str(place), item) for place, item in enumerate(content)]
    if inner:
        fields = [_field(name, value, places, window, depth + 1) for name, value in inner]
        children = [field for field in fields if field is not None]
        return Node("field", shortened(key), children=children) if children else None
    if not window.holds(next(places)):
        return None
    shown = "…" if content and isinstance(content, dict | list) else json.dumps(content, ensure_ascii=False)
    return Node("field", shortened(key), elements=((shortened(shown),),))


def text_outline(body: bytes, findings: Findings, window: Window) -> Tree:
    """Shows the file line by line, where the bytes are text; otherwise only their number."""
    if b"\x00" in body[:4096]:
        return Tree("binary", [], 0, f"{len(body)} bytes that are not text; download the raw message to see them")
    offset = 0
    nodes: list[Node] = []
    lines = body.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        if window.holds(number):
            text = shortened(line.decode("utf-8", "replace").rstrip("\r\n"))
            nodes.append(Node("line", text, number, offset, findings=findings.about(number)))
        offset += len(line)
    return Tree("text", nodes, len(lines))

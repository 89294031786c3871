"""Converts a whole message to a tree of values and back. Puts each segment into its group, whatever the order of segments.

A segment goes to the innermost open group that accepts it, else to an outer one. A segment that no group accepts is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from shared.formats.edifact import Segment
from shared.formats.editeur.fields import Member
from shared.formats.editeur.layout import Findings, Layout, shown
from shared.formats.editeur.odd import Odd, odd

T = TypeVar("T")


class _Node:
    """A group that is being built: its own fields and, by field, the values or nodes found so far."""

    __slots__ = ("found", "layout", "own")

    def __init__(self, layout: Layout[Any], own: dict[str, Any]) -> None:
        self.layout = layout
        self.own = own
        self.found: dict[str, list[Any]] = {}

    def slot(self, segment: Segment) -> tuple[str, Member] | None:
        """Returns the field that accepts the segment, if any."""
        qualifier = segment.get(0)
        for name, member in self.layout.members.items():
            if member.layout.tag == segment.tag and self._takes(name, member, qualifier):
                return name, member
        for name, member in self.layout.members.items():
            if member.implied and segment.tag in member.implied:
                only = member.implied[segment.tag]
                if only is None or qualifier in only:
                    return name, member
        return None

    def _takes(self, name: str, member: Member, qualifier: str) -> bool:
        if member.only is not None and qualifier not in member.only:
            return False
        if qualifier in member.without:
            return False
        if member.alone:
            return not member.layout.places or name not in self.found
        return member.most is None or len(self.found.get(name, ())) < member.most

    def build(self) -> Any:
        """Returns the finished value."""
        values: dict[str, Any] = dict(self.own)
        for name, found in self.found.items():
            member = self.layout.members[name]
            built = member.layout.merged([each.build() if isinstance(each, _Node) else each for each in found])
            values[name] = built[0] if member.alone else tuple(built)
        return self.layout.make(**values)


def read_tree(layout: Layout[T], segments: Iterable[Segment], findings: Findings) -> T:
    """Returns the value of a message's segments; `layout` is the layout of the message, which no segment begins."""
    root = _Node(layout, {})
    stack = [root]
    for segment in segments:
        if not _put(stack, segment, findings):
            text = f"{segment.tag} is not expected here: {shown(':'.join(element) for element in segment.elements)}"
            findings.append(odd(Odd.UNEXPECTED_SEGMENT, text, segment))
    value: T = root.build()
    return value


def _put(stack: list[_Node], segment: Segment, findings: Findings) -> bool:
    for depth in range(len(stack) - 1, -1, -1):
        slot = stack[depth].slot(segment)
        if slot is None:
            continue
        del stack[depth + 1 :]
        name, member = slot
        if member.layout.tag != segment.tag:
            stack.append(_opened(stack[depth], name, member, {}))
            return _put(stack, segment, findings)
        own = member.layout.read(segment, findings)
        if member.layout.members:
            stack.append(_opened(stack[depth], name, member, own))
        else:
            stack[depth].found.setdefault(name, []).append(member.layout.make(**own))
        return True
    return False


def _opened(parent: _Node, name: str, member: Member, own: dict[str, Any]) -> _Node:
    """Returns a new node in a field, or the existing one where the field holds only one."""
    found = parent.found.setdefault(name, [])
    if member.alone and found:
        node: _Node = found[0]
        return node
    node = _Node(member.layout, own)
    found.append(node)
    return node


def write_tree(layout: Layout[T], value: T) -> list[Segment]:
    """Returns the segments of a value and of everything in it; an empty value in a field of one is left out."""
    segments: list[Segment] = []
    for name, member in layout.members.items():
        held: Any = getattr(value, name)
        values: Sequence[Any] = (held,) if member.alone else held
        for each in values:
            if member.alone and member.layout.places and each == member.layout.empty:
                continue
            segments += member.layout.write(each)
            segments += write_tree(member.layout, each)
    return segments

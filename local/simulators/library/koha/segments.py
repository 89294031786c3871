"""Cuts a file into segments as Koha does: strictly with the usual separators, and wrongly after a doubled escape. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ADVICE = "UNA:+.? '"
_SEGMENT = re.compile(r"(?>(?:\?.|[^'?])+)", re.DOTALL)
_ELEMENTS = re.compile(r"(?<!\?)\+")
_COMPONENTS = re.compile(r"(?<!\?):")
_ESCAPE = re.compile(r"\?([:?+'])")
_END_OF_LINES = ("UNS", "CNT", "UNT")


class Unreadable(Exception):
    """Koha cannot read the file at all. `str(error)` says why."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag and elements, each a list of components."""

    tag: str
    elements: tuple[tuple[str, ...], ...]

    def get(self, element: int, component: int = 0) -> str:
        """Returns a component, "" where there is none."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component]


@dataclass
class Line:
    """One LIN with the segments that follow it. Of several of one kind, Koha keeps the last, but for those it lists."""

    action: str
    isbn: str
    order_number: str = ""
    quantity: str = ""
    available: str = ""
    code: str = ""
    text: str = ""
    amounts: dict[str, str] = field(default_factory=dict)
    copies: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Message:
    """One message: its type, document number, supplier and lines."""

    kind: str
    number: str = ""
    function: str = ""
    supplier: str = ""
    lines: list[Line] = field(default_factory=list)


def read_messages(raw: bytes) -> list[Message]:
    """Returns the messages of a file. Raises Unreadable. Every byte is taken as Latin-1, whatever the file declares."""
    text = raw.decode("iso-8859-1")
    if not text.startswith(_ADVICE):
        raise Unreadable("File does not start with the usual service string advice")
    found: list[Message] = []
    line: Line | None = None
    for segment in _segments(text.removeprefix(_ADVICE)):
        if segment.tag == "UNH":
            found.append(Message(segment.get(1)))
            line = None
        elif segment.tag == "LIN" and found:
            line = Line(segment.get(1), segment.get(2))
            found[-1].lines.append(line)
        elif segment.tag in _END_OF_LINES:
            line = None
        elif line is not None:
            _note(line, segment)
        elif found:
            _note_header(found[-1], segment)
    return found


def _segments(text: str) -> Iterator[Segment]:
    for match in _SEGMENT.findall(text):
        written = match.lstrip("\r\n")
        tag, body = written[:3], written[3:].removeprefix("+")
        elements = (tuple(_ESCAPE.sub(r"\1", part) for part in _COMPONENTS.split(element)) for element in _ELEMENTS.split(body))
        yield Segment(tag, tuple(elements))


def _note_header(message: Message, segment: Segment) -> None:
    if segment.tag == "BGM":
        message.number, message.function = segment.get(1), segment.get(0)
    elif segment.tag == "NAD" and segment.get(0) == "SU" and not message.supplier:
        message.supplier = segment.get(1)


def _note(line: Line, segment: Segment) -> None:
    first, second = segment.get(0), segment.get(0, 1)
    if segment.tag == "RFF" and first == "LI":
        line.order_number = second
    elif segment.tag == "QTY":
        line.quantity = second
    elif segment.tag == "DTM" and first == "44":
        line.available = second
    elif segment.tag == "MOA":
        line.amounts.setdefault(first, second)
    elif segment.tag == "FTX" and first == "LIN":
        line.code = segment.get(2) or line.code
        line.text = f"{line.text} {' '.join(segment.elements[3]) if len(segment.elements) > 3 else ''}".strip()
    elif segment.tag == "GIR":
        _note_copy(line, segment)


def _note_copy(line: Line, segment: Segment) -> None:
    """Merges a GIR into that of the same copy."""
    marks = {mark: value for value, mark in (pair[:2] for pair in segment.elements[1:] if len(pair) > 1)}
    same = [copy for copy in line.copies if copy["copy"] == segment.get(0)]
    if same:
        same[0].update({mark: value for mark, value in marks.items() if mark not in same[0]})
    else:
        line.copies.append({"copy": segment.get(0), **marks})

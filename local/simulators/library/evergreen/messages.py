"""Cuts a file into messages as Evergreen does: at every apostrophe, and by patterns of text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MESSAGE = {
    "kind": re.compile(r"^UNH\+[A-Za-z0-9]+\+(\S{6})"),
    "buyer_san": re.compile(r"^NAD\+BY\+([^:]+)::31B"),
    "buyer_account": re.compile(r"^NAD\+BY\+([^:]+)::91"),
    "order": re.compile(r"^RFF\+ON:(\S+)"),
    "invoice": re.compile(r"^BGM\+380\+([^+]+)"),
    "carton": re.compile(r"^GIN\+BJ\+([^:]+)"),
}
_LINE = {
    "id": re.compile(r"^RFF\+LI:(?:[^/]+/)?(\d+)"),
    "amount": re.compile(r"^MOA\+203:([^:]+)"),
    "expected": re.compile(r"^DTM\+44:([^:]+)"),
    "availability": re.compile(r"^FTX\+LIN\++([^:]+):8B:28"),
    "status": re.compile(r"^FTX\+LIN\++([^:]+):12?B:28"),
    "order": re.compile(r"^RFF\+ON:(\S+)"),
}
_QUANTITY = re.compile(r"^QTY\+(\d+):(\d+)")


@dataclass
class Line:
    """What is found of one LIN. `quantities` are pairs of code and number, in the order of the message."""

    found: dict[str, str] = field(default_factory=dict)
    quantities: list[tuple[str, int]] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Returns what was found last under a name, "" if nothing."""
        return self.found.get(name, "")


@dataclass
class Message:
    """What is found of one message."""

    found: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Returns what was found last under a name, "" if nothing."""
        return self.found.get(name, "")


def read_messages(raw: bytes) -> list[Message]:
    """Returns the messages of a file. It looks at no advice of separators, no charset, no escape and no trailer."""
    messages: list[Message] = []
    line: Line | None = None
    for segment in raw.decode("iso-8859-1").replace("\n", "").split("'"):
        if segment.startswith("UNH"):
            messages.append(Message())
            line = None
        if not messages:
            continue
        if segment.startswith("LIN"):
            line = Line()
            messages[-1].lines.append(line)
        _find(_MESSAGE, segment, messages[-1].found)
        if line is not None:
            _find(_LINE, segment, line.found)
            if quantity := _QUANTITY.match(segment):
                line.quantities.append((quantity[1], int(quantity[2])))
        if segment.startswith("UNS"):
            line = None
    return messages


def _find(patterns: dict[str, re.Pattern[str]], segment: str, found: dict[str, str]) -> None:
    found.update({name: match[1] for name, pattern in patterns.items() if (match := pattern.match(segment))})

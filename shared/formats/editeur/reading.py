"""Reads the messages of the library set as typed values, with findings for everything wrong or unusual. Never raises for content.

Every segment is either in the value or in a finding. Exceptions are UNS+D and CNT 2 (number of lines), which follow from the
lines: `shared.formats.edifact` checks them.
"""

from __future__ import annotations

from typing import TypeVar

from shared.formats.edifact import Message, Segment
from shared.formats.editeur.checks import check
from shared.formats.editeur.layout import Findings
from shared.formats.editeur.messages import LAYOUTS, TYPES, LibraryMessage
from shared.formats.editeur.tree import read_tree

T = TypeVar("T", bound=LibraryMessage)

_LINE_COUNT = "2"
_BEFORE_LINES = Segment.of("UNS", "D")


def read_message(message: Message, findings: Findings) -> LibraryMessage | None:
    """Returns the message as a value of the class that its type (UNH 0065) names; None for a type outside the library set."""
    kind = TYPES.get(message.type.strip().upper())
    return read_as(kind, message, findings) if kind else None


def read_as(kind: type[T], message: Message, findings: Findings) -> T:
    """Return the message as a value of the given class, whatever type its header states."""
    segments = (segment for segment in message.segments if not _follows_from_lines(segment))
    value = read_tree(LAYOUTS[kind], segments, findings)
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} has the layout of {type(value).__name__}")
    findings += check(value, message.header)
    return value


def _follows_from_lines(segment: Segment) -> bool:
    return segment in (Segment.of("CNT", (_LINE_COUNT, segment.get(0, 1))), _BEFORE_LINES)

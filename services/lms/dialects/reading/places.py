"""Where in a message each part of its lines is, for faults that name the segment. Pure; numbers segments from UNH, which is 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.formats.edifact import Message, Segment

_ORDERED = "21"


@dataclass(slots=True)
class LinePlaces:
    """The numbers of the segments of one line: the first of each tag, and of each set (GIR) and place (LOC) by its name."""

    line: int
    first: dict[str, int] = field(default_factory=dict)
    sets: dict[str, int] = field(default_factory=dict)
    locations: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, segment: Segment, number: int) -> None:
        """Notes where a segment is."""
        if segment.tag == "QTY" and segment.get(0) != _ORDERED:
            return
        self.first.setdefault(segment.tag, number)
        if segment.tag == "GIR":
            self.sets.setdefault(segment.get(0), number)
        elif segment.tag == "LOC":
            self.locations.setdefault((segment.get(0), segment.get(1)), number)

    def of(self, *tags: str) -> int:
        """Returns the number of the first segment of the first tag that the line has, else of LIN."""
        return next((self.first[tag] for tag in tags if tag in self.first), self.line)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a whole message: its lines in order, the first segment of each tag before them, and where they end."""

    heading: Mapping[str, int]
    lines: tuple[LinePlaces, ...]
    end: int

    def line_at(self, number: int) -> int | None:
        """Returns the index of the line in which a segment is; None before the first line and after the last one."""
        before = sum(line.line <= number for line in self.lines)
        return before - 1 if before and number < self.end else None


def places_of(message: Message) -> Places:
    """Returns where everything in a message is."""
    before = message.header.position - 1
    heading: dict[str, int] = {}
    lines: list[LinePlaces] = []
    in_line, end = False, 0
    for segment in message.segments:
        number = segment.position - before
        if segment.tag == "LIN":
            lines.append(LinePlaces(number))
            in_line, end = True, 0
        elif segment.tag in ("UNS", "CNT"):
            in_line, end = False, end or number
        elif in_line:
            lines[-1].take(segment, number)
        elif not lines:
            heading.setdefault(segment.tag, number)
    last = message.segments[-1].position - before + 1 if message.segments else 1
    return Places(heading, tuple(lines), end or last)

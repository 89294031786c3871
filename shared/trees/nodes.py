"""The nodes of a message's tree, and the window that limits how much of it is shown at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_VALUE = 500

Elements = tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Node:
    """A container (interchange, group, message) or a leaf (segment, element, field, line).

    `number` is the number that findings use: 1-based, of a segment in the stream or of an XML or MARC record in the file.
    `offset` is the offset of the first byte. `elements` are the values of a segment, each with its components.
    """

    kind: str
    label: str
    number: int | None = None
    offset: int | None = None
    elements: Elements = ()
    findings: list[Mapping[str, object]] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a tree that is shown: `limit` leaves after the first `after` leaves."""

    after: int = 0
    limit: int = 500

    def holds(self, place: int) -> bool:
        """Returns whether the leaf at a 1-based place is shown."""
        return self.after < place <= self.after + self.limit


@dataclass(frozen=True, slots=True)
class Tree:
    """A part of a message's tree. `total` counts all leaves; `note` states what is left out or could not be read."""

    form: str
    nodes: Sequence[Node]
    total: int
    note: str = ""


class Findings:
    """The findings of a message by the number of the part they are about; each is returned once."""

    def __init__(self, findings: Iterable[Mapping[str, object]]) -> None:
        self._by_number: dict[object, list[Mapping[str, object]]] = defaultdict(list)
        for finding in findings:
            self._by_number[finding.get("segment")].append(finding)

    def about(self, number: int) -> list[Mapping[str, object]]:
        """Returns the findings about the part of this number."""
        return self._by_number.pop(number, [])


def shortened(value: str) -> str:
    """Returns a value as it is shown: never longer than 500 characters."""
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"

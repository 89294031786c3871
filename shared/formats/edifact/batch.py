"""What is cut from a stream at a time, with marks on what a reader of messages must look at. Knows no separators."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.findings import Finding
from shared.formats.edifact.model import Segment

SERVICE = frozenset({"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})
"""Tags of the envelope."""


@dataclass(slots=True)
class Batch:
    """Segments and findings in the order of the stream; `marked` holds the ascending indices of some of them.

    What is not marked is a segment that belongs to a message and not to the envelope, and stands straight after the
    segment before it; so that whole runs of such segments can be taken without a look at each.
    """

    items: list[Segment | Finding] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)

    def mark(self, items: Iterable[Segment | Finding]) -> None:
        """Append items that need a look."""
        for item in items:
            self.marked.append(len(self.items))
            self.items.append(item)

    def plain(self, begin: int, end: int) -> list[Segment]:
        """The unmarked segments from one index to another."""
        return self.items[begin:end]  # type: ignore[return-value]

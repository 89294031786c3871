"""A batch of segments cut from a stream, with marks on those that the envelope reader must examine. Knows no separators."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.findings import Finding
from shared.formats.edifact.model import Segment

SERVICE = frozenset({"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})
"""Tags of envelope segments."""


@dataclass(slots=True)
class Batch:
    """Segments and findings in the order of the stream; `marked` holds the ascending indices of those to examine.

    An unmarked item is a segment of a message, not of the envelope, and directly follows the segment before it. So whole runs of
    such segments can be taken without examining each.
    """

    items: list[Segment | Finding] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)

    def mark(self, items: Iterable[Segment | Finding]) -> None:
        """Appends items to be examined."""
        for item in items:
            self.marked.append(len(self.items))
            self.items.append(item)

    def plain(self, begin: int, end: int) -> list[Segment]:
        """Returns the unmarked segments from index `begin` up to `end`."""
        return self.items[begin:end]  # type: ignore[return-value]

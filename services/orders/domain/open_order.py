"""An order held open for a change: its lines, its copies, and the version it will have afterwards. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.orders.domain.copies import Copy


@dataclass(frozen=True, slots=True)
class Line:
    """What a change needs to know of a line."""

    line_key: str
    supplier_id: str
    isbn: str


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """One order under change. `version` is the version after it."""

    order_id: UUID
    council: str
    order_number: str
    version: int
    lines: dict[str, Line]
    copies: list[Copy]

    def copies_of(self, line_key: str) -> list[Copy]:
        """The copies of one line."""
        return [copy for copy in self.copies if copy.line_key == line_key]

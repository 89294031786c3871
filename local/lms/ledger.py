"""The LMS's own record of the copies it ordered and scanned. Pure; must not read states from the orders service."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from local.lms.answers import OrderInBook, ReceiptTaken
from local.lms.orders import CopyKey, number_copies

_AT_HUB = "at_hub"
_RECEIVED = "received"


def keys_in(order: OrderInBook) -> dict[UUID, CopyKey]:
    """Returns the keys of an order's copies, by copy id.

    One supplier serves all copies of a title for a branch, so copies of two suppliers are never numbered together. A copy that a
    switch placed has the key of the one that it replaces: to the LMS it is the same copy.
    """
    keys: dict[UUID, CopyKey] = {}
    replaced: dict[UUID, UUID] = {}
    for line in order.lines:
        copies = sorted((copy for copy in line.copies if copy.replaces_copy_id is None), key=lambda copy: copy.copy_number)
        names = number_copies(order.order_number, line.line_number, [copy.branch for copy in copies])
        keys |= {copy.copy_id: name for copy, name in zip(copies, names, strict=True)}
        replaced |= {copy.copy_id: copy.replaces_copy_id for copy in line.copies if copy.replaces_copy_id is not None}
    for copy_id, first in replaced.items():
        while first in replaced:
            first = replaced[first]
        keys[copy_id] = keys[first]
    return keys


@dataclass(slots=True)
class Ledger:
    """The LMS's own record. `found`: the last state in which each copy was scanned; `complaints`: wrong answers of services."""

    keys: dict[UUID, CopyKey] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    found: dict[CopyKey, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    receipts: int = 0
    repeated_receipts: int = 0
    discrepancies: int = 0

    def note_order(self, order: OrderInBook) -> None:
        """Records an accepted order and its copies."""
        self.keys |= keys_in(order)
        self.placed.add(order.order_number)

    def note_receipt(self, leg: str, answer: ReceiptTaken, *, good: int) -> None:
        """Records an accepted receipt; `good` of its scans were advised and undamaged items."""
        self.receipts += 1
        received = [counted for counted in answer.items if counted.state == _RECEIVED]
        if len(received) != good:
            self.complaints.append(f"items scanned as good: {good}, but items received: {len(received)}")
        self.discrepancies += len(answer.discrepancies)
        for counted in answer.items:
            if counted.copy_id is not None:
                at_hub = leg == "to_hub" and counted.state == _RECEIVED
                self.found[self.keys[counted.copy_id]] = _AT_HUB if at_hub else counted.state

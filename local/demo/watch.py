"""Reads every copy's state through the API of the orders service; reads again only orders that changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from local.demo.reckoning import GIVEN_UP, HAS_GOODS, CopyNow
from local.lms.answers import CopyInBook, OrderInBook, OrderInList
from local.lms.calls import Service
from local.lms.ledger import keys_in
from local.lms.orders import CopyKey


@dataclass(slots=True)
class Watch:
    """The orders when last read: `copies` by key, and `names`, the copies' keys by line key and copy number.

    Of copies that a switch placed instead of each other, `copies` has the one that counts. `moved`: the keys where that is not
    the first one. `twice`: those of which two have goods.
    """

    orders: Service
    copies: dict[CopyKey, CopyNow] = field(default_factory=dict)
    names: dict[tuple[str, int], CopyKey] = field(default_factory=dict)
    moved: set[CopyKey] = field(default_factory=set)
    twice: set[CopyKey] = field(default_factory=set)
    _versions: dict[UUID, int] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Brings `copies` up to date."""
        for listed in await self.orders.pages("/v1/orders", OrderInList):
            if self._versions.get(listed.order_id) != listed.version:
                order = await self._order(listed.order_id)
                self.note(order)
                self._versions[order.order_id] = order.version

    async def untitled(self) -> list[str]:
        """Returns the ISBNs of order lines without a title, neither from the LMS nor from the catalogue."""
        orders = [await self._order(order_id) for order_id in self._versions]
        return sorted({line.isbn for order in orders for line in order.lines if not line.title})

    async def _order(self, order_id: UUID) -> OrderInBook:
        return await self.orders.get(f"/v1/orders/{order_id}", OrderInBook)

    def note(self, order: OrderInBook) -> None:
        """Takes an order as it is now."""
        keys = keys_in(order)
        found: dict[CopyKey, list[tuple[str, CopyInBook]]] = {}
        for line in order.lines:
            for copy in line.copies:
                key = self.names[line.line_key, copy.copy_number] = keys[copy.copy_id]
                found.setdefault(key, []).append((line.supplier_id, copy))
        replaced = {copy.replaces_copy_id for line in order.lines for copy in line.copies}
        for key, copies in found.items():
            # The last one, unless it was given up because the goods of an earlier one came.
            supplier, counts = max(copies, key=lambda one: (one[1].state not in GIVEN_UP, one[1].copy_id not in replaced))
            self.copies[key] = CopyNow(supplier, counts.state)
            if counts.replaces_copy_id is not None:
                self.moved.add(key)
            if sum(copy.state in HAS_GOODS for _, copy in copies) > 1:
                self.twice.add(key)
